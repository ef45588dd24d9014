"""Appends what the fold found to be told on: a price that fell, a scanner's clicks.

What is due stands in state until its record is folded, so nothing is lost where this
process ends in between; its id follows from the change, so nothing is told twice.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from habitue.app.projection.projector import Projector
from habitue.base.errors import StorageError
from habitue.log.commit import Overloaded
from habitue.log.port import Entry
from habitue.model.outcome import Outcome
from habitue.model.record import RecordKind
from habitue.state.outbox import Outbox

_log = logging.getLogger("habitue.effects")

# So many are appended at once; the next come when these have been folded.
BATCH_MAX = 500
WAIT_S = 1.0

Append = Callable[[Sequence[Entry]], Awaitable[Sequence[Outcome]]]


class Effects:
    """Appends what is due, as long as this process leads."""

    def __init__(
        self,
        source: str,
        outbox: Outbox,
        projector: Projector,
        append: Append,
        kind: RecordKind = RecordKind.EVENT,
    ) -> None:
        """source: the one under which these records stand in the log, of a kind."""
        self._source = source
        self._kind = kind
        self._outbox = outbox
        self._projector = projector
        self._append = append
        # Appended already, and not due any more once it is folded: one that stays so
        # was refused, and trying again would change nothing.
        self._told: set[str] = set()
        self._wake = asyncio.Event()
        outbox.on_news = self._wake.set
        self._running = asyncio.create_task(self._run(), name="effects")

    async def stop(self) -> None:
        """End; what is still due is appended by whoever leads next."""
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)

    async def _run(self) -> None:
        try:
            await self._recall()
            while True:
                while entries := self._entries():
                    await self._tell(entries)
                await self._wake.wait()
                self._wake.clear()
        except Exception as error:  # noqa: BLE001 - the process is told, and ends
            _log.exception("what became due is not told on any more")
            self._projector.on_failure(error)

    async def _recall(self) -> None:
        """Find what a process before this one left due."""
        after = self._outbox.recall(None, BATCH_MAX)
        while after is not None:
            await asyncio.sleep(0)
            after = self._outbox.recall(after, BATCH_MAX)

    def _entries(self) -> list[Entry]:
        return [
            Entry(
                kind=self._kind, source=self._source, message_id=message_id, body=body
            )
            for message_id, body in self._outbox.due(BATCH_MAX + len(self._told))
            if message_id not in self._told
        ]

    async def _tell(self, entries: list[Entry]) -> None:
        try:
            outcomes = await self._append(entries)
        except (Overloaded, StorageError):
            # Others come first, or the log has stopped and says so itself.
            await asyncio.sleep(WAIT_S)
            return
        self._told.update(entry.message_id for entry in entries)
        stored = [one.offset for one in outcomes if one.offset is not None]
        if len(stored) < len(entries):
            _log.error("an event of what is to be told on was not stored")
        applied = False
        while not applied:
            applied = await self._projector.applied(max(stored, default=0), WAIT_S)
        due = self._outbox.due(BATCH_MAX + len(self._told))
        self._told.intersection_update([message_id for message_id, _ in due])
