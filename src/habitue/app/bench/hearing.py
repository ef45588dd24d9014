"""A log with its one writer, a projector, and who hears when members change."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from habitue.app.projection.fold import Fold
from habitue.app.projection.projector import Projector
from habitue.app.projection.storage import Storage
from habitue.base.clock import Clock
from habitue.log.commit import Committer
from habitue.segment.members import Change


class Hearing:
    """Runs a fold as a server runs it, ticks and all, without a door."""

    def __init__(self, storage: Storage, fold: Fold, clock: Clock) -> None:
        self._clock = clock
        self._live = fold.segments.live
        self.committer = Committer(storage.truth, clock)
        self._projector = Projector(fold, storage.truth, storage.state, clock)
        self.committer.on_durable(self._projector.feed)
        self._projector.tick_by(self.committer.append)
        self._projector.hear(storage.truth.head())
        self._then, self._live.on_change = self._live.on_change, self._hear
        # What changed, and when that was kept.
        self.heard: list[tuple[Change, int]] = []

    def _hear(self, change: Change) -> None:
        self.heard.append((change, self._clock.now_us()))
        self._then(change)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run it meanwhile; to the end of what came in."""
        running = asyncio.create_task(self._projector.run())
        try:
            yield
        finally:
            await self.committer.close()
            self._projector.stop()
            await running
            self._projector.close()

    def late_ms(self, segment: str) -> list[float]:
        """Give how long after their own moment members were seen to have left."""
        slot = self._live.library.segments[segment].answers
        return [
            (seen_us - change.at_us) / 1000
            for change, seen_us in self.heard
            if change.slot == slot and not change.entered
        ]
