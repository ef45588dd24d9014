"""Keep a small log as this release writes it, for later releases to be tried on.

usage: python -m tools.releases

Plays a few days of a shop into a folder through the API, and keeps its truth.db,
compressed, in tests/data/releases/VERSION, with what it holds and what is known of its
people. Made once for a release and never again: what was written can't be changed.
"""

import gzip
import hashlib
import json
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from habitue import __version__
from habitue.app.calling.gateway import Client, LocalGateway, connect
from habitue.app.projection.due import tick_entry
from habitue.app.serving.local import LocalServer
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.backends.sqlite.truth_contents import SqliteContents
from habitue.backends.sqlite.truth_fill import copy_file
from habitue.base.settings import load
from habitue.log.contents import Contents

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "releases"
# The last of them is forgotten.
PEOPLE = (
    *("user_id:anna", "user_id:ben", "loyalty_card:4711", "email:eve@example.com"),
    "user_id:forgotten",
)

# What the first release kept: a later one may keep more, and never less.
RECORD = (
    *("offset", "received_us", "kind", "source", "message_id", "body", "salt"),
    *("digest", "chain"),
)
QUARANTINED = (
    *("quarantine_id", "received_us", "source", "message_id", "reason", "detail"),
    *("original", "replayed_offset"),
)
COUNT = ("source", "minute_us", "fate", "reason", "items")
DEFINITION = ("kind", "name", "version", "offset", "body")

Item = dict[str, Any]
Person = dict[str, Any]


def order(number: int, total: str, currency: str, **who: Any) -> Item:
    properties = {"order_id": f"o{number}", "total": total, "currency": currency}
    return {
        "type": "track",
        "event": "Order Completed",
        "properties": properties,
        **who,
    }


def receipt(number: int, total: str, card: str) -> Item:
    properties = {
        "receipt_id": f"r{number}",
        "store_id": "old-market",
        "currency": "GBP",
        "total": total,
    }
    item = {"type": "track", "event": "Receipt Issued", "properties": properties}
    return item | {"identifiers": {"loyalty_card": card}}


ITEMS: tuple[Item, ...] = (
    {"type": "page", "name": "Home", "anonymousId": "d1"},
    {
        "type": "identify",
        "userId": "anna",
        "anonymousId": "d1",
        "traits": {"name": "Anna"},
    },
    order(1, "24.95", "GBP", userId="anna"),
    order(2, "10.00", "EUR", userId="anna"),
    order(1, "29.95", "GBP", userId="anna"),
    {"type": "identify", "userId": "ben", "traits": {"name": "Ben", "city": "Łódź"}},
    receipt(1, "5.50", "4711"),
    {
        "type": "identify",
        "identifiers": {"email": "eve@example.com", "loyalty_card": "4712"},
        "traits": {"name": "Ева"},
    },
    receipt(2, "7.25", "4712"),
    {"type": "identify", "userId": "forgotten", "traits": {"name": "Nobody"}},
    {"type": "track", "userId": "ben", "properties": {"event": "has no name"}},
)


def main() -> int:
    """Write what this release writes; 1 if it was written before."""
    into = FOLDER / __version__
    if into.exists():
        print(f"{into} is there already: what a release wrote is never made anew.")
        return 1
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / "data"
        play(folder)
        forget(folder / "truth.db")
        copy_file(folder / "truth.db", Path(scratch) / "truth.db")
        told = describe(Path(scratch) / "truth.db", read(folder))
        raw = (Path(scratch) / "truth.db").read_bytes()
    into.mkdir(parents=True)
    (into / "truth.db.gz").write_bytes(gzip.compress(raw, 9, mtime=0))
    text = json.dumps(told, ensure_ascii=False, indent=2)
    (into / "holds.json").write_text(text + "\n", "utf-8")
    return 0


def play(folder: Path) -> None:
    """Send the items, one of them twice, and merge two people and part them again."""
    with LocalServer(load({"data.folder": folder})) as server:
        operator = Client(LocalGateway(server), server.token)
        made = operator.post("/api/v1/sources", {"name": "shop", "kind": "server"})
        till = Client(LocalGateway(server), made["key"])
        named = [{"messageId": f"m{at}", **item} for at, item in enumerate(ITEMS)]
        till.post("/api/v1/events?wait=applied", {"batch": [*named, named[0]]})
        both = {"reason": "tried"}
        for side, who in zip(("left", "right"), PEOPLE[:2], strict=True):
            both[side] = (person(operator, who) or {})["person_id"]
        merged = operator.post("/api/v1/people/merge", both)
        operator.post(f"/api/v1/commands/{merged['command']}/undo", {})


def forget(path: Path) -> None:
    """Erase one item, and let the clock tick: what the API has no word for."""
    with closing(SqliteTruth(path)) as truth:
        last = truth.read(truth.head() - 1, 1)[0]
        offset = truth.find("shop", "m9")
        if offset is None:
            raise RuntimeError("The item to forget was not stored.")
        truth.erase([offset], "asked for", last.received_us)
        truth.commit([tick_entry(truth.head())], last.received_us)


def read(folder: Path) -> dict[str, Any]:
    """Say what is known of the people of a folder, computed from its log alone."""
    (folder / "state.db").unlink()
    with connect(load({"data.folder": folder})) as client:
        return known(lambda who: person(client, who))


def person(client: Client, who: str) -> Person | None:
    found = client.get("/api/v1/people", identifier=who)["people"]
    return found[0] if found else None


def known(find: Callable[[str], Person | None]) -> dict[str, Any]:
    """Say of each person what no later release may say otherwise."""
    return {who: _brief(find(who)) for who in PEOPLE}


def _brief(person: Person | None) -> Person | None:
    if person is None:
        return None
    computed = person["computed"]
    revenue = computed.get("revenue", {})
    return {
        "name": person["name"],
        "events": computed["events"],
        "orders": computed.get("orders", 0),
        "net": {currency: sums["net"] for currency, sums in revenue.items()},
    }


def describe(path: Path, people: dict[str, Any]) -> dict[str, Any]:
    """Say what a log holds: its end, its checksum, and what is known of its people."""
    with closing(SqliteContents(path)) as contents:
        head = contents.head()
        return {
            "head": head.offset,
            "chain": head.chain.hex(),
            "contents_sha256": checksum(contents),
            "people": people,
        }


def checksum(contents: Contents) -> str:
    """Give SHA-256 over all that a log holds, whatever store it lies in."""
    found = hashlib.sha256(contents.secret())
    for pages, names in (
        (contents.records(), RECORD),
        (contents.quarantined(), QUARANTINED),
        (contents.counts(), COUNT),
        ([contents.definitions()], DEFINITION),
    ):
        for one in (one for page in pages for one in page):
            held = [getattr(one, name) for name in names]
            found.update(msgspec.msgpack.encode(held))
    return found.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
