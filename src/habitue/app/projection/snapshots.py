"""State written down as it goes: a snapshot is frozen, encoded in slices, committed."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from habitue.app.projection.fold import Fold
from habitue.app.projection.pace import Pace
from habitue.base.errors import DiskFullError
from habitue.state.port import Snapshot, StateBackend

_log = logging.getLogger("habitue.snapshots")

# How often a snapshot is tried again that found no room on the disk.
ROOM_LOOK_S = 1.0


class Snapshots:
    """Takes snapshots of the fold's store on the loop, and has a thread write them."""

    def __init__(
        self,
        fold: Fold,
        backend: StateBackend,
        pace: Pace,
        fail: Callable[[BaseException], None],
    ) -> None:
        """fail: told why a snapshot could not be written."""
        self._fold = fold
        self._backend = backend
        self._pace = pace
        self._fail = fail
        # Called with a snapshot's offset before it is written, in the writer's thread.
        self.before: Callable[[int], None] = lambda _: None
        # How many were written.
        self.made = 0
        self._offset = fold.offset
        # The offset at which state was last written down, and is.
        self.at = fold.offset
        self._at = time.monotonic()
        # Somebody waits for state to be written down that reflects this record.
        self._wanted = 0
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="habitue-state")
        self._freezing = False
        self._writing: asyncio.Future[None] | None = None
        # One snapshot may hold more than fits: only after it is there much to free.
        self._untidy = False
        # Whoever ends does not wait for room on the disk.
        self._ending = threading.Event()

    def begin_if_due(self) -> None:
        """Freeze what has changed, if that is long ago or much enough."""
        if self._freezing or self._writing is not None:
            return
        if self._fold.is_amid:
            return
        offset = self._fold.offset
        behind = offset - self._offset
        waited = time.monotonic() - self._at
        wanted = self._offset < self._wanted <= offset or self._fold.forgot
        if not (behind or self._fold.forgot) or not (
            wanted
            or behind >= self._pace.snapshot_records
            or waited >= self._pace.snapshot_s
        ):
            return
        self._freezing = self._fold.store.begin(offset)
        self._offset = offset
        self._at = time.monotonic()
        if wanted and not self._freezing:
            # No row has changed, but that state stands here is waited for.
            self._commit(Snapshot(offset=offset, rows={}, entries={}), _no_rows)

    def want(self, offset: int) -> None:
        """Have state written down as soon as it reflects the record at offset."""
        self._wanted = max(self._wanted, offset)

    def encode(self) -> bool:
        """Encode for a slice; True while there is more to encode."""
        store = self._fold.store
        if self._freezing:
            if store.encode(self._pace.slice_s):
                self._write()
            return True
        if self._untidy and self._writing is None:
            self._untidy = not store.tidy(self._pace.slice_s)
            return self._untidy
        return False

    async def flush(self) -> None:
        """Write everything applied so far; what fails is told to `fail`.

        Where the disk is full it is left: the log is replayed at the next start.
        """
        self._ending.set()
        await self._settled()
        fold = self._fold
        begins = not fold.is_amid and fold.store.begin(fold.offset)
        if self._freezing or begins:
            self._write()
            await self._settled()

    async def committed(self) -> None:
        """Wait until the snapshot under way is committed, if there is one."""
        if self._writing is not None:
            await asyncio.wait([self._writing])

    def close(self) -> None:
        self._writer.shutdown(wait=True)

    async def _settled(self) -> None:
        while self._writing is not None:
            await asyncio.wait([self._writing])
            await asyncio.sleep(0)

    def _write(self) -> None:
        self._freezing = False
        self._commit(self._fold.store.take(), self._fold.store.settle)

    def _commit(self, snapshot: Snapshot, settle: Callable[[float], None]) -> None:
        loop = asyncio.get_running_loop()
        # No snapshot begins before all is forgotten that is to be.
        scrubs, self._fold.forgot = self._fold.forgot, False
        self._writing = loop.run_in_executor(
            self._writer, self._write_down, snapshot, scrubs
        )
        self._writing.add_done_callback(lambda done: self._settle(done, settle))

    def _write_down(self, snapshot: Snapshot, scrubs: bool) -> None:
        """Commit a snapshot, in the writer's thread, once there is room for it."""
        self.before(snapshot.offset)
        while True:
            try:
                self._backend.commit(snapshot)
                break
            except DiskFullError:
                if self._ending.wait(ROOM_LOOK_S):
                    # What is forgotten is to be cleaned up still.
                    self._fold.forgot |= scrubs
                    raise
        if scrubs and not self._backend.scrub():
            # Somebody was in the way: again with the next snapshot.
            self._fold.forgot = True

    def _settle(
        self, done: "asyncio.Future[None]", settle: Callable[[float], None]
    ) -> None:
        self._writing = None
        error = done.exception()
        if isinstance(error, DiskFullError):
            _log.warning("state isn't written down, it is replayed: %s", error)
            return
        if error is not None:
            self._fail(error)
            return
        settle(self._pace.slice_s)
        self.at = self._offset
        self._untidy = True
        self.made += 1


def _no_rows(_budget_s: float) -> None:
    """Settle a snapshot that took no row up: there is nothing to forget."""
