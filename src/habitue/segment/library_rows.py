"""What the segments in force rest on, row by row: in memory as the tables have it."""

from collections.abc import Callable, Collection
from copy import copy
from itertools import count

import msgspec

from habitue.segment.condition import Condition
from habitue.segment.leaf import Leaf
from habitue.segment.live_rows import (
    JOBS,
    LEAVES,
    SEGMENTS,
    SLOTS,
    JobRow,
    LeafRow,
    SegmentRow,
    SlotRow,
)
from habitue.segment.port_live import Rows, Tables
from habitue.segment.program import leaf_keys

_condition = msgspec.json.Decoder(Condition).decode


class LibraryRows:
    """Segments, slots, leaves and jobs, all of them in memory."""

    def __init__(self, store: Tables, size: Callable[[int], int]) -> None:
        """size: counts who is in a slot."""
        self._size = size
        self._segments: Rows[SegmentRow] = store.table(SEGMENTS)
        self._slots: Rows[SlotRow] = store.table(SLOTS)
        self._leaves: Rows[LeafRow] = store.table(LEAVES)
        self._jobs: Rows[JobRow] = store.table(JOBS)
        self.segments: dict[str, SegmentRow] = {}
        self.slots: dict[int, SlotRow] = {}
        self.leaves: dict[int, LeafRow] = {}
        self.jobs: dict[int, JobRow] = {}
        self._made: dict[bytes, Condition] = {}
        self._keys: dict[int, dict[bytes, Leaf]] = {}
        # The newest slot at each bit: those before it there have no members any more.
        self._at: dict[int, int] = {}
        # Slots that are over, of which some may still have members.
        self._over: set[int] = set()

    def read(self) -> None:
        """Take what the tables hold into memory."""
        self.segments = dict(self._segments.items())
        self.slots = dict(self._slots.items())
        self._at = {self.bit_of(slot): slot for slot in sorted(self.slots)}
        self._over = {slot for slot, row in self.slots.items() if row.until_us}
        self.leaves = dict(self._leaves.items())
        self.jobs = dict(self._jobs.items())

    def condition_of(self, body: bytes) -> Condition:
        """Read a row's condition; each is made once."""
        if body not in self._made:
            self._made[body] = _condition(body)
        return self._made[body]

    # A copy is put: a row that a snapshot still has to write down must not change.

    def keep(self, segment: str, row: SegmentRow) -> None:
        self.segments[segment] = row
        self._segments.put(segment, copy(row))

    def keep_slot(self, slot: int, row: SlotRow) -> None:
        if slot not in self.slots:
            self._at[row.bit] = slot
        if row.until_us:
            self._over.add(slot)
        self.slots[slot] = row
        self._slots.put(slot, copy(row))

    def keep_leaf(self, number: int, row: LeafRow) -> None:
        self.leaves[number] = row
        self._leaves.put(number, copy(row))

    def keep_job(self, number: int, row: JobRow) -> None:
        """Keep how far a job is; what is told here may be changed, and kept again."""
        self.jobs[number] = row
        self._jobs.put(number, copy(row))

    def end_job(self, number: int) -> None:
        del self.jobs[number]
        self._jobs.delete(number)

    def clearing(self) -> tuple[int, JobRow] | None:
        """Begin a job, the only one, for who is in slots that are over, if anybody."""
        if not self.over():
            return None
        self.keep_job(1, JobRow(begun=True, clears=True))
        return 1, self.jobs[1]

    # -- asking ---------------------------------------------------------------

    def in_force(self) -> list[int]:
        """Give the slots that answer, or are to."""
        return sorted({slot for row in self.segments.values() for slot in row.slots})

    def answering(self) -> dict[int, str]:
        """Give the slots that answer, with their segments."""
        return {row.answers: name for name, row in self.segments.items() if row.answers}

    def bit_of(self, slot: int) -> int:
        """Give the bit of a slot in the numbers that say who is in what."""
        return self.slots[slot].bit or slot

    def slot_at(self, bit: int) -> int:
        """Give the slot that a bit which is set stands for."""
        return self._at[bit]

    def free_bit(self) -> int:
        """Give the least bit of no slot that is in force or has members still."""
        held = {*self.in_force(), *filter(self._size, self.slots)}
        taken = set(map(self.bit_of, held))
        return next(bit for bit in count(1) if bit not in taken)

    def over(self) -> int:
        """Give a slot that is over and has members still; 0 if there is none."""
        self._over = set(filter(self._size, self._over))
        return min(self._over, default=0)

    def defined_us(self, job: JobRow) -> list[int]:
        """Say when what a job fills in was defined."""
        return [self.slots[slot].defined_us for slot in job.slots]

    def comes(self, segment: str) -> bool:
        """Say whether a segment as it is defined now is still being filled in."""
        row = self.segments.get(segment)
        return row is not None and row.comes != 0

    def condition(self, slot: int) -> Condition:
        """Give a slot's condition, which asks for no other segment that there is."""
        return self.condition_of(self.slots[slot].condition)

    def replaces(self, slot: int) -> int:
        """Give the slot that one which does not answer yet will replace; 0: none."""
        row = self.segments[self.slots[slot].segment]
        return row.answers if row.comes == slot else 0

    def until_us(self, slot: int) -> int:
        """Say until when a slot was in force; 0: it still is."""
        row = self.slots.get(slot)
        return 0 if row is None else row.until_us

    def leaves_of(self, slot: int) -> Collection[bytes]:
        """Give the keys of the leaves that a slot rests on."""
        if slot not in self._keys:
            self._keys[slot] = leaf_keys({slot: self.condition(slot)})
        return self._keys[slot]
