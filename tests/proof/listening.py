"""A shop with segments that somebody listens to and prices that fall, and its copy.

What of these must stand after whatever befell it, compared with the log alone.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from habitue.model.event import Event
from habitue.model.record import Record
from tests.acceptance.shop import Shop

BOUGHT = {"type": "did", "event": "Order Completed"}
OFTEN = 4
SEGMENTS = {
    "buyers": BOUGHT,
    "regulars": {**BOUGHT, "count": {"op": ">=", "value": OFTEN}},
    "lookers": {"type": "did", "event": "Product Viewed"},
}
# Under this source the leader tells on who came and went.
CHANGES = "segment"
REST_S = 0.3
COPY_S = 120
NOT_YET, OK = 503, 200
COUNTED = "SELECT name, count(*) AS times FROM events WHERE name <> 'Canary Sent'"
COUNTED += " GROUP BY name"


def listen(shop: Shop) -> None:
    """Define the segments and listen to them; have a price fall."""
    for name, wanted in SEGMENTS.items():
        shop.api("PUT", f"/api/v1/segments/{name}", {"condition": wanted})
        shop.api("PUT", f"/api/v1/segments/{name}/subscriptions/mail-{name}", {})
    reprice(shop, 20)
    reprice(shop, 15)


def reprice(shop: Shop, price: int) -> None:
    """Have the product that is looked at cost so much."""
    goods = {"items": [{"product_id": "p", "price": price, "currency": "GBP"}]}
    shop.api("POST", "/api/v1/catalog/products?source=till", goods)


def members(shop: Shop) -> dict[str, list[int]]:
    """Give who is in which segment."""
    return {name: sorted(_members(shop, name)) for name in SEGMENTS}


def _members(shop: Shop, name: str) -> Iterator[int]:
    cursor = 0
    while cursor is not None:
        path = f"/api/v1/segments/{name}/members?limit=10000&cursor={cursor}"
        told = shop.api("GET", path)
        yield from (one["person_id"] for one in told["members"])
        cursor = told["next_cursor"]


def copied(shop: Shop) -> dict[str, int]:
    """Count the events of each name as the copy for analysis does."""
    headers = {
        "authorization": f"Bearer {shop.token()}",
        "content-type": "application/json",
    }
    body = json.dumps({"sql": COUNTED})
    deadline = time.monotonic() + COPY_S
    status = NOT_YET
    # After a start it is made from the log as far as it was not sealed; on a busy
    # machine it takes its time for that unless somebody asks.
    while status == NOT_YET and time.monotonic() < deadline:
        status, _, raw = shop.request("POST", "/api/v1/lake/query", body, headers)
    assert status == OK, raw
    rows = [json.loads(line) for line in raw.splitlines()]
    return {one["name"]: one["times"] for one in rows}


def standing(shop: Shop) -> tuple[dict[str, list[int]], dict[str, int]]:
    """Give members and counts once all that became due is told on."""
    shop.settle()
    before: dict[str, int] = {}
    while (now := copied(shop)) != before:
        before = now
        time.sleep(REST_S)
    return members(shop), now


def check_listening(shop: Shop, log: Sequence[tuple[Record, Event]]) -> dict[str, Any]:
    """Assert that segments, what was told on, and the copy are what the log says.

    Gives how much of each there was.
    """
    orders = Counter(
        one.value
        for _, event in log
        if event.name == "Order Completed"
        for one in event.identifiers
        if one.kind == "user_id"
    )
    found, held = members(shop), copied(shop)
    for name, least in (("buyers", 1), ("regulars", OFTEN)):
        wanted = {shop.id(f"user_id:{who}") for who, n in orders.items() if n >= least}
        assert set(found[name]) == wanted, name
    named = Counter(event.name for _, event in log)
    assert named["Price Dropped"] == 1
    counted = ("Order Completed", "Product Viewed", "Price Dropped")
    assert {name: held[name] for name in counted} == {n: named[n] for n in counted}
    changes = [_change(event) for record, event in log if record.source == CHANGES]
    assert len(changes) == len(set(changes)) > 0
    return {
        "members": sum(map(len, found.values())),
        "changes told on": len(changes),
        "events in the copy": sum(held.values()),
    }


def _change(event: Event) -> tuple[Any, ...]:
    told = event.properties
    return event.name, told["segment"], told["person_id"], told["changed_at"]
