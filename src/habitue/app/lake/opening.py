"""Opens the copy, and brings it up to where state stands: log first, then people."""

import asyncio
from typing import TYPE_CHECKING

from habitue.app.desks.slices import Slices
from habitue.app.lake.reading import LogReading
from habitue.app.lake.resting import Resting
from habitue.app.lake.sealing import NOTES, SLICE_S

if TYPE_CHECKING:
    from habitue.app.lake.copy import LakeCopy

# Rows read from the log between two seals; and people, with what was bought.
SEAL_ROWS = 50_000
SEAL_PEOPLE = 40_000


class LakeOpening:
    """Opens a copy and has it catch up, a slice at a time."""

    def __init__(self, copy: "LakeCopy", *, continuous: bool) -> None:
        """continuous: whatever wrote state before has settled its debts to the copy."""
        self._copy = copy
        self._continuous = continuous
        self._reading = LogReading(copy.fold, copy.truth, copy.tail, copy.notes.moves)
        # Where state stood when the notes began.
        self.start = copy.fold.offset
        self.task: asyncio.Task[None] | None = None
        # What was read of people is gone: it is read once more.
        self.again = False
        self.resting = Resting()

    def begin(self) -> None:
        """Have the copy opened and brought up to where state stands."""
        if self._copy.ends:
            return
        if self.task is None or (self.task.done() and not self._copy.is_ready):
            self.task = asyncio.create_task(self._open(), name="lake")

    async def _open(self) -> None:
        if self._copy.fault:
            return
        try:
            await self.open_file()
            await self._catch_up()
        except Exception as error:  # noqa: BLE001 - the copy ends, nothing else
            self._copy.give_up(error)

    async def open_file(self) -> None:
        """Open the file, or make it anew if it is not of this log."""
        copy = self._copy
        async with copy.turn:
            if copy.at is not None:
                return
            await copy.threads.write(copy.make)
            if not self._is_ours():
                await copy.threads.write(copy.lake.throw_away)
                await copy.threads.write(copy.lake.open)
            is_noted = copy.kept and copy.lake.noted >= self.start
            is_whole = copy.lake.whole and not copy.notes.of_everybody
            copy.whole = is_noted and is_whole
            if copy.whole:
                copy.notes.remember(await copy.threads.write(copy.lake.owed))
            else:
                copy.notes.begin()
            copy.at = copy.lake.offset

    def _is_ours(self) -> bool:
        """Say whether the copy is one of this log, and what it holds is still so."""
        at = self._copy.lake.offset
        if not at:
            return True
        record = self._copy.truth.get(at)
        if record is None or record.chain.hex() != self._copy.lake.mark:
            return False
        # Who led meanwhile has brought state on, and told this copy nothing.
        return self._continuous or self._copy.lake.noted >= self.start

    async def _catch_up(self) -> None:
        copy = self._copy
        while not (copy.live and copy.whole):
            await self._read_on()
            if not copy.whole:
                await self._read_people()
        copy.ready.set()

    async def _read_on(self) -> None:
        copy = self._copy
        slices = Slices(copy.fold, SLICE_S)
        while not copy.live and copy.at != copy.fold.offset:
            await slices.begin(self.resting.owed_s)
            while copy.offset < copy.fold.offset and not slices.is_used_up:
                copy.at = self._reading.read(copy.offset)
            if copy.tail.rows >= SEAL_ROWS:
                await copy.sealing.seal()
            # Where state begins behind the copy, it is replayed up to there first.
            await self.resting.rest()
        # Nothing is applied between the look at the offset and this.
        copy.live = True

    async def _read_people(self) -> None:
        """Read what each person holds and is, and what was bought; seal it as whole."""
        copy, notes = self._copy, self._copy.notes
        self.again = False
        # They may have been no more, as very many had changed.
        notes.begin()
        notes.everybody_is_read()
        await copy.sealing.seal(anew=True)
        slices = Slices(copy.fold, SLICE_S)
        after: int | None = 0
        while after is not None:
            await slices.begin(self.resting.owed_s)
            while after is not None and not slices.is_used_up:
                after = notes.page(after, NOTES)
            await self._rest()
        key: str | None = ""
        while key is not None:
            await slices.begin(self.resting.owed_s)
            while key is not None and not slices.is_used_up:
                key = notes.page_bought(key or None, NOTES)
            await self._rest()
        if not self.again:
            await copy.sealing.seal(whole=True)
            copy.whole = not self.again

    async def _rest(self) -> None:
        if self._copy.tail.people >= SEAL_PEOPLE:
            await self._copy.sealing.seal()
        await self.resting.rest()
