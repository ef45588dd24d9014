"""How late people are seen to leave a segment by time alone, thousands each second.

By the real clock, with the one writer and its ticks, each at an instant of their own.
Nobody does anything meanwhile, so that nothing but time has them leave.
"""

import asyncio
from collections.abc import Iterator
from itertools import islice

import msgspec

from habitue.app.bench.concerned import NAME, conditions
from habitue.app.bench.figure import Figure, Say, less, quantile
from habitue.app.bench.flips import OTHER
from habitue.app.bench.folding import SEGMENTS, define
from habitue.app.bench.ground import Ground
from habitue.app.bench.hearing import Hearing
from habitue.app.bench.sessions import in_batches
from habitue.app.bench.stages import COMMIT_ITEMS, at_rest
from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import open_fold
from habitue.app.projection.storage import open_storage
from habitue.base.clock import DAY_US, SECOND_US, Clock
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.segment.condition import Did, Window

# How many leave in a second, and how late the last of them may be: in the same second.
RATE_PER_S, BAR_MS = 5_000, 1_000.0
# The first leaves so long after all are there, and so long the last is waited for.
_BEFORE_US, _WAITED_S, _LOOK_S = SECOND_US, 30.0, 0.05


def measure(
    ground: Ground, clock: Clock, say: Say, *, people: int, rate_per_s: int = RATE_PER_S
) -> list[Figure]:
    """Let so many people who did something leave one after another, a day later."""
    say(f"segments: {rate_per_s:,} people a second leave one of {SEGMENTS} in time")
    settings, now_us = ground.fresh(), clock.now_us()
    storage = open_storage(settings)
    try:
        fold = open_fold(storage.truth, storage.state, settings.state.rows_max)
        others = islice(conditions(OTHER), SEGMENTS - 1)
        wanted = [Did(event=NAME, within=Window(days=1)), *others]
        define(storage, fold, wanted, now_us)
        for batch in in_batches(_entries(people, rate_per_s, now_us), COMMIT_ITEMS):
            storage.truth.commit(batch, now_us)
            for record in storage.truth.fresh():
                fold.apply(record)
        at_rest()
        hearing = Hearing(storage, fold, Resumed(clock, now_us))
        asyncio.run(_wait(hearing, fold, people / rate_per_s + _WAITED_S))
        return _figures(hearing.late_ms("s0"), people, rate_per_s)
    finally:
        storage.close()


class Resumed:
    """The real clock, but that it goes on from a moment that is over.

    However long it took to have all people there, the first leaves as long after it.
    """

    def __init__(self, clock: Clock, now_us: int) -> None:
        self._clock = clock
        self._behind_us = clock.now_us() - now_us

    def now_us(self) -> int:
        return self._clock.now_us() - self._behind_us


async def _wait(hearing: Hearing, fold: Fold, most_s: float) -> None:
    """Run it until everybody has left, but not for ever."""
    loop = asyncio.get_running_loop()
    until_s, asking = loop.time() + most_s, fold.segments.live.asking
    async with hearing.running():
        while asking.size("s0") and loop.time() < until_s:  # noqa: ASYNC110 - a look
            await asyncio.sleep(_LOOK_S)


def _entries(people: int, rate_per_s: int, now_us: int) -> Iterator[Entry]:
    """Give an event of each, a day before they are to leave."""
    first_us = now_us + _BEFORE_US - DAY_US
    for at in range(people):
        event = Event(
            type="track",
            name=NAME,
            at_us=first_us + at * SECOND_US // rate_per_s,
            identifiers=(Identifier("user_id", f"leaves{at}"),),
        )
        body = msgspec.json.encode(event)
        yield Entry(source="bench", message_id=f"leaves{at}", body=body)


def _figures(late_ms: list[float], people: int, rate_per_s: int) -> list[Figure]:
    note = (
        f"{len(late_ms):,} of {people:,} left, {rate_per_s:,} instants a second;"
        f" {SEGMENTS} segments; from the instant to membership, without a door"
    )
    name = f"{rate_per_s:,} people a second leave by time alone"
    shares = [
        less(f"{name}, p{share}", quantile(late_ms, share / 100), "ms", note=note)
        for share in (50, 95, 99)
    ]
    latest = less(
        f"{name}, the latest", max(late_ms, default=0.0), "ms", bar=BAR_MS, note=note
    )
    return [*shares, latest]
