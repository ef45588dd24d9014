"""Writes down what came in memory: events, people and purchases, in one transaction.

To read what people are takes the loop longer than to fold what they do. So while much
comes, a seal has the names alone of who has changed, and they are read when somebody
asks, when little comes, or when they are very many. Where something is erased they are
read at once, or what was known of somebody would stay in the file.
"""

import time
from math import inf
from typing import TYPE_CHECKING

from habitue.app.desks.slices import Slices
from habitue.app.lake.chase import Chase
from habitue.app.lake.reading import left_of
from habitue.base.errors import StorageError
from habitue.lake.port import Seal

if TYPE_CHECKING:
    from habitue.app.lake.copy import LakeCopy

# A slice of reading.
SLICE_S = 0.002
# Notes taken between two looks at the clock where all people are read.
NOTES = 10
# A slice while no record is taken in anyway: the sooner it is over, the better.
SLICE_S_HELD = 0.01
# At a seal of more events than these nobody is read, nor for a while after it: a
# snapshot seals, too, and what comes between two seals may be little by chance.
BUSY_ROWS = 1_000
BUSY_S = 5.0
# Unless so many have changed: a question would wait for them for some eight seconds.
OWED_MAX = 200_000


class LakeSealing:
    """Seals a copy, one seal at a time."""

    def __init__(self, copy: "LakeCopy") -> None:
        self._copy = copy
        # Something was folded anew that no seal has taken up.
        self.owes = False
        self.busy_rows = BUSY_ROWS
        self._busy_until_s = 0.0

    async def seal(
        self, *, anew: bool = False, whole: bool = False, people: bool = False
    ) -> None:
        """Keep for good what has come; give back once it is kept.

        anew: all that is kept of people goes first; whole: all of it is there again;
        people: who has changed is read, however much comes.
        """
        if not self._copy.is_open:
            return
        async with self._copy.turn:
            await self.seal_now(anew=anew, whole=whole, people=people)

    async def seal_now(
        self, *, anew: bool = False, whole: bool = False, people: bool = False
    ) -> None:
        """Do so, in whose turn it is."""
        copy, moves = self._copy, self._copy.notes.moves
        await copy.fold.whole()
        if copy.whole or whole:
            if whole or people or self._reads_people():
                await self.take_notes()
            if copy.notes.of_everybody:
                copy.read_people_again()
                anew, whole = True, False
        # People are to be read: a file that says it has them all would be believed.
        anew |= copy.lake.whole and not (copy.whole or whole)
        # Nothing is applied between this and the names.
        offset, noted = copy.offset, copy.fold.offset
        fixes = moves.take() if len(moves) else None
        nothing_new = copy.tail.is_empty and fixes is None and not (anew or whole)
        if nothing_new and (offset, noted) == (copy.lake.offset, copy.lake.noted):
            return
        cut = copy.tail.cut(offset)
        copy.tail.clear()
        paid = copy.notes.is_paid
        owed = copy.notes.put_by() if copy.whole or whole else None
        record = copy.truth.get(offset)
        mark = "" if record is None else record.chain.hex()

        def write() -> None:
            lost = (*fixes.erased, *fixes.expired) if fixes is not None else ()
            if lost:
                # Before the rows go, as nobody could say then which days they were.
                copy.lake.drop_days(copy.lake.days_of((), lost))
            expired = left_of(copy.truth, fixes.expired) if fixes is not None else ()
            tail = cut.pack(copy.lake)
            copy.lake.seal(
                Seal(
                    tail,
                    mark,
                    noted,
                    fixes,
                    anew=anew,
                    whole=whole,
                    expired=expired,
                    paid=paid,
                    owed=owed,
                )
            )

        self.owes = fixes is not None
        try:
            await copy.threads.write(write)
        except StorageError as error:
            copy.give_up(error)
            raise
        self.owes = False

    def _reads_people(self) -> bool:
        notes, now_s = self._copy.notes, time.perf_counter()
        if self._copy.tail.rows > self.busy_rows:
            self._busy_until_s = now_s + BUSY_S
        is_quiet = now_s >= self._busy_until_s
        # What stays behind says nothing to anybody yet.
        may_wait = not (is_quiet or notes.pending > OWED_MAX) or not self._copy.live
        return notes.moves.loses or not may_wait

    async def take_notes(self, held_s: float = inf) -> bool:
        """Take in who has changed, until what people are stands where events do.

        held_s: so long may no record be taken in for it; False if that did not do.
        """
        notes, slices = self._copy.notes, Slices(self._copy.fold, SLICE_S)
        await slices.begin()
        notes.recall()
        chase = Chase(notes.pending, time.perf_counter())
        while notes.pending and chase.pays(notes.pending, time.perf_counter()):
            # One at a time: somebody of much takes longer than a slice.
            notes.take(1)
            await slices.turn()
        if notes.pending:
            await self._take_rest(held_s)
        return not notes.pending

    async def _take_rest(self, held_s: float) -> None:
        """Read who is left while the next record waits: each may change more."""
        notes, slices = self._copy.notes, Slices(self._copy.fold, SLICE_S_HELD)
        until_s = time.perf_counter() + held_s
        async with self._copy.fold.held():
            await slices.begin()
            while notes.pending and time.perf_counter() < until_s:
                notes.take(1)
                await slices.turn()

    @property
    def is_owed(self) -> bool:
        """Say whether state must not be written before a seal."""
        return bool(len(self._copy.notes.moves)) or self.owes

    async def pay(self) -> None:
        """Seal before state is written."""
        try:
            if not self._copy.fault:
                await self._copy.opening.open_file()
                await self.seal()
        except Exception as error:  # noqa: BLE001 - state is written all the same
            self._copy.give_up(error)
