"""Group commit: many callers, one writer, one flush, then everybody's answer.

Nobody is answered before the flush that covers their items has returned, and after
a failed write nobody is answered at all. A full disk is not such a failure: it is known
before anything is written, so who is concerned is sent away, and the next may try.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from msgspec import Struct

from habitue.base.clock import Clock
from habitue.base.errors import DiskFullError, HabitueError, StorageError
from habitue.log.port import Entry, Truth
from habitue.log.waiting import CallsInTurn
from habitue.model.outcome import Outcome
from habitue.model.record import Record, RecordKind

ITEMS_MAX = 500
WAIT_S = 0.005
QUEUE_MAX = 20_000
RETRY_AFTER_S = 1
# What waits while the disk is full; erasures, judgements and definitions do not.
ITEMS = frozenset({RecordKind.EVENT, RecordKind.TICK})

T = TypeVar("T")
OnDurable = Callable[[list[Record]], None]
OnFailure = Callable[[StorageError], None]
OnFull = Callable[[], None]


class Overloaded(HabitueError):  # noqa: N818 it is an answer, not a fault
    """More is waiting to be written than there is room for; send it again later."""

    def __init__(self, retry_after_s: int = RETRY_AFTER_S) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class _Waiting(Struct, frozen=True, eq=False):
    """The entries of one caller, where the answer goes, and since when it waits."""

    entries: Sequence[Entry]
    answer: asyncio.Future[list[Outcome]]
    since_s: float


class Committer:
    """Collects entries for a moment and writes them in one commit, in one thread.

    While a commit is under way the next one gathers. Jobs run in the same thread,
    between commits.
    """

    def __init__(
        self,
        truth: Truth,
        clock: Clock,
        *,
        items_max: int = ITEMS_MAX,
        wait_s: float = WAIT_S,
        queue_max: int = QUEUE_MAX,
    ) -> None:
        self._truth = truth
        self._clock = clock
        self._items_max = items_max
        self._wait_s = wait_s
        self._queue_max = queue_max
        self._queue: CallsInTurn[_Waiting] = CallsInTurn()
        # Items waiting and in the commit under way: what back-pressure looks at.
        self.queued = 0
        self.commits = 0
        self._gathering = 0
        self._full = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="habitue-truth")
        self._on_durable: list[OnDurable] = []
        self._on_failure: list[OnFailure] = []
        self._on_full: list[OnFull] = []
        self._closed = False
        self.failure: StorageError | None = None
        # While it is set, items are sent away with it before anything is written.
        self.full: DiskFullError | None = None

    def on_durable(self, callback: OnDurable) -> None:
        """Call back, on the loop, with the records that have just become durable."""
        self._on_durable.append(callback)

    def on_failure(self, callback: OnFailure) -> None:
        """Call back, once, when the log can't be written any more."""
        self._on_failure.append(callback)

    def on_full(self, callback: OnFull) -> None:
        """Call back, on the loop, when a commit has found no room on the disk."""
        self._on_full.append(callback)

    def hold(self, error: DiskFullError) -> None:
        """Take no items until go_on(): there is no room, or soon won't be any."""
        self.full = error
        queue, self._queue = self._queue, CallsInTurn()
        self._gathering = 0
        self._turn_away(error, queue.calls())

    def go_on(self) -> None:
        """Take items again."""
        self.full = None

    async def append(self, entries: Sequence[Entry]) -> list[Outcome]:
        """Write the entries and give their outcomes in order, once they are on disk.

        Raises Overloaded where too much is waiting, StorageError where the log
        can't be written, DiskFullError where it can't be just now.
        """
        self._check_open()
        if self.full is not None and any(one.kind in ITEMS for one in entries):
            raise self.full
        if not entries:
            return []
        if self.queued and self.queued + len(entries) > self._queue_max:
            raise Overloaded
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Outcome]] = loop.create_future()
        self._queue.append(_Waiting(entries, answer, loop.time()))
        self.queued += len(entries)
        self._gathering += len(entries)
        if self._gathering >= self._items_max:
            self._full.set()
        self._wake()
        return await answer

    async def run(self, job: Callable[[], T]) -> T:
        """Run a small job in the writer's thread, between commits.

        What the job raises is the caller's, unless it is a StorageError.
        """
        self._check_open()
        loop = asyncio.get_running_loop()
        try:
            result, fresh = await loop.run_in_executor(self._thread, self._do, job)
        except DiskFullError:
            self._tell_full()
            raise
        except StorageError as error:
            self._fail(error)
            raise
        self._tell(fresh)
        return result

    async def close(self) -> None:
        """Write what is queued, then stop; nothing is taken any more."""
        self._closed = True
        self._full.set()
        if self._task is not None:
            await self._task
        self._thread.shutdown(wait=True)

    # -- the writing task -----------------------------------------------------

    def _check_open(self) -> None:
        if self.failure is not None:
            raise self.failure
        if self._closed:
            raise StorageError("The log is closed: this process is stopping.")

    def _wake(self) -> None:
        # The task lives while there is work, so an idle log has nothing to stop.
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name="habitue-commit")

    async def _work(self) -> None:
        while self._queue:
            await self._gather()
            # Whoever gathered may have been sent away meanwhile.
            if self._queue:
                await self._commit(self._take())

    async def _gather(self) -> None:
        """Wait until there is enough for a commit, but not for long.

        Who came while the last commit was under way has waited already.
        """
        until_s = self._queue.first().since_s + self._wait_s
        if (
            self._gathering >= self._items_max
            or self._closed
            or until_s <= asyncio.get_running_loop().time()
        ):
            return
        self._full.clear()
        try:
            async with asyncio.timeout_at(until_s):
                await self._full.wait()
        except TimeoutError:
            return

    def _take(self) -> list[_Waiting]:
        """Take what fits into one commit: whole calls, and at least one."""
        taken = [self._queue.popleft()]
        items = len(taken[0].entries)
        while self._queue:
            more = len(self._queue.first().entries)
            if items + more > self._items_max:
                break
            taken.append(self._queue.popleft())
            items += more
        self._gathering -= items
        return taken

    async def _commit(self, taken: list[_Waiting]) -> None:
        entries = [entry for waiting in taken for entry in waiting.entries]
        now_us = self._clock.now_us()
        loop = asyncio.get_running_loop()
        try:
            outcomes, fresh = await loop.run_in_executor(
                self._thread, self._write, entries, now_us
            )
        except DiskFullError as error:
            self._turn_away(error, taken)
            self._tell_full()
            return
        except Exception as error:  # noqa: BLE001 whatever it was, nobody may be told
            self._fail(_as_storage_error(error), taken)
            return
        self.commits += 1
        self.queued -= len(entries)
        self._answer(taken, outcomes)
        try:
            self._tell(fresh)
        except Exception as error:  # noqa: BLE001 a deaf listener ends the process
            self._fail(_as_storage_error(error))

    def _answer(self, taken: list[_Waiting], outcomes: list[Outcome]) -> None:
        start = 0
        for waiting in taken:
            end = start + len(waiting.entries)
            if not waiting.answer.done():
                waiting.answer.set_result(outcomes[start:end])
            start = end

    def _tell(self, fresh: list[Record]) -> None:
        if fresh:
            for callback in self._on_durable:
                callback(fresh)

    def _turn_away(self, error: DiskFullError, taken: Iterable[_Waiting]) -> None:
        """Tell callers that nothing of theirs was written, and why."""
        for waiting in taken:
            self.queued -= len(waiting.entries)
            if not waiting.answer.done():
                waiting.answer.set_exception(error)

    def _tell_full(self) -> None:
        for callback in self._on_full:
            callback()

    def _fail(self, error: StorageError, taken: Sequence[_Waiting] = ()) -> None:
        """Refuse everybody from now on: what can't be written can't be promised."""
        for waiting in (*taken, *self._queue.calls()):
            if not waiting.answer.done():
                waiting.answer.set_exception(error)
        self._queue.clear()
        self.queued = self._gathering = 0
        if self.failure is None:
            self.failure = error
            for callback in self._on_failure:
                callback(error)

    # -- in the writer's thread -----------------------------------------------

    def _write(
        self, entries: list[Entry], now_us: int
    ) -> tuple[list[Outcome], list[Record]]:
        # A failed commit behind this one in the thread's queue may have been
        # started already: it must not write after the failure.
        if self.failure is not None:
            raise self.failure
        return self._truth.commit(entries, now_us), self._truth.fresh()

    def _do(self, job: Callable[[], T]) -> tuple[T, list[Record]]:
        if self.failure is not None:
            raise self.failure
        return job(), self._truth.fresh()


def _as_storage_error(error: Exception) -> StorageError:
    if isinstance(error, StorageError):
        return error
    wrapped = StorageError(
        f"The log can't be written: {type(error).__name__}: {error}. "
        "Nothing more is acknowledged; see what ails the disk and start again."
    )
    wrapped.__cause__ = error
    return wrapped
