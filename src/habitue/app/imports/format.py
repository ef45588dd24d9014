"""What the server and the process that reads an uploaded file say to each other."""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from habitue.collect.files.nouns import Mapping, SavedMapping


class Order(Struct, frozen=True, kw_only=True):
    """What to do with an uploaded file.

    look: say how it is read, with its first rows. try: say so, and what its lines
    would become. run: import it, with the key of an import that has begun.
    """

    do: Literal["look", "try", "run"]
    path: str
    mapping: Mapping
    own_kinds: tuple[str, ...] = ()
    saved: tuple[SavedMapping, ...] = ()
    time_zone: str = "UTC"
    as_of_us: int = 0
    # Of an import: the reject file, its source and key, and where the server is.
    rejects: str = ""
    source: str = ""
    host: str = ""
    port: int = 0
    key: str = ""


class Told(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of the answer: how far it is, what was found, or why it can't be."""

    done: int = 0
    total: int = 0
    found: dict[str, Any] | None = None
    # Why the file can't be read as it is; or what is not the file's fault.
    fault: str | None = None
    trouble: str | None = None


_order = msgspec.json.Decoder(Order)
_told = msgspec.json.Decoder(Told)
encode = msgspec.json.encode


def read_order(body: bytes) -> Order:
    """Read an order."""
    return _order.decode(body)


def read_told(line: bytes) -> Told:
    """Read a line of an answer."""
    return _told.decode(line)
