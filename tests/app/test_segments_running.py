"""By the real clock, with the one writer and its ticks: nobody has to come for it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from habitue.app.projection.effects import Effects
from habitue.app.projection.evidence import event_of
from habitue.app.projection.projector import Projector
from habitue.app.projection.rebuild import open_fold
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import SystemClock
from habitue.log.commit import Committer
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.record import Record
from habitue.segment.condition import Condition, Did, DidNot, Window
from habitue.segment.definition import SEGMENT, Segment, encode
from habitue.segment.live_rows import Cause
from habitue.segment.subscription import (
    CHANGES,
    ENTERED,
    LEFT,
    SUBSCRIPTION,
    Subscription,
)
from tests.app.stood import Standing

BOUGHT = "Order Completed"
# So late may be told who came or left, and no later.
LATE_US = 1_000_000


class Running:
    """A log with its one writer, and a projector that leads, by the real clock."""

    def __init__(self, folder: Path) -> None:
        self.truth = SqliteTruth(folder / "truth.db")
        self.state = SqliteState(folder / "state.db")
        self.fold = open_fold(self.truth, self.state, 1_000)
        self.live = self.fold.segments.live
        self.clock = SystemClock()
        self.committer = Committer(self.truth, self.clock)
        self.projector = Projector(self.fold, self.truth, self.state, self.clock)
        self.committer.on_durable(self.projector.feed)
        self.committer.on_durable(self._written)
        # When each record of who came or left was on disk.
        self.written_us: list[int] = []
        self.projector.tick_by(self.committer.append)

    async def run(self, work: Callable[["Running"], Awaitable[None]]) -> None:
        outbox = self.fold.segments.subscriptions.outbox
        effects = Effects(CHANGES, outbox, self.projector, self.committer.append)
        running = asyncio.create_task(self.projector.run())
        await work(self)
        await effects.stop()
        await self.committer.close()
        self.projector.stop()
        await running
        self.projector.close()
        self.state.close()
        self.truth.close()

    async def until(self, so: Callable[[], object]) -> None:
        deadline = time.monotonic() + 10
        while not so():
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)

    def _written(self, records: Sequence[Record]) -> None:
        now_us = self.clock.now_us()
        self.written_us += [now_us for one in records if one.source == CHANGES]

    def told(self) -> list[Record]:
        return [one for one in self.truth.read(0, 1_000) if one.source == CHANGES]


# Of one condition time alone makes somebody enter, of the other it makes them leave.
FOR_A_SECOND = Window(seconds=1)
QUIET = DidNot(event=BOUGHT, within=FOR_A_SECOND)
LATELY = Did(event=BOUGHT, within=FOR_A_SECOND)


@pytest.mark.parametrize(
    ("condition", "names", "causes"),
    [
        (QUIET, [ENTERED], (Cause.TIME, Cause.TIME)),
        (LATELY, [ENTERED, LEFT], (Cause.EVENT, Cause.TIME)),
    ],
    ids=["enters", "leaves"],
)
def test_where_no_record_comes_somebody_lapses_and_it_is_told_once(
    condition: Condition, names: list[str], causes: tuple[Cause, Cause], tmp_path: Path
) -> None:
    late_us: list[int] = []

    async def work(shop: Running) -> None:
        await shop.until(shop.live.library.answering)
        event = Event(
            type="track",
            name=BOUGHT,
            at_us=shop.clock.now_us(),
            identifiers=(Identifier("user_id", "u1"),),
        )
        entry = Entry(source="s", message_id="m", body=msgspec.json.encode(event))
        await shop.committer.append([entry])
        await shop.until(lambda: len(shop.told()) == len(names))
        (person_id,) = shop.fold.identity.people(0, 2)
        (span,) = shop.live.members.spans(person_id)
        lapses_us = event.at_us + 1_000_000
        # Who enters has no end yet; who leaves entered as the event came.
        assert lapses_us in span[1:3]
        assert span[3:] == causes
        await asyncio.sleep(0.3)
        told = [event_of(one) for one in shop.told()]
        assert [one.name for one in told if one] == names
        late_us.append(shop.written_us[-1] - lapses_us)

    shop = Running(tmp_path)
    body = encode(Segment(segment_id="quiet", name="quiet", condition=condition))
    shop.truth.define(SEGMENT, "quiet", body, shop.clock.now_us())
    listens = msgspec.json.encode(Subscription(segment="quiet"))
    shop.truth.define(SUBSCRIPTION, "mailer", listens, shop.clock.now_us())
    shop.projector.hear(shop.truth.head())

    with Standing() as machine:
        asyncio.run(shop.run(work))

    # Where the machine itself stood, it is so much later that anybody could be told.
    assert 0 <= late_us[0] < LATE_US + machine.stood_us
