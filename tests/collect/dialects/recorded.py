"""Requests that real clients sent once, to be sent again with a key of the test's."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

from msgspec import Struct

DATA = Path(__file__).parents[2] / "data" / "clients"
KEY = "WRITEKEY0123456789abcdef"


class Recorded(Struct, frozen=True):
    """A request as it was recorded; its body is unpacked."""

    name: str
    scenario: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    packed: bool

    def with_key(self, key: str) -> "Recorded":
        """Give the same request with another write key, wherever it stands."""
        basic = base64.b64encode(f"{KEY}:".encode()).decode()
        other = base64.b64encode(f"{key}:".encode()).decode()
        headers = {
            name: value.replace(basic, other).replace(KEY, key)
            for name, value in self.headers.items()
        }
        return Recorded(
            self.name,
            self.scenario,
            self.method,
            self.path.replace(KEY, key),
            self.query.replace(KEY, key),
            headers,
            self.body.replace(KEY.encode(), key.encode()),
            self.packed,
        )

    @property
    def wire(self) -> bytes:
        return gzip.compress(self.body) if self.packed else self.body

    @property
    def items(self) -> list[Any]:
        """Give the events in it, if it is of Segment's shape."""
        if self.method != "POST" or not self.body.startswith(b"{"):
            return []
        told = json.loads(self.body)
        return list(told.get("batch", [told]))


def recorded(client: str) -> list[Recorded]:
    """Give all that a client sent, in order."""
    with gzip.open(DATA / f"{client}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [_read(json.loads(line)) for line in lines]


def _read(row: dict[str, Any]) -> Recorded:
    packed = "body_base64" in row
    body = (
        gzip.decompress(base64.b64decode(row["body_base64"]))
        if packed
        else row.get("body_text", "").encode()
    )
    path, _, query = row["target"].partition("?")
    # What a connection is told, and lengths, are the sender's own.
    left_out = {"content-length", "connection"}
    return Recorded(
        name=row["name"],
        scenario=row["scenario"],
        method=row["method"],
        path=path,
        query=query,
        headers={n: v for n, v in row["headers"] if n.lower() not in left_out},
        body=body,
        packed=packed,
    )
