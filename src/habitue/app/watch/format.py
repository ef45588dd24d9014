"""What the server and the process that imports a watched file say to each other."""

from typing import Literal

import msgspec
from msgspec import Struct

from habitue.model.watch import Watch


class Order(Struct, frozen=True, kw_only=True):
    """What to import, for whom, and where the server is reached."""

    host: str
    port: int
    token: str
    watch: Watch
    path: str
    # A copy of the file is read from here: the sender can't change that one.
    staging: str
    rejects: str
    time_zone: str
    country: str
    # Hashes of files that have landed already.
    known: tuple[str, ...] = ()


class Report(Struct, frozen=True, kw_only=True):
    """What became of a file.

    landed: its lines are in the log. again: a file of that content was there before.
    failed: it can't be imported as it is. retry: it is not the file's fault.
    """

    fate: Literal["landed", "again", "failed", "retry"]
    digest: str = ""
    size_bytes: int = 0
    lines: dict[str, int] = {}
    # Lines of somebody who was erased: they are in no file that is kept.
    suppressed: int = 0
    events: int = 0
    reason: str | None = None


_order = msgspec.json.Decoder(Order)
_report = msgspec.json.Decoder(Report)
encode = msgspec.json.encode


def read_order(body: bytes) -> Order:
    """Read an order."""
    return _order.decode(body)


def read_report(body: bytes) -> Report:
    """Read a report; a process that died has left none, and its file is tried again."""
    try:
        return _report.decode(body)
    except msgspec.MsgspecError:
        return Report(fate="retry", reason="The process that imported it was ended.")
