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
CHANGES, ENTERED = "segment", "Segment Entered"
REST_S = 0.3
WAIT_S = 120
OK, NOT_YET = 200, {429, 503}
# What the product costs at first, and when somebody has begun to listen.
FIRST, SECOND = 20, 15
COUNTED = "SELECT name, count(*) AS times FROM events WHERE name <> 'Canary Sent'"
COUNTED += " GROUP BY name"
# Of these the copy must hold as many as the log.
LOGGED = ("Order Completed", "Product Viewed", "Price Dropped", ENTERED)
Log = Sequence[tuple[Record, Event]]
# Up to which record, and how many events of each name.
Counted = tuple[int, dict[str, int]]


class Amid:
    """What is asked of a shop, and told to it, amid all that befalls it."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.looks: list[Counted] = []
        # One as somebody began to listen.
        self.falls = 1

    def look(self) -> None:
        """Count what the copy holds now, which makes it one that goes on from there."""
        self.looks.append(counted(self._shop))

    def fall(self) -> None:
        """Have the price fall once more."""
        reprice(self._shop, SECOND - self.falls)
        self.falls += 1


def listen(shop: Shop) -> None:
    """Define the segments and listen to all that changes; have a price fall."""
    for name, wanted in SEGMENTS.items():
        path = f"/api/v1/segments/{name}"
        shop.api("PUT", path, {"condition": wanted})
        shop.api("PUT", f"{path}/subscriptions/mail-{name}", {"marked": True})
    reprice(shop, FIRST)
    reprice(shop, SECOND)


def reprice(shop: Shop, price: int) -> None:
    """Have the product that is looked at cost so much."""
    goods = {"items": [{"product_id": "p", "price": price, "currency": "GBP"}]}
    _post(shop, "/api/v1/catalog/products?source=till", goods)


def _post(shop: Shop, path: str, told: Any) -> tuple[dict[str, str], bytes]:
    """Post as often as one is told to wait; give headers and body."""
    headers = {
        "authorization": f"Bearer {shop.token()}",
        "content-type": "application/json",
    }
    deadline = time.monotonic() + WAIT_S
    while True:
        status, about, raw = shop.request("POST", path, json.dumps(told), headers)
        if status not in NOT_YET or time.monotonic() > deadline:
            break
        time.sleep(REST_S)
    assert status == OK, (status, raw)
    return about, raw


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


def counted(shop: Shop) -> Counted:
    """Count the events of each name as the copy for analysis does, up to a record."""
    # After a start it is made from the log as far as it was not sealed; on a busy
    # machine it takes its time for that unless somebody asks.
    about, raw = _post(shop, "/api/v1/lake/query", {"sql": COUNTED})
    rows = [json.loads(line) for line in raw.splitlines()]
    return int(about["x-offset"]), {one["name"]: one["times"] for one in rows}


def standing(shop: Shop) -> tuple[dict[str, list[int]], dict[str, int]]:
    """Give members and counts once all that became due is told on."""
    shop.settle()
    before: dict[str, int] = {}
    while (now := counted(shop)[1]) != before:
        before = now
        time.sleep(REST_S)
    return members(shop), now


def check_listening(shop: Shop, log: Log, amid: Amid) -> dict[str, Any]:
    """Assert that segments, what was told on, and the copy are what the log says.

    amid: what was asked of the shop, and told to it, before. Gives how much of each
    there was.
    """
    orders = Counter(
        one.value
        for _, event in log
        if event.name == "Order Completed"
        for one in event.identifiers
        if one.kind == "user_id"
    )
    found = members(shop)
    for name, least in (("buyers", 1), ("regulars", OFTEN)):
        wanted = {shop.id(f"user_id:{who}") for who, n in orders.items() if n >= least}
        assert set(found[name]) == wanted, name
    fell = [event for _, event in log if event.name == "Price Dropped"]
    assert len(fell) == amid.falls
    changes = [one for one in log if one[0].source == CHANGES]
    assert _told_into(changes) == {
        (name, person_id): 1 for name, some in found.items() for person_id in some
    }
    looks = [*amid.looks, counted(shop)]
    for offset, held in looks:
        copied = {name: held.get(name, 0) for name in LOGGED}
        assert copied == _logged(log, offset), offset
    return {
        "members": sum(map(len, found.values())),
        "changes told on": len(changes),
        "prices that fell": len(fell),
        "looks at the copy": len(looks),
        "events in the copy": sum(looks[-1][1].values()),
    }


def _told_into(changes: Log) -> dict[tuple[str, int], int]:
    """Say who is in what by what was told on: how much oftener in than out."""
    times: Counter[tuple[str, int]] = Counter()
    for _, event in changes:
        told = event.properties
        entered = event.name == ENTERED
        times[told["segment"], told["person_id"]] += 1 if entered else -1
    return {one: more for one, more in times.items() if more}


def _logged(log: Log, offset: int) -> dict[str, int]:
    """Count the events of the log up to a record, of names that are counted here."""
    named = Counter(event.name for record, event in log if record.offset <= offset)
    return {name: named[name] for name in LOGGED}
