"""Keeps the analytic copy behind the projector: hears what is applied, opens, gives up.

The copy is opened when somebody asks, or a while after the start. It reads from the
log what it lacks, a slice at a time (opening.py), and from then on takes each event as
it is applied. Rows gather in memory; a thread seals them every few seconds
(sealing.py). The engine never stands between an item and its acknowledgement: it is not
waited for there.

While the loop has much to do and nobody asks, the copy stays behind, and reads the
log in the gaps that are left. What people are is noted meanwhile, by name.

What it holds of each event depends on identity, which may be decided anew. So state
is not written down before the copy has what was folded anew (settle_debt): whatever
state a process starts from, the rows up to the copy's offset are right, or it is made
anew from the log.
"""

import asyncio
import logging
from collections.abc import Callable

from habitue.app.lake.asking import READY_S, LakeAsking
from habitue.app.lake.cleaning import LakeCleaning
from habitue.app.lake.keeping import LakeSessions
from habitue.app.lake.load import Load
from habitue.app.lake.notes import LakeNotes
from habitue.app.lake.opening import LakeOpening
from habitue.app.lake.sealing import LakeSealing
from habitue.app.lake.tail import ROWS_MAX, LakeTail
from habitue.app.lake.threads import ASKED_MAX, LakeThreads
from habitue.app.projection.fold import Fold
from habitue.app.projection.taking import Applied
from habitue.base.errors import StorageError
from habitue.lake.port import Asking, Found, Lake, NotAnsweredError, Question
from habitue.log.port import Truth
from habitue.model.record import Record
from habitue.profile.counts import counts
from habitue.profile.rows import NOBODY

_log = logging.getLogger("habitue.lake")

# So many changed while the copy is closed: it is as well to read what all hold.
NOTES_MAX = 200_000
LOOK_RECORDS = 4_096
_NEVER = 2**62
# So often, and so many seconds after each other, is a question at the end broken off.
BREAK_OFF_TIMES, BREAK_OFF_S = 250, 0.02


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
        self.fold = fold
        self.truth = truth
        self.kept = kept
        # Says if the loop has so much to do that what may wait has to.
        self.is_late = Load().is_high
        self.tail = LakeTail(lambda: self.lake, fold.identity)
        self.notes = LakeNotes(fold, self.tail)
        if kept:
            self.notes.begin()
        # Up to where events were read; None while the copy is closed.
        self.at: int | None = None
        self.live = False
        # It is being closed for good.
        self.ends = False
        # What people hold and are is complete; until then nobody is answered.
        self.whole = False
        self.ready = asyncio.Event()
        # One seal, or one beginning of a query, at a time.
        self.turn = asyncio.Lock()
        self.asked = asyncio.Semaphore(ASKED_MAX)
        # The questions that are put to it now.
        self.begun: set[Asking] = set()
        self.threads = LakeThreads()
        self.cleaning = LakeCleaning(self)
        self.sealing = LakeSealing(self)
        self.opening = LakeOpening(self, continuous=continuous)
        self.asking = LakeAsking(self)
        self.sessions = LakeSessions(self)
        self.fault = ""

    @property
    def lake(self) -> Lake:
        """The backend, once the copy was opened."""
        if self._made is None:
            raise NotAnsweredError(self.progress())
        return self._made

    def make(self) -> None:
        """Make the backend and open it; for the thread that writes."""
        self._made = self._make()
        self._made.open()

    # -- what the projector tells --------------------------------------------------

    def heard(self, record: Record, applied: Applied) -> None:
        """Take an event that was applied, or leave it for later."""
        if self.live:
            try:
                self._hear(record, applied)
            except Exception as error:  # noqa: BLE001 - the copy ends, nothing else
                self.give_up(error)
        elif not record.offset % LOOK_RECORDS:
            self._bound_notes()

    def _hear(self, record: Record, applied: Applied) -> None:
        if self.is_late() and not self.opening.resting.is_waited_for:
            self._stay_behind(record)
            return
        event, strand = applied.event, applied.strand
        if strand is None and not event.identifiers and counts(event):
            # Where it was retracted before it came, a move says so.
            strand = NOBODY
        self.tail.add(record, event, strand, self.fold.source(record.source))
        if self.tail.rows > ROWS_MAX:
            self._fall_back()

    def _stay_behind(self, record: Record) -> None:
        """Leave this event and all that come for when there is time."""
        self.at, self.live = record.offset - 1, False
        self.ready.clear()
        self.opening.begin()

    def _bound_notes(self) -> None:
        """Note who has changed no more, if that is many: then all are read."""
        if self.notes.pending <= NOTES_MAX:
            return
        self.notes.rest_people()
        if self.at is None:
            self.opening.start = _NEVER
        else:
            self.read_people_again()

    def _fall_back(self) -> None:
        """Hold no more in memory than may be: read it from the log, later."""
        _log.warning("the analytic copy is too far behind: it reads the log again")
        self.tail.clear()
        self.at, self.live = self.lake.offset, False
        # What people hold and are went along.
        self.read_people_again()

    def read_people_again(self) -> None:
        """Answer nobody until all people are read once more."""
        self.whole, self.opening.again = False, True
        self.ready.clear()

    # -- opening, sealing, asking ----------------------------------------------------

    def begin(self) -> None:
        """Have the copy opened and brought up to where state stands."""
        self.opening.begin()

    @property
    def is_open(self) -> bool:
        return self.at is not None and not self.fault

    @property
    def is_ready(self) -> bool:
        return self.ready.is_set()

    @property
    def offset(self) -> int:
        """Up to where events are in the copy, sealed or not."""
        return self.fold.offset if self.live else self.at or 0

    async def seal(self, *, people: bool = False) -> None:
        """Keep for good what has come; give back once it is kept.

        people: who has changed is read, however much comes.
        """
        await self.sealing.seal(people=people)

    async def ask(self, question: Question, wait_s: float = READY_S) -> Found:
        """Answer a query as of one offset: rows, what came since, and who is who."""
        async with self.asking.at_one_offset(wait_s) as copy:
            return await copy.ask(question)

    def progress(self) -> str:
        """Say how far it is, in a sentence for who asked."""
        return (
            "The analytic copy is being made from the log: it has"
            f" {self.offset:,} of {self.fold.offset:,} records. Ask again later."
        )

    # -- debts, ends -------------------------------------------------------------------

    def settle_debt(self) -> Callable[[int], None]:
        """Give what the writer of state calls before it writes, in its thread."""
        loop = asyncio.get_running_loop()

        def settle(_offset: int) -> None:
            # Where state went ahead of it, a copy would have to read all people again.
            if self.sealing.is_owed or (self.is_open and self.whole):
                asyncio.run_coroutine_threadsafe(self.sealing.pay(), loop).result()

        return settle

    def give_up(self, error: Exception) -> None:
        """Give the copy up: it is made anew at the next start."""
        if not self.fault:
            _log.error("the analytic copy is given up: %s", error)
            self.fault = f"{error} It is made anew at the next start."
        self.live = False
        self.ready.clear()
        self.tail.clear()
        self.notes.rest()
        if self._made is not None:
            self.threads.writer.submit(self._made.throw_away)

    async def stop(self) -> None:
        """Seal what has come, and close; nobody is answered from here on."""
        self.ends = True
        task = self.opening.task
        if task is not None and not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        try:
            await self.seal()
        except StorageError as error:
            _log.warning("the analytic copy is not sealed: %s", error)
        self.at, self.live = None, False
        self.ready.clear()
        await self._break_off()
        if self._made is not None:
            await self.threads.write(self._made.close)
        self.threads.close()

    async def _break_off(self) -> None:
        """End what is being asked: the engine closes under nobody's question."""
        for _ in range(BREAK_OFF_TIMES):
            if not self.threads.is_asked:
                return
            for one in self.begun:
                one.interrupt()
            await asyncio.sleep(BREAK_OFF_S)
        _log.warning("a question to the analytic copy did not end")
