"""A person of 2,000 identifiers: told of and read beside one like any other."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from habitue.app.bench import load, wire
from habitue.app.bench.figure import Figure
from habitue.app.bench.ground import Ground
from habitue.app.bench.read_figures import READ_BAR_MS, VISIBLE_BAR_MS, pair
from habitue.app.bench.servers import Product
from habitue.app.bench.sessions import user
from habitue.base.clock import DAY_US, to_iso

WHO, IDENTIFIERS = "heavy", 2_000
# So many of their events are told and read back, one after the other.
TRIES = 200
_DEVICES = IDENTIFIERS - 1
_PRODUCTS = 5_000
_SPAN_US = 365 * DAY_US

Wire = dict[str, Any]


class Told(Struct, frozen=True):
    """How long each event of a person took to be seen, and the person to be read."""

    seen_ms: list[float]
    read_ms: list[float]


def items(events: int, now_us: int) -> Iterator[Wire]:
    """Give what they did in a year, on all their devices in turn, in order."""
    for number in range(events):
        yield {
            **_look(WHO, number % _DEVICES, number),
            "messageId": f"h{number}",
            "timestamp": to_iso(now_us - (events - number) * (_SPAN_US // events)),
        }


def measure(ground: Ground, server: Product, key: str, events: int) -> list[Figure]:
    """Tell events of theirs and read them back at once, beside those of another.

    key: the shop's; events: how many they have by then.
    """
    theirs = _tell(ground, server, _requests(key, server.token, WHO, _DEVICES))
    # The first of the people that were built: one known by four names.
    others = _tell(ground, server, _requests(key, server.token, user(0), 1))
    whom = f"a person of {IDENTIFIERS:,} identifiers and {events:,} events"
    note = "one at a time; floor: a person like any other"
    return [
        *pair(
            f"{ground.backend}: an event of {whom}, to visible",
            theirs.seen_ms,
            others.seen_ms,
            VISIBLE_BAR_MS,
            note,
        ),
        *pair(
            f"{ground.backend}: read {whom}, just changed",
            theirs.read_ms,
            others.read_ms,
            READ_BAR_MS,
            f"the whole person as JSON, {note}",
        ),
    ]


def _tell(
    ground: Ground, server: Product, requests: Iterator[tuple[bytes, int]]
) -> Told:
    """Send an event and read the person, in turn, over one connection."""
    prepared = wire.write(ground.folder / "heavy.req", requests)
    plan = load.Plan(port=server.port, path=str(prepared.path), connections=1)
    took = load.send(prepared, plan).latencies_ms
    return Told(took[0::2], took[1::2])


def _requests(
    key: str, token: str, who: str, devices: int
) -> Iterator[tuple[bytes, int]]:
    for number in range(TRIES):
        item = {**_look(who, number % devices, number), "messageId": f"{who}-{number}"}
        yield wire.post(wire.APPLIED, key, msgspec.json.encode(item)), 1
        yield wire.get(f"/api/v1/people?identifier=user_id:{who}", token), 1


def _look(who: str, device: int, number: int) -> Wire:
    """Give somebody who looks at a product on one of their devices."""
    return {
        "type": "track",
        "event": "Product Viewed",
        "userId": who,
        "anonymousId": f"{who}-device-{device}",
        "properties": {"product_id": str(number % _PRODUCTS)},
    }
