"""How soon after an event somebody is in a segment, and out of it by time alone.

By the real clock, with the one writer and its ticks, while a shop's visits come in.
"""

import asyncio
from collections.abc import Sequence
from itertools import islice

import msgspec

from habitue.app.bench.figure import Figure, Say, less, quantile
from habitue.app.bench.folding import SEGMENTS
from habitue.app.bench.ground import Ground
from habitue.app.bench.hearing import Hearing
from habitue.app.bench.sessions import in_batches
from habitue.app.projection.rebuild import open_fold
from habitue.app.projection.storage import Storage, open_storage
from habitue.base.clock import SECOND_US, Clock
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.segment.condition import Condition, Did, Window
from habitue.segment.definition import SEGMENT, Segment, encode

# So many events come at once, and so often; with every fifth, one that is looked for.
_BATCH, _PAUSE_S = 20, 0.02
EVENTS_PER_S = round(_BATCH / _PAUSE_S)
_PROBED = 5
_NAME, _PROBE = "Bell Rung", "probe"
_SPAN = Window(seconds=1)


def measure(
    ground: Ground,
    clock: Clock,
    say: Say,
    *,
    entries: Sequence[Entry],
    others: Sequence[Condition],
) -> list[Figure]:
    """Measure while these events come in, under these segments and one more."""
    say(f"segments: how soon one of {SEGMENTS} is joined and left, while visits come")
    settings = ground.fresh()
    storage = open_storage(settings)
    try:
        wanted = [Did(event=_NAME, within=_SPAN), *islice(others, SEGMENTS - 1)]
        for at, condition in enumerate(wanted):
            body = encode(
                Segment(segment_id=f"s{at}", name=f"s{at}", condition=condition)
            )
            storage.truth.define(SEGMENT, f"s{at}", body, clock.now_us())
        shop = _Running(storage, clock, settings.state.rows_max)
        asyncio.run(shop.run(entries))
        return [
            *_figures("an event to membership", shop.joins_ms()),
            *_figures("the moment to leaving by time alone", shop.leaves_ms()),
        ]
    finally:
        storage.close()


def _figures(name: str, took_ms: list[float]) -> list[Figure]:
    note = f"{len(took_ms):,} of them, {EVENTS_PER_S:,} events/s beside, without a door"
    return [
        less(f"{name}, p{share}", quantile(took_ms, share / 100), "ms", note=note)
        for share in (50, 95)
    ]


class _Running:
    """Visits that come in by the real clock, and some who are looked for among them."""

    def __init__(self, storage: Storage, clock: Clock, rows_max: int) -> None:
        self._clock = clock
        self._fold = open_fold(storage.truth, storage.state, rows_max)
        self._live = self._fold.segments.live
        self._hearing = Hearing(storage, self._fold, clock)
        # When the event of each was handed over.
        self._asked_us: dict[int, int] = {}

    async def run(self, entries: Sequence[Entry]) -> None:
        append = self._hearing.committer.append
        async with self._hearing.running():
            while len(self._live.library.answering()) < SEGMENTS:  # noqa: ASYNC110 - a look
                await asyncio.sleep(_PAUSE_S)
            async with asyncio.TaskGroup() as appending:
                for at, batch in enumerate(in_batches(entries, _BATCH)):
                    told = [*batch, self._probe(at)] if at % _PROBED == 0 else batch
                    appending.create_task(append(told))
                    await asyncio.sleep(_PAUSE_S)
            # Until the last one has left, too.
            await asyncio.sleep(2 * SECOND_US / 1e6)

    def _probe(self, number: int) -> Entry:
        now_us = self._asked_us[number] = self._clock.now_us()
        event = Event(
            type="track", name=_NAME, at_us=now_us, identifiers=(_who(number),)
        )
        body = msgspec.json.encode(event)
        return Entry(source="bench", message_id=f"{_PROBE}{number}", body=body)

    def joins_ms(self) -> list[float]:
        """Give how long it took from handing an event over to being a member."""
        asked = {
            self._fold.identity.find(_who(number)): at_us
            for number, at_us in self._asked_us.items()
        }
        return [
            (seen_us - asked[change.person_id]) / 1000
            for change, seen_us in self._hearing.heard
            if change.entered and change.person_id in asked
        ]

    def leaves_ms(self) -> list[float]:
        """Give how long after their own moment members were seen to have left."""
        return self._hearing.late_ms("s0")


def _who(number: int) -> Identifier:
    return Identifier("user_id", f"{_PROBE}{number}")
