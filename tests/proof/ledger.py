"""What the log says, read by itself: no fold of ours takes part."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from habitue.log.port import Truth
from habitue.model.event import Event
from habitue.model.record import Record, RecordKind
from tests.acceptance.shop import Shop


def records(truth: Truth) -> Iterator[Record]:
    """Give every record of the log, in order."""
    after = 0
    while page := truth.read(after, 5_000):
        yield from page
        after = page[-1].offset


def events(truth: Truth) -> Iterator[tuple[Record, Event]]:
    for record in records(truth):
        if record.kind is RecordKind.EVENT and record.body is not None:
            yield record, msgspec.json.decode(record.body, type=Event)


def check_journal(truth: Truth, journal: Mapping[tuple[str, str], int]) -> None:
    """Assert that what was acknowledged stands in the log once, where it was said."""
    places: dict[tuple[str, str], int] = {}
    times: Counter[tuple[str, str]] = Counter()
    for record, _ in events(truth):
        name = (record.source, record.message_id or "")
        places[name] = record.offset
        times[name] += 1
    assert {name: places.get(name) for name in journal} == dict(journal)
    assert set(times.values()) <= {1}
    assert truth.verify() == truth.head()


def orders_by_customer(truth: Truth) -> Counter[str]:
    """Count the orders of each customer in the log."""
    found: Counter[str] = Counter()
    for _, event in events(truth):
        if event.name == "Order Completed":
            (who,) = (one.value for one in event.identifiers if one.kind == "user_id")
            found[who] += 1
    return found


def check_counters(shop: Shop, orders: Mapping[str, int]) -> None:
    """Assert that the server counts and sums each customer's orders as the log does."""
    shown = {}
    for who in orders:
        computed = shop.person(f"user_id:{who}")["computed"]
        shown[who] = (computed["orders"], computed["revenue"]["GBP"]["net"])
    assert shown == {who: (count, 100 * count) for who, count in orders.items()}


def check_rebuild(shop: Shop, *words: str) -> dict[str, Any]:
    """Assert that the state that was kept equals the one rebuilt from the log."""
    told = json.loads(shop.command("rebuild", "--verify", "--json", *words))
    assert told["equal"] is True, told
    assert told["kept_sha256"] == told["rebuilt_sha256"]
    return told
