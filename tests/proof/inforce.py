"""Logs in which segments are in force that somebody listens to, and prices fall.

What becomes due of that is told on in the log, as the leader does it.
"""

from collections.abc import Sequence
from random import Random

import msgspec
from hypothesis import strategies as st

from habitue.app.projection.due import tick_entry
from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import replay
from habitue.base.clock import HOUR_US, SECOND_US
from habitue.catalog.alerts import EFFECTS
from habitue.log.port import Entry, Truth
from habitue.model.event import Event
from habitue.model.kind import KindPolicy
from habitue.segment.condition import Condition
from habitue.segment.definition import SEGMENT, Segment, encode
from habitue.segment.subscription import CHANGES, SUBSCRIPTION, Subscription
from habitue.segment.walk import segments_in
from tests.identity.live import MemoryState
from tests.profile.shop import LATER_US
from tests.proof.logbook import Defined, Line, goods_logs, stand, write
from tests.segment.generated import condition

ENOUGH_S = 1_000
# What people do in these logs; most of the segments ask for it, and find somebody.
DONE = (
    {"type": "did", "event": "$purchase"},
    {"type": "did", "event": "$purchase", "count": {"op": ">=", "value": 2}},
    {"type": "did", "event": "Product Viewed"},
)
OFTEN = 0.6
# Most that happens in them is told late, which is told on to who asks for that alone.
MARKED = 0.8
# The second half of a log comes when what the first one brought has been told on.
AFTER_US = LATER_US + HOUR_US
SEGMENTS = ("buyers", "lookers", "others")


@st.composite
def living_logs(draw: st.DrawFn, size: int = 24) -> list[Line]:
    """Draw a log of people and goods; amid it segments are defined, and listened to."""
    lines = draw(goods_logs(size))
    chance = Random(draw(st.integers(0, 2**32 - 1)))
    # Most in the first half, so that they answer when the second one comes.
    for name in SEGMENTS[: draw(st.sampled_from((0, 1, 2, 3, 3)))]:
        place = chance.randrange(len(lines) // 2 + 1)
        lines[place:place] = _listened(name, chance)
    for number, price in enumerate(draw(st.lists(st.integers(1, 9), max_size=6))):
        lines.insert(chance.randint(0, len(lines)), _price(number, price))
    return lines


def _price(number: int, price: int) -> Entry:
    """Tell a price by a system of the shop, in the order in which prices came to be."""
    event = Event(
        type="track",
        name="Price Changed",
        at_us=LATER_US - HOUR_US + number,
        properties={"product_id": "B1", "price": price, "currency": "EUR"},
    )
    message_id = f"price{number}"
    body = msgspec.json.encode(event)
    return Entry(source="stock", message_id=message_id, body=body)


def _listened(name: str, chance: Random) -> list[Line]:
    segment = Segment(segment_id=name, name=name, condition=_alone(chance))
    asked = Subscription(segment=name, marked=chance.random() < MARKED)
    return [
        Defined(SEGMENT, name, encode(segment)),
        Defined(SUBSCRIPTION, f"{name}-mailer", msgspec.json.encode(asked)),
    ]


def _alone(chance: Random) -> Condition:
    """Make up a condition that asks for no other segment."""
    while True:
        if chance.random() < OFTEN:
            return msgspec.convert(chance.choice(DONE), Condition)
        found = condition(chance, chance.choice((1, 1, 2)))
        if not segments_in(found):
            return found


def due(fold: Fold) -> list[Entry]:
    """Give what the leader has still to tell on."""
    return [
        Entry(source=source, message_id=name, body=body)
        for source, outbox in (
            (EFFECTS, fold.catalog.alerts.outbox),
            (CHANGES, fold.segments.subscriptions.outbox),
        )
        for name, body in outbox.due(1_000)
    ]


def live_through(
    truth: Truth, lines: Sequence[Line], policy: KindPolicy, seconds: int = ENOUGH_S
) -> int:
    """Write a log in two halves, and have time go on after each; give what was told.

    seconds: after the second half.
    """
    half = len(lines) // 2
    write(truth, lines[:half])
    told = let_time_go_on(truth, policy)
    write(truth, lines[half:], AFTER_US)
    return told + let_time_go_on(truth, policy, seconds, AFTER_US)


def let_time_go_on(
    truth: Truth, policy: KindPolicy, seconds: int = ENOUGH_S, since_us: int = LATER_US
) -> int:
    """Have segments answer, and what is due be told on; give how much was.

    seconds: until then, if not all is done before. The log grows by what is told, and
    by ticks.
    """
    backend, told = MemoryState(), 0
    fold = stand(truth, backend, policy)
    replay(fold, truth, backend, truth.head())
    for second in range(seconds):
        entries = due(fold)
        if not entries and not fold.segments.live.library.jobs:
            return told
        truth.commit(
            [*entries, tick_entry(truth.head())], since_us + second * SECOND_US
        )
        for record in truth.read(fold.offset, 10_000):
            fold.apply(record)
        told += len(entries)
    assert seconds < ENOUGH_S, "What is due is never told to its end."
    return told
