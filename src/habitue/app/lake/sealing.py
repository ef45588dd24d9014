"""Writes down what came in memory: events, people and purchases, in one transaction."""

import asyncio
import time
from typing import TYPE_CHECKING

from habitue.app.lake.reading import left_of
from habitue.base.errors import StorageError
from habitue.lake.port import Seal

if TYPE_CHECKING:
    from habitue.app.lake.copy import LakeCopy

# A slice of reading.
SLICE_S = 0.002
# Notes of people taken between two looks at the clock.
NOTES = 10
# Slices after which what people are is taken in one go, though more changes.
SLICES_MAX = 1_000


class LakeSealing:
    """Seals a copy, one seal at a time."""

    def __init__(self, copy: "LakeCopy") -> None:
        self._copy = copy
        # Something was folded anew that no seal has taken up.
        self.owes = False

    async def seal(self, *, anew: bool = False, whole: bool = False) -> None:
        """Keep for good what has come; give back once it is kept.

        anew: all that is kept of people goes first; whole: all of it is there again.
        """
        if not self._copy.is_open:
            return
        async with self._copy.turn:
            await self.seal_now(anew=anew, whole=whole)

    async def seal_now(self, *, anew: bool = False, whole: bool = False) -> None:
        """Do so, in whose turn it is."""
        copy, moves = self._copy, self._copy.notes.moves
        if copy.whole or whole:
            await self.take_notes()
            if copy.notes.of_everybody:
                copy.read_people_again()
                anew, whole = True, False
        offset = copy.offset
        fixes = moves.take() if len(moves) else None
        nothing_new = copy.tail.is_empty and fixes is None and not (anew or whole)
        if nothing_new and offset == copy.lake.offset:
            return
        cut = copy.tail.cut(offset)
        copy.tail.clear()
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
                Seal(tail, mark, fixes, anew=anew, whole=whole, expired=expired)
            )

        self.owes = fixes is not None
        try:
            await copy.threads.write(write)
        except StorageError as error:
            copy.give_up(error)
            raise
        self.owes = False

    async def take_notes(self) -> None:
        """Take in who has changed, until what people are stands where events do."""
        notes, slices = self._copy.notes, 0
        while notes.pending:
            until = time.perf_counter() + SLICE_S
            while notes.pending and time.perf_counter() < until:
                notes.take(NOTES)
            slices += 1
            if slices > SLICES_MAX:
                while notes.pending:
                    notes.take(NOTES)
                return
            if notes.pending:
                await asyncio.sleep(0)

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
