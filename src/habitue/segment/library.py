"""The segments in force: their versions, the leaves these rest on, and what is coming.

A version of a segment is a slot. Defined at a record, its new leaves are noted from
there on, a job fills in what lies before, judges everybody, and only then does the slot
answer, in place of the one before it. So there is no gap, and nobody enters twice.
"""

from collections.abc import Collection, Iterable, Iterator
from copy import copy

import msgspec

from habitue.segment.condition import Condition
from habitue.segment.covering import Covering, Need, leaf_of
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
from habitue.segment.noting import Index, Wanted
from habitue.segment.port_live import Rows, Tables
from habitue.segment.program import Program, leaf_keys
from habitue.segment.walk import inlined, segments_in

_encode = msgspec.json.encode
_condition = msgspec.json.Decoder(Condition).decode


class Library:
    """All segments, as of the records so far."""

    def __init__(self, store: Tables, daily: Collection[str] = ()) -> None:
        """daily: the computed traits that change by time alone, at midnight UTC."""
        self._segments: Rows[SegmentRow] = store.table(SEGMENTS)
        self._slots: Rows[SlotRow] = store.table(SLOTS)
        self._leaves: Rows[LeafRow] = store.table(LEAVES)
        self._jobs: Rows[JobRow] = store.table(JOBS)
        self._daily = daily
        self.segments: dict[str, SegmentRow] = {}
        self.slots: dict[int, SlotRow] = {}
        self.leaves: dict[int, LeafRow] = {}
        self.jobs: dict[int, JobRow] = {}
        self._made: dict[bytes, Condition] = {}
        self._keys: dict[int, dict[bytes, Leaf]] = {}
        self._index: Index | None = None
        self._program: Program | None = None

    def load(self) -> None:
        """Take what the tables hold into memory, and make the program of it."""
        self.segments = dict(self._segments.items())
        self.slots = dict(self._slots.items())
        self.leaves = dict(self._leaves.items())
        self.jobs = dict(self._jobs.items())
        self._stale()

    # -- defining -------------------------------------------------------------

    def define(
        self,
        segment: str,
        condition: Condition | None,
        place: tuple[int, int, int],
    ) -> None:
        """Take a definition in, None where it was deleted; plans a job.

        place: its version, the offset of its record, and that one's time.
        """
        version, offset, now_us = place
        held = self.segments.get(segment)
        row = SegmentRow(b"" if condition is None else _encode(condition), version)
        if held is not None:
            row.answers, row.comes = held.answers, held.comes
        self._keep(segment, row)
        new = [
            slot
            for one in (segment, *sorted(self._asking_for(segment)))
            if (slot := self._renew(one, now_us))
        ]
        if new:
            self._plan(new, offset)
        else:
            self._settle_leaves(offset, 0)
        self._stale()

    def _asking_for(self, segment: str) -> set[str]:
        """Give the segments that ask for one, directly or through others."""
        asks = {
            name: asked
            for name, row in self._defined()
            if (asked := segments_in(self._of(row.condition)))
        }
        found, new = set[str](), {segment}
        while new:
            new = {name for name, asked in asks.items() if asked & new} - found
            found |= new
        return found - {segment}

    def _renew(self, segment: str, now_us: int) -> int:
        """Give a segment a slot that comes; 0 where it was deleted."""
        row = self.segments[segment]
        if row.comes:
            self._end(row.comes, now_us)
        if not row.condition:
            if row.answers:
                self._end(row.answers, now_us)
            self._keep(segment, SegmentRow(b"", row.version))
            return 0
        slot = len(self.slots) + 1
        condition = self._of(row.condition)
        if segments_in(condition):
            own = {name: self._of(one.condition) for name, one in self._defined()}
            condition = inlined(condition, own)
        body = _encode(condition)
        self._keep_slot(slot, SlotRow(segment, row.version, body, now_us))
        self._keep(segment, SegmentRow(row.condition, row.version, row.answers, slot))
        return slot

    def _defined(self) -> Iterator[tuple[str, SegmentRow]]:
        return ((name, row) for name, row in self.segments.items() if row.condition)

    def _end(self, slot: int, now_us: int) -> None:
        row = self.slots[slot]
        row.until_us = now_us
        self._keep_slot(slot, row)

    def _plan(self, slots: Iterable[int], offset: int) -> None:
        """Have a job do what these slots wait for: the last one, if it waits still."""
        last = max(self.jobs, default=0)
        waits = last and not self.jobs[last].begun
        job = last if waits else last + 1
        row = self.jobs[job] if waits else JobRow()
        row.slots = (*row.slots, *slots)
        self.keep_job(job, row)
        self._settle_leaves(offset, job)

    def _settle_leaves(self, offset: int, job: int) -> None:
        """Want what does for the leaves of all slots in force, and nothing else."""
        needs = self._needs()
        for key in Covering(self.leaves).lacking(needs):
            self._keep_leaf(len(self.leaves) + 1, LeafRow(key, offset, job))
        wanted = set(map(Covering(self.leaves).number, needs))
        for number, row in self.leaves.items():
            if not row.gone and number not in wanted:
                row.gone = True
                self._keep_leaf(number, row)

    def _needs(self) -> list[Need]:
        """Give the leaves of all slots in force, and the jobs these wait for."""
        jobs = {slot: job for job, row in self.jobs.items() for slot in row.slots}
        needs: dict[Need, None] = {}
        for slot in self.in_force():
            job = 0 if self.slots[slot].judges else jobs.get(slot, 0)
            needs.update((Need(leaf, job), None) for leaf in self._leaves_of(slot))
        return list(needs)

    def _leaves_of(self, slot: int) -> Collection[bytes]:
        if slot not in self._keys:
            self._keys[slot] = leaf_keys({slot: self.condition(slot)})
        return self._keys[slot]

    # -- jobs -----------------------------------------------------------------

    def job(self) -> tuple[int, JobRow] | None:
        """Give the job that is under way, or the next one."""
        number = min(self.jobs, default=0)
        return (number, self.jobs[number]) if number else None

    def plan_again(self, offset: int) -> None:
        """Have everybody judged anew: what they are judged by has changed."""
        self._plan((), offset)

    def keep_job(self, number: int, row: JobRow) -> None:
        """Keep how far a job is; what is told here may be changed, and kept again."""
        self.jobs[number] = row
        # A copy: a row that a snapshot still has to write down must not change.
        self._jobs.put(number, copy(row))

    def to_fill(self, job: int) -> list[Wanted]:
        """Give the leaves that a job fills in."""
        return [one for one in self.index.wanted.values() if one.job == job]

    def filled(self, job: int) -> None:
        """Have people be judged by what a job has filled in."""
        for number, row in self.leaves.items():
            if row.job == job:
                row.job = 0
                self._keep_leaf(number, row)
        for slot in self._coming(job):
            row_of_slot = self.slots[slot]
            row_of_slot.judges = True
            self._keep_slot(slot, row_of_slot)
        self._stale()

    def done(self, job: int, offset: int, now_us: int) -> None:
        """Let the slots of a job answer, now that everybody was judged by them."""
        for slot in self._coming(job):
            row = self.slots[slot]
            row.since_us = now_us
            self._keep_slot(slot, row)
            held = self.segments[row.segment]
            if held.answers:
                self._end(held.answers, now_us)
            self._keep(row.segment, SegmentRow(held.condition, held.version, slot))
        del self.jobs[job]
        self._jobs.delete(job)
        self._settle_leaves(offset, 0)
        self._stale()

    def _coming(self, job: int) -> list[int]:
        return [
            slot
            for slot in self.jobs[job].slots
            if self.segments[self.slots[slot].segment].comes == slot
        ]

    # -- asking ---------------------------------------------------------------

    def in_force(self) -> list[int]:
        """Give the slots that answer, or are to."""
        rows = self.segments.values()
        found = {slot for row in rows for slot in (row.answers, row.comes) if slot}
        return sorted(found)

    def answering(self) -> dict[int, str]:
        """Give the slots that answer, with their segments."""
        return {row.answers: name for name, row in self.segments.items() if row.answers}

    def is_filling(self) -> bool:
        """Say whether a segment does not answer yet as it is defined now."""
        return any(row.comes for row in self.segments.values())

    def comes(self, segment: str) -> bool:
        """Say whether a segment as it is defined now is still being filled in."""
        row = self.segments.get(segment)
        return row is not None and row.comes != 0

    def condition(self, slot: int) -> Condition:
        """Give a slot's condition, which asks for no other segment that there is."""
        return self._of(self.slots[slot].condition)

    def until_us(self, slot: int) -> int:
        """Say until when a slot was in force; 0: it still is."""
        row = self.slots.get(slot)
        return 0 if row is None else row.until_us

    # -- keeping --------------------------------------------------------------

    def _of(self, body: bytes) -> Condition:
        if body not in self._made:
            self._made[body] = _condition(body)
        return self._made[body]

    def _keep(self, segment: str, row: SegmentRow) -> None:
        self.segments[segment] = row
        self._segments.put(segment, copy(row))

    def _keep_slot(self, slot: int, row: SlotRow) -> None:
        self.slots[slot] = row
        self._slots.put(slot, copy(row))

    def _keep_leaf(self, number: int, row: LeafRow) -> None:
        self.leaves[number] = row
        self._leaves.put(number, copy(row))

    def _stale(self) -> None:
        """Have the index and the program be made anew when they are next asked for.

        Where many segments are defined at once they are made once.
        """
        self._index = self._program = None

    @property
    def index(self) -> Index:
        """Give the leaves that are wanted, by names of events."""
        if self._index is None:
            self._index = Index(
                Wanted(at, leaf_of(row.leaf), row.since, row.job)
                for at, row in self.leaves.items()
                if not row.gone
            )
        return self._index

    @property
    def program(self) -> Program:
        """Give what judges people by all slots that do."""
        if self._program is None:
            slots = [slot for slot in self.in_force() if self.slots[slot].judges]
            judging = {slot: self.condition(slot) for slot in slots}
            keys = {leaf for slot in judging for leaf in self._leaves_of(slot)}
            numbers = Covering(self.leaves).numbers(keys)
            self._program = Program(judging, numbers, self._daily)
        return self._program
