"""Keeps the analytic copy behind the projector, and asks it at one offset.

The copy is opened when somebody asks, or a while after the start. It reads from the
log what it lacks, a slice at a time, and from then on takes each event as it is
applied. Rows gather in memory; a thread seals them every few seconds. The engine
never stands between an item and its acknowledgement: it is not waited for there.

What it holds of each event depends on identity, which may be decided anew. So state
is not written down before the copy has what was folded anew (settle_debt): whatever
state a process starts from, the rows up to the copy's offset are right, or it is made
anew from the log.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from habitue.app.lake.cleaning import LakeCleaning
from habitue.app.lake.reading import LogReading
from habitue.app.lake.tail import ROWS_MAX, LakeTail
from habitue.app.lake.threads import ASKED_MAX, LakeThreads
from habitue.app.projection.fold import Applied, Fold
from habitue.base.errors import StorageError
from habitue.lake.moves import Moves
from habitue.lake.port import Found, Lake, NotAnsweredError, Question, Seal
from habitue.log.port import Truth
from habitue.model.event import Event
from habitue.model.record import Record
from habitue.profile.counts import counts
from habitue.profile.rows import NOBODY

T = TypeVar("T")
_log = logging.getLogger("habitue.lake")

# A slice of reading, and how long others have the loop after it.
SLICE_S = 0.002
REST_S = 0.003
# Notes of people taken between two looks at the clock.
NOTES = 20
# So many changed while the copy is closed: it is as well to read what all hold.
NOTES_MAX = 200_000
LOOK_RECORDS = 4_096
_NEVER = 2**62
# Slices after which what people hold is taken in one go, though more changes.
SLICES_MAX = 200
# Rows read from the log between two seals.
SEAL_ROWS = 50_000
READY_S = 10.0


class LakeCopy:
    """One analytic copy: closed, catching up with the log, or live."""

    def __init__(
        self,
        fold: Fold,
        truth: Truth,
        make: Callable[[], Lake],
        *,
        kept: bool,
        continuous: bool = True,
    ) -> None:
        """make: gives the backend of the copy; only once it is needed, as it is heavy.

        kept: there is a copy that has to be told of what is folded anew.

        continuous: whatever wrote state before has settled its debts to this copy.
        """
        self._make = make
        self._made: Lake | None = None
        self._fold = fold
        self._truth = truth
        self._continuous = continuous
        self._moves = Moves()
        self._moved = fold.identity.moved
        self._kept = kept
        if kept:
            self._note()
        self._tail = LakeTail(lambda: self.lake, fold.identity)
        self._reading = LogReading(fold, truth, self._tail, self._moves)
        # Where state stood when the notes began.
        self._start = fold.offset
        # Up to where events were read; None while the copy is closed.
        self._at: int | None = None
        self.live = False
        # What people hold is complete; until then nobody is answered.
        self._whole = False
        self._ready = asyncio.Event()
        # One seal, or one beginning of a query, at a time.
        self.turn = asyncio.Lock()
        self.asked = asyncio.Semaphore(ASKED_MAX)
        self.threads = LakeThreads()
        self.cleaning = LakeCleaning(self)
        self._opening: asyncio.Task[None] | None = None
        # Something was folded anew that no seal has taken up.
        self._owes = False
        self.fault = ""

    @property
    def lake(self) -> Lake:
        """The backend, once the copy was opened."""
        if self._made is None:
            raise NotAnsweredError(self._progress())
        return self._made

    def _note(self) -> None:
        self._fold.moves = self._moves
        self._moved.note()

    # -- what the projector tells --------------------------------------------------

    def heard(self, record: Record, applied: Applied) -> None:
        """Take an event that was applied."""
        if self.live:
            try:
                self._hear(record, applied)
            except Exception as error:  # noqa: BLE001 - the copy ends, nothing else
                self.give_up(error)
        elif self._at is None and not record.offset % LOOK_RECORDS:
            self._bound_notes()

    def _hear(self, record: Record, applied: Applied) -> None:
        event, strand = applied.event, applied.strand
        if strand is None and not event.identifiers and counts(event):
            # Where it was retracted before it came, a move says so.
            strand = NOBODY
        self._add(record, event, strand)
        if self._tail.rows > ROWS_MAX:
            self._fall_back()

    def _add(self, record: Record, event: Event, strand: int | None) -> None:
        self._tail.add(record, event, strand, self._fold.source(record.source))

    def _bound_notes(self) -> None:
        """Note who has changed no more, if that is many: then all are read."""
        if self._moved.pending > NOTES_MAX:
            self._moved.rest()
            self._start = _NEVER

    def _fall_back(self) -> None:
        """Hold no more in memory than may be: read it from the log, later."""
        _log.warning("the analytic copy is too far behind: it reads the log again")
        self._tail.clear()
        self._at, self.live = self.lake.offset, False
        # What people hold went along.
        self._whole = False
        self._ready.clear()

    # -- opening, and reading what is lacking ---------------------------------------

    def begin(self) -> None:
        """Have the copy opened and brought up to where state stands."""
        if self._opening is None or (self._opening.done() and not self.is_ready):
            self._opening = asyncio.create_task(self._open(), name="lake")

    @property
    def is_open(self) -> bool:
        return self._at is not None and not self.fault

    @property
    def is_ready(self) -> bool:
        return self._ready.is_set()

    async def _open(self) -> None:
        if self.fault:
            return
        try:
            await self.open_file()
            await self._catch_up()
        except Exception as error:  # noqa: BLE001 - the copy ends, nothing else
            self.give_up(error)

    async def open_file(self) -> None:
        """Open the file, or make it anew if it is not of this log."""
        async with self.turn:
            if self._at is not None:
                return
            await self.threads.write(self._open_lake)
            if not self._is_ours():
                await self.threads.write(self.lake.throw_away)
                await self.threads.write(self.lake.open)
            self._whole = self._kept and self.lake.offset >= self._start
            if not self._whole:
                self._note()
            self._at = self.lake.offset

    def _open_lake(self) -> None:
        self._made = self._make()
        self._made.open()

    def _is_ours(self) -> bool:
        """Say whether the copy is one of this log, and what it holds is still so."""
        at = self.lake.offset
        if not at:
            return True
        record = self._truth.get(at)
        if record is None or record.chain.hex() != self.lake.mark:
            return False
        return self._continuous or at >= self._start

    async def _catch_up(self) -> None:
        while not (self.live and self._whole):
            await self._read_on()
            if not self._whole:
                await self._hold_all()
        self._ready.set()

    async def _read_on(self) -> None:
        while self._at != self._fold.offset:
            until = time.perf_counter() + SLICE_S
            while self.offset < self._fold.offset and time.perf_counter() < until:
                self._at = self._reading.read(self.offset)
            if self._tail.rows >= SEAL_ROWS:
                await self.seal()
            # Where state begins behind the copy, it is replayed up to there first.
            await asyncio.sleep(REST_S)
        # Nothing is applied between the look at the offset and this.
        self.live = True

    async def _hold_all(self) -> None:
        """Read what each person holds, and seal it as all there is."""
        after: int | None = 0
        while after is not None:
            until = time.perf_counter() + SLICE_S
            while after is not None and time.perf_counter() < until:
                found, after = self._moved.page(after, NOTES)
                self._tail.hold(found)
            await asyncio.sleep(REST_S)
        await self._seal(whole=True)
        self._whole = True

    # -- sealing --------------------------------------------------------------------

    async def seal(self) -> None:
        """Keep for good what has come; give back once it is kept."""
        await self._seal(whole=False)

    async def _seal(self, *, whole: bool) -> None:
        if self._at is None or self.fault:
            return
        async with self.turn:
            await self._seal_now(whole=whole)

    async def _seal_now(self, *, whole: bool = False) -> None:
        if self._whole or whole:
            await self._take_notes()
        offset = self._fold.offset if self.live else self._at or 0
        fixes = self._moves.take() if len(self._moves) else None
        nothing_new = self._tail.is_empty and fixes is None and not whole
        if nothing_new and offset == self.lake.offset:
            return
        cut = self._tail.cut(offset)
        self._tail.clear()
        record = self._truth.get(offset)
        mark = "" if record is None else record.chain.hex()

        def write() -> None:
            erased = fixes.erased if fixes is not None else ()
            if erased:
                # Before the rows go, as nobody could say then which days they were.
                self.lake.drop_days(self.lake.days_of((), erased))
            self.lake.seal(Seal(cut.pack(self.lake), mark, fixes, whole))

        self._owes = fixes is not None
        try:
            await self.threads.write(write)
        except StorageError as error:
            self.give_up(error)
            raise
        self._owes = False

    async def _take_notes(self) -> None:
        """Take in who has changed, until what people hold stands where events do."""
        slices = 0
        while self._moved.pending:
            until = time.perf_counter() + SLICE_S
            while self._moved.pending and time.perf_counter() < until:
                self._tail.hold(self._moved.take(NOTES))
            slices += 1
            if slices > SLICES_MAX:
                self._tail.hold(self._moved.take(self._moved.pending))
                return
            if self._moved.pending:
                await asyncio.sleep(0)

    # -- asking ---------------------------------------------------------------------

    async def ask(self, question: Question, wait_s: float = READY_S) -> Found:
        """Answer a query as of one offset: rows, what came since, and who is who."""
        await self._wait_ready(wait_s)
        async with self.asked:
            async with self.turn:
                await self._agree()
                if not (self.live and self._whole):
                    raise NotAnsweredError(self._progress())
                cut = self._tail.cut(self._fold.offset)
                asking = await self.threads.ask(
                    lambda: self.lake.begin(cut.pack(self.lake))
                )
            try:
                return await self.threads.ask(partial(asking.answer, question))
            finally:
                await self.threads.ask(asking.close)

    async def _agree(self) -> None:
        """Have what is sealed, what came since and who holds what stand together."""
        await self._take_notes()
        while len(self._moves):
            # Rows sealed before are in other strands now.
            await self._seal_now()
            await self._take_notes()

    async def _wait_ready(self, wait_s: float) -> None:
        self.begin()
        if not self.is_ready and self._opening is not None:
            await asyncio.wait({self._opening}, timeout=wait_s)
        if not self.is_ready:
            raise NotAnsweredError(self.fault or self._progress())

    def _progress(self) -> str:
        return (
            "The analytic copy is being made from the log: it has"
            f" {self._at or 0:,} of {self._fold.offset:,} records. Ask again later."
        )

    @property
    def offset(self) -> int:
        """Up to where events are in the copy, sealed or not."""
        return self._fold.offset if self.live else self._at or 0

    # -- debts, ends -------------------------------------------------------------------

    def settle_debt(self) -> Callable[[int], None]:
        """Give what the writer of state calls before it writes, in its thread."""
        loop = asyncio.get_running_loop()

        def settle(_offset: int) -> None:
            if len(self._moves) or self._owes:
                asyncio.run_coroutine_threadsafe(self._pay(), loop).result()

        return settle

    async def _pay(self) -> None:
        try:
            if not self.fault:
                await self.open_file()
                await self.seal()
        except Exception as error:  # noqa: BLE001 - state is written all the same
            self.give_up(error)

    def give_up(self, error: Exception) -> None:
        """Give the copy up: it is made anew at the next start."""
        if not self.fault:
            _log.error("the analytic copy is given up: %s", error)
            self.fault = f"{error} It is made anew at the next start."
        self.live = False
        self._ready.clear()
        self._tail.clear()
        self._moved.rest()
        self._moves.take()
        self._fold.moves = None
        if self._made is not None:
            self.threads.writer.submit(self._made.throw_away)

    async def stop(self) -> None:
        """Seal what has come, and close."""
        if self._opening is not None and not self._opening.done():
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        try:
            await self.seal()
        except StorageError as error:
            _log.warning("the analytic copy is not sealed: %s", error)
        if self._made is not None:
            await self.threads.write(self._made.close)
        self.threads.close()
