"""The projector: takes the log through the fold, on the loop, in slices."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from habitue.app.projection.due import tick_entry
from habitue.app.projection.fold import Fold
from habitue.app.projection.pace import Pace
from habitue.app.projection.snapshots import Snapshots
from habitue.app.projection.taking import Applied
from habitue.app.projection.waiting import Waiting
from habitue.base.clock import Clock
from habitue.base.errors import StorageError
from habitue.log.commit import Overloaded
from habitue.log.port import Entry, Truth
from habitue.model.event import Event
from habitue.model.record import Record
from habitue.state.port import StateBackend
from habitue.timers.timers import TICK_US, wants_tick

_log = logging.getLogger("habitue.projector")


Listener = Callable[[Record, Applied], None]
# Gives the event of a record that this process has just written, once.
Handed = Callable[[bytes | None], Event | None]
# How many events wait beside their records; the rest is read when its turn comes.
HANDED_MAX = 20_000
# Appends entries to the log; whoever leads has one.
Append = Callable[[list[Entry]], Awaitable[object]]
# Ticks are not waited for in shorter steps than this.
TICK_S_MIN = 0.005


class Projector:
    """Owns the fold: applies records in order, answers waiters, writes snapshots.

    It runs on the collector's event loop, at most a slice at a time, so that
    requests are answered between records and no lock is needed.
    """

    def __init__(
        self,
        fold: Fold,
        truth: Truth,
        backend: StateBackend,
        clock: Clock,
        pace: Pace | None = None,
    ) -> None:
        self.fold = fold
        self._truth = truth
        self._clock = clock
        self._pace = pace or Pace()
        self._queue: deque[tuple[Record, Event | None]] = deque()
        self.handed: Handed = lambda _: None
        self._fed = fold.offset
        self._seen = fold.offset
        self._wake = asyncio.Event()
        self._listeners: list[Listener] = []
        # The record that is being settled, a slice at a time.
        self._record: Record | None = None
        self._stopping = False
        self.snapshots = Snapshots(fold, backend, self._pace, self._fail)
        self.failure: BaseException | None = None
        self._waiting = Waiting(fold, lambda: self.failure is not None)
        self.whole = fold.whole = self._waiting.whole
        fold.held = self._waiting.held
        self.on_failure: Callable[[BaseException], None] = lambda _: None
        # Counted as they come, so that asking for their number reads none of them.
        self._held_faults = sum(1 for _ in fold.faults.items()) - fold.faulty.found
        # The time of the last record applied; None until it is asked for.
        self._last_us: int | None = None
        self._tick: Append | None = None
        self._ticking: asyncio.Task[None] | None = None

    def listen(self, listener: Listener) -> None:
        """Call the listener with each event once it has been applied."""
        self._listeners.append(listener)

    def feed(self, records: Sequence[Record]) -> None:
        """Take records that have just become durable, without reading them again."""
        if not records:
            return
        self._seen = max(self._seen, records[-1].offset)
        waiting, handed = len(self._queue), self.handed
        # Each is taken, wanted or not: nobody else would.
        events = [handed(record.body) for record in records]
        if waiting >= HANDED_MAX:
            events = [None] * len(records)
        room = waiting < self._pace.queue_records_max
        if room and records[0].offset == self._fed + 1:
            self._queue.extend(zip(records, events, strict=True))
            self._fed = records[-1].offset
        self._wake.set()

    def hear(self, head: int) -> None:
        """Learn that the log has grown, without being given the records."""
        if head > self._seen:
            self._seen = head
            self._wake.set()

    def want(self, offset: int) -> None:
        """Write state down as soon as it reflects the record at offset."""
        self.snapshots.want(offset)
        self._wake.set()

    @property
    def faults(self) -> int:
        return self._held_faults + self.fold.faulty.found

    @property
    def lag_records(self) -> int:
        return self._seen - self.fold.offset

    def lag_ms(self) -> float:
        """Say how long the next record has been waiting, in milliseconds."""
        if not self._queue:
            return 0.0
        return max(0, self._clock.now_us() - self._queue[0][0].received_us) / 1000

    async def applied(self, offset: int, timeout_s: float = 1.0) -> bool:
        """Wait until state reflects the record at offset; False after timeout_s."""
        return await self._waiting.applied(offset, timeout_s)

    async def run(self) -> None:
        """Apply records until stopped; never ends by a bad record."""
        try:
            while not self._stopping or self.lag_records:
                if self.fold.settling is None:
                    await self._waiting.go_on()
                if self._refill() or self.fold.is_amid:
                    self._slice()
                if self.lag_records:
                    # Requests get their turn between two slices of either kind.
                    await self._give_way()
                self.snapshots.begin_if_due()
                if self.snapshots.encode():
                    await asyncio.sleep(0)
                elif not self.lag_records and not self._stopping:
                    self._tick_if_due()
                    await self._sleep()
        except Exception as error:  # noqa: BLE001 - the process is told, and ends
            _log.exception("the projector stopped")
            self._fail(error)

    def stop(self) -> None:
        """Let run() end once everything durable has been applied."""
        self._stopping = True
        self._wake.set()

    async def flush(self) -> None:
        """Write everything applied so far to the state store."""
        self._check()
        await self.snapshots.flush()
        self._check()

    def close(self) -> None:
        self.snapshots.close()

    # -- slices ---------------------------------------------------------------

    def _refill(self) -> bool:
        if self._queue:
            return True
        if self._fed < self._seen:
            records = self._truth.read(self._fed, self._pace.read_records_max)
            self._queue.extend((record, None) for record in records)
            if records:
                self._fed = records[-1].offset
                # More than was heard of, where another process appends as well: who
                # ends would wait for ever for what lies behind it.
                self._seen = max(self._seen, self._fed)
        return bool(self._queue)

    def _slice(self) -> None:
        end = time.perf_counter() + self._pace.slice_s
        queue, fold = self._queue, self.fold
        while queue or fold.is_amid:
            # One record may reach very much: that takes several slices.
            if fold.settling is not None:
                if self._settle_on() and self._waiting.reads:
                    # They read it as it is now, before the next record is taken in.
                    break
            elif fold.weighing is not None:
                if self._is_writing_down():
                    break
                fold.weigh_on(1)
            elif fold.fire(queue[0][0]):
                self._take(*queue.popleft())
            if time.perf_counter() >= end:
                break
        self._waiting.answer()

    def _take(self, record: Record, event: Event | None) -> None:
        applied = self.fold.take_in(record, event)
        if self.fold.settling is None:
            self._tell(record, applied)
        else:
            self._record = record

    def _settle_on(self) -> bool:
        """Do a step of what is settled; say whether that was the last."""
        applied, record = self.fold.settle_on(), self._record
        if self.fold.settling is not None or record is None:
            return False
        self._record = None
        self._tell(record, applied)
        return True

    def _tell(self, record: Record, applied: Applied | None) -> None:
        self._last_us = record.received_us
        if applied is not None:
            for listener in self._listeners:
                listener(record, applied)

    async def _give_way(self) -> None:
        if self.fold.weighing is not None:
            # What is to be weighed waits for that: others have all the time there is.
            await self.snapshots.committed()
        await asyncio.sleep(0)

    def _is_writing_down(self) -> bool:
        # One that has failed is never settled, and takes nothing out of memory.
        return self.fold.store.snapshotting and self.failure is None

    async def _sleep(self) -> None:
        self._wake.clear()
        if self.lag_records or self._stopping:
            return
        loop = asyncio.get_running_loop()
        alarm = loop.call_later(self._rest_s(), self._wake.set)
        await self._wake.wait()
        alarm.cancel()

    def _rest_s(self) -> float:
        """Say how long there is nothing to do, if no record comes."""
        due_us, rest_s = self.fold.dues.next_us(), self._pace.snapshot_s
        if due_us is None or self._tick is None:
            return rest_s
        tick_us = max(due_us, self._last() + TICK_US)
        return min(rest_s, max(TICK_S_MIN, (tick_us - self._clock.now_us()) / 1e6))

    # -- ticks ----------------------------------------------------------------

    def tick_by(self, append: Append) -> None:
        """Append ticks by this where something is due and no record comes."""
        self._tick = append

    def _tick_if_due(self) -> None:
        due_us = self.fold.dues.next_us()
        if due_us is None or self._tick is None or self._ticking is not None:
            return
        if wants_tick(due_us, self._last(), self._clock.now_us()):
            self._ticking = asyncio.create_task(self._append_tick(self._tick))

    async def _append_tick(self, append: Append) -> None:
        # Not waited for: records that come meanwhile are applied meanwhile.
        try:
            await append([tick_entry(self._seen)])
        except (Overloaded, StorageError):
            # Records come in after all, or the log has stopped and says so itself.
            return
        finally:
            self._ticking = None

    def _last(self) -> int:
        """Give the time of the log's last record, which is the fold's now."""
        if self._last_us is None:
            record = self._truth.get(self.fold.offset)
            self._last_us = 0 if record is None else record.received_us
        return self._last_us

    # -- failing --------------------------------------------------------------

    def _check(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _fail(self, error: BaseException) -> None:
        self.failure = error
        self._waiting.release()
        self.on_failure(error)
