"""A log of visits, as large as a browser's usually are."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from habitue.backends.sqlite.truth import SqliteTruth
from habitue.log.port import Entry, Truth
from habitue.model.event import Event
from habitue.model.identifier import Identifier

# How the data set is called where it is kept.
LOG = "log"
_AT_ONCE = 5_000
_AGENT = "Mozilla/5.0 (X11; Linux x86_64) " * 20


def make_log(folder: Path, records: int, now_us: int) -> None:
    """Write a log of so many visits, up to now, into a folder."""
    truth = SqliteTruth(folder / "truth.db")
    try:
        for entries in visits(truth, records, now_us):
            truth.commit(entries, now_us)
    finally:
        truth.close()


def visits(truth: Truth, records: int, now_us: int) -> Iterator[list[Entry]]:
    """Give glances of customers, ten of each, until a log has so many records."""
    while (after := truth.head()) < records:
        count = min(_AT_ONCE, records - after)
        yield [_visit(number, now_us) for number in range(after, after + count)]


def _visit(number: int, now_us: int) -> Entry:
    who = Identifier(kind="anonymous_id", value=f"d{number // 10}")
    event = Event(
        type="track",
        name="Product Viewed",
        at_us=now_us,
        identifiers=(who,),
        properties={"product_id": f"p{number % 1000}"},
        context={"userAgent": _AGENT, "page": {"path": f"/p/{number}"}},
    )
    return Entry(source="web", message_id=f"m{number}", body=msgspec.json.encode(event))
