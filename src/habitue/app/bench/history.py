"""What the people of the bench did in a season: visits, orders and receipts."""

from collections.abc import Iterator
from typing import Any

import msgspec

from habitue.app.bench.sessions import Shop
from habitue.base.clock import DAY_US, to_iso

# Another shop than that of the stream, or its items would be repeats of these.
SEED = 23
# One event for so many people: each fiftieth or so of them has visits and orders.
PEOPLE_AN_EVENT = 5
EVENTS_MIN = 10_000
SPAN_US = 90 * DAY_US

Wire = dict[str, Any]


def history(profiles: int, now_us: int) -> Iterator[tuple[str, Wire]]:
    """Give what was done in the season before now: the source and the item of each."""
    events = max(EVENTS_MIN, profiles // PEOPLE_AN_EVENT)
    shop = Shop(SEED, customers=max(1, profiles // 50), now_us=now_us)
    step_us = SPAN_US // events
    for number, told in enumerate(shop.stream(events)):
        item: Wire = msgspec.json.decode(told.raw)
        at_us = now_us - (events - number) * step_us
        yield told.source, {**item, "timestamp": to_iso(at_us)}


def buyers(profiles: int, now_us: int, count: int) -> list[str]:
    """Name some who ordered, each once; count: how many at most.

    >>> len(buyers(1_000, 90 * DAY_US, 3))
    3
    """
    found: dict[str, None] = {}
    for _, item in history(profiles, now_us):
        if item.get("event") == "Order Completed":
            found[f"user_id:{item['userId']}"] = None
        if len(found) == count:
            break
    return list(found)
