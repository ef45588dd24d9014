"""What the process that makes reports is told, and what it answers."""

from typing import Any

from msgspec import Struct

View = dict[str, Any]


class Order(Struct, frozen=True):
    """Which report to make, of what, and the rows as an Arrow stream."""

    report: str
    told: View
    rows: bytes


class Made(Struct, frozen=True):
    """The report; or what of the request can't be, in a sentence."""

    view: View = {}
    fault: str = ""
