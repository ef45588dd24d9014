"""What the segments in force rest on, row by row: in memory as the tables have it."""

from collections.abc import Collection
from copy import copy

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

    def __init__(self, store: Tables) -> None:
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

    def read(self) -> None:
        """Take what the tables hold into memory."""
        self.segments = dict(self._segments.items())
        self.slots = dict(self._slots.items())
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

    # -- asking ---------------------------------------------------------------

    def in_force(self) -> list[int]:
        """Give the slots that answer, or are to."""
        return sorted({slot for row in self.segments.values() for slot in row.slots})

    def answering(self) -> dict[int, str]:
        """Give the slots that answer, with their segments."""
        return {row.answers: name for name, row in self.segments.items() if row.answers}

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
