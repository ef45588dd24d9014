"""By the real clock, with the one writer and its ticks: nobody has to come for it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from habitue.app.projection.effects import Effects
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
from habitue.segment.condition import DidNot, Window
from habitue.segment.definition import SEGMENT, Segment, encode
from habitue.segment.live_rows import Cause
from habitue.segment.subscription import CHANGES, SUBSCRIPTION, Subscription

BOUGHT = "Order Completed"


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

    def told(self) -> list[Record]:
        return [one for one in self.truth.read(0, 1_000) if one.source == CHANGES]


def test_where_no_record_comes_somebody_lapses_and_it_is_told_once(tmp_path):
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
        await shop.until(lambda: shop.live.asking.size("quiet"))
        (person_id,) = shop.fold.identity.people(0, 2)
        (span,) = shop.live.members.spans(person_id)
        assert span[1:] == (event.at_us + 1_000_000, 0, Cause.TIME, Cause.TIME)
        await shop.until(shop.told)
        await asyncio.sleep(0.3)
        (record,) = shop.told()
        assert b'"Segment Entered"' in (record.body or b"")

    shop = Running(tmp_path)
    quiet = DidNot(event=BOUGHT, within=Window(seconds=1))
    body = encode(Segment(segment_id="quiet", name="quiet", condition=quiet))
    shop.truth.define(SEGMENT, "quiet", body, shop.clock.now_us())
    listens = msgspec.json.encode(Subscription(segment="quiet"))
    shop.truth.define(SUBSCRIPTION, "mailer", listens, shop.clock.now_us())
    shop.projector.hear(shop.truth.head())

    asyncio.run(shop.run(work))
