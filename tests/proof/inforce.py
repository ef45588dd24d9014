"""Logs in which segments are in force that somebody listens to, and prices fall.

What becomes due of that is told on in the log, as the leader does it.
"""

from random import Random

import msgspec
from hypothesis import strategies as st

from habitue.app.projection.due import tick_entry
from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import replay
from habitue.base.clock import SECOND_US
from habitue.catalog.alerts import EFFECTS
from habitue.log.port import Entry, Truth
from habitue.model.kind import KindPolicy
from habitue.segment.condition import Condition
from habitue.segment.definition import SEGMENT, Segment, encode
from habitue.segment.subscription import CHANGES, SUBSCRIPTION, Subscription
from habitue.segment.walk import segments_in
from tests.identity.live import MemoryState
from tests.profile.shop import LATER_US
from tests.proof.logbook import Defined, Line, goods_logs, stand
from tests.segment.generated import condition

ENOUGH_S = 1_000
SEGMENTS = ("buyers", "lookers", "others")


@st.composite
def living_logs(draw: st.DrawFn, size: int = 24) -> list[Line]:
    """Draw a log of people and goods; amid it segments are defined, and listened to."""
    lines = draw(goods_logs(size))
    chance = Random(draw(st.integers(0, 2**32 - 1)))
    for name in SEGMENTS[: draw(st.integers(0, len(SEGMENTS)))]:
        place = draw(st.integers(0, len(lines)))
        lines[place:place] = _listened(name, chance)
    return lines


def _listened(name: str, chance: Random) -> list[Line]:
    segment = Segment(segment_id=name, name=name, condition=_alone(chance))
    asked = Subscription(segment=name, marked=chance.random() < 0.5)
    return [
        Defined(SEGMENT, name, encode(segment)),
        Defined(SUBSCRIPTION, f"{name}-mailer", msgspec.json.encode(asked)),
    ]


def _alone(chance: Random) -> Condition:
    """Make up a condition that asks for no other segment."""
    while True:
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


def let_time_go_on(truth: Truth, policy: KindPolicy, seconds: int = ENOUGH_S) -> int:
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
            [*entries, tick_entry(truth.head())], LATER_US + second * SECOND_US
        )
        for record in truth.read(fold.offset, 10_000):
            fold.apply(record)
        told += len(entries)
    assert seconds < ENOUGH_S, "What is due is never told to its end."
    return told
