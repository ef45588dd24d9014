"""The segments in force: their versions, the leaves these rest on, and what is coming.

A version of a segment is a slot. Defined at a record, its new leaves are noted from
there on, a job fills in what lies before, judges everybody, and only then does the slot
answer, in place of the one before it. So there is no gap, and nobody enters twice.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property

import msgspec

from habitue.segment.condition import Condition
from habitue.segment.covering import Covering, Need, leaf_of
from habitue.segment.facts import OBJECTS
from habitue.segment.library_rows import LibraryRows
from habitue.segment.live_rows import JobRow, LeafRow, SegmentRow, SlotRow
from habitue.segment.noting import Index, Wanted
from habitue.segment.port_live import Tables
from habitue.segment.program import Program
from habitue.segment.walk import inlined, segments_in

_encode = msgspec.json.encode


class Library(LibraryRows):
    """All segments, as of the records so far."""

    def __init__(
        self,
        store: Tables,
        size: Callable[[int], int],
        daily: Collection[str] = (),
    ) -> None:
        """size: counts who is in a slot.

        daily: the computed traits that change by time alone, at midnight UTC.
        """
        super().__init__(store, size)
        self._daily = daily

    def load(self) -> None:
        """Take what the tables hold into memory, and make the program of it."""
        self.read()
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
        self.keep(segment, row)
        before = self.in_force()
        new = [
            slot
            for one in (segment, *sorted(self._asking_for(segment)))
            if (slot := self._renew(one, now_us))
        ]
        if new:
            self._plan(new, offset)
        elif self.in_force() != before:
            self._settle_leaves(offset, 0)
        else:
            return
        self._stale()

    def _asking_for(self, segment: str) -> set[str]:
        """Give the segments that ask for one, directly or through others."""
        asks = {
            name: asked
            for name, row in self._defined()
            if (asked := segments_in(self.condition_of(row.condition)))
        }
        found, new = set[str](), {segment}
        while new:
            new = {name for name, asked in asks.items() if asked & new} - found
            found |= new
        return found - {segment}

    def _renew(self, segment: str, now_us: int) -> int:
        """Give a segment a slot that comes; 0 where it needs none, or was deleted."""
        row = self.segments[segment]
        if not row.condition:
            self._end(row.answers, now_us)
            self._end(row.comes, now_us)
            self.keep(segment, SegmentRow(b"", row.version))
            return 0
        body = self._inlined(row.condition)
        # Called otherwise it means the same: whoever is in it goes on being so.
        stays = next((one for one in row.slots if self.slots[one].condition == body), 0)
        if row.comes != stays:
            self._end(row.comes, now_us)
        slot = stays or len(self.slots) + 1
        held = self.slots.get(stays) or SlotRow(
            segment, 0, body, now_us, bit=self.free_bit()
        )
        held.version = row.version
        self.keep_slot(slot, held)
        comes = 0 if slot == row.answers else slot
        self.keep(segment, SegmentRow(row.condition, row.version, row.answers, comes))
        return 0 if stays else slot

    def _inlined(self, body: bytes) -> bytes:
        """Put the conditions of other segments in their place in one."""
        condition = self.condition_of(body)
        if not segments_in(condition):
            return body
        rows = self._defined()
        own = {name: self.condition_of(row.condition) for name, row in rows}
        return _encode(inlined(condition, own))

    def _defined(self) -> Iterator[tuple[str, SegmentRow]]:
        return ((name, row) for name, row in self.segments.items() if row.condition)

    def _end(self, slot: int, now_us: int) -> None:
        row = self.slots.get(slot)
        if row is not None:
            row.until_us = now_us
            self.keep_slot(slot, row)

    def _plan(self, slots: Iterable[int], offset: int) -> None:
        """Have a job do what these slots wait for."""
        job, row = self._waiting()
        row.slots = (*row.slots, *slots)
        self.keep_job(job, row)
        self._settle_leaves(offset, job)

    def _waiting(self) -> tuple[int, JobRow]:
        """Give the job that waits still, or a new one behind all others."""
        last = max(self.jobs, default=0)
        if last and not self.jobs[last].begun:
            return last, self.jobs[last]
        return last + 1, JobRow()

    def _settle_leaves(self, offset: int, job: int) -> None:
        """Want what does for the leaves of all slots in force, and nothing else."""
        needs = self._needs()
        for key in Covering(self.leaves).lacking(needs):
            self.keep_leaf(len(self.leaves) + 1, LeafRow(key, offset, job))
        wanted = set(map(Covering(self.leaves).number, needs))
        # What is noted anew takes its place only once it is filled in.
        wanted.update(one for row in self.jobs.values() for one in row.renews)
        for number, row in self.leaves.items():
            if not row.gone and number not in wanted:
                row.gone = True
                self.keep_leaf(number, row)

    def _needs(self) -> list[Need]:
        """Give the leaves of all slots in force, and the jobs these wait for."""
        jobs = {slot: job for job, row in self.jobs.items() for slot in row.slots}
        needs: dict[Need, None] = {}
        for slot in self.in_force():
            job = 0 if self.slots[slot].judges else jobs.get(slot, 0)
            needs.update((Need(leaf, job), None) for leaf in self.leaves_of(slot))
        return list(needs)

    # -- jobs -----------------------------------------------------------------

    def job(self) -> tuple[int, JobRow] | None:
        """Give the job that is under way, or the next one."""
        number = min(self.jobs, default=0)
        return (number, self.jobs[number]) if number else None

    def plan_again(self, offset: int) -> None:
        """Have everybody judged anew: what they are judged by has changed."""
        self._plan((), offset)

    def plan_goods(self, *, prices: bool = False) -> bool:
        """Have all that asks the catalogue be noted anew; say if anything does.

        By the next job to begin: so whatever the catalogue tells until then is in it.
        prices: what asks for prices alone.
        """
        if not (self.index.asks_prices if prices else self.index.asks_goods):
            return False
        job, row = self._waiting()
        if not (row.prices if prices else row.goods):
            row.prices, row.goods = row.prices or prices, row.goods or not prices
            self.keep_job(job, row)
        return True

    def renew_goods(self, job: int, offset: int) -> None:
        """Want the leaves that ask the catalogue once more, from behind a record on."""
        row = self.jobs[job]
        keys = {one.leaf for one in self._kept() if row.renews_leaf(leaf_of(one.leaf))}
        for number, key in enumerate(sorted(keys), len(self.leaves) + 1):
            self.keep_leaf(number, LeafRow(key, offset, job))
            row.renews = (*row.renews, number)
        self.keep_job(job, row)
        self._settle_leaves(offset, job)
        self._stale()

    def _kept(self) -> Iterator[LeafRow]:
        return (row for row in self.leaves.values() if not row.gone)

    def to_fill(self, job: int) -> list[Wanted]:
        """Give the leaves that a job fills in; purchases are noted nowhere."""
        return [
            one
            for one in self.index.wanted.values()
            if one.job == job and not OBJECTS.issuperset(one.leaf.names)
        ]

    def filled(self, job: int) -> None:
        """Have people be judged by what a job has filled in."""
        for number, row in self.leaves.items():
            if row.job == job:
                row.job = 0
                self.keep_leaf(number, row)
        for slot in self._coming(job):
            row_of_slot = self.slots[slot]
            row_of_slot.judges = True
            self.keep_slot(slot, row_of_slot)
        self._stale()

    def done(self, job: int, offset: int, now_us: int) -> None:
        """Let the slots of a job answer, now that everybody was judged by them."""
        for slot in self._coming(job):
            row = self.slots[slot]
            row.since_us = now_us
            self.keep_slot(slot, row)
            held = self.segments[row.segment]
            if held.answers:
                self._end(held.answers, now_us)
            self.keep(row.segment, SegmentRow(held.condition, held.version, slot))
        self.end_job(job)
        self._settle_leaves(offset, 0)
        self._stale()

    def _coming(self, job: int) -> list[int]:
        return [
            slot
            for slot in self.jobs[job].slots
            if self.segments[self.slots[slot].segment].comes == slot
        ]

    # -- how far it is ----------------------------------------------------------

    def is_filling(self) -> bool:
        """Say whether a segment does not answer yet as it, or the catalogue, is now."""
        comes = any(row.comes for row in self.segments.values())
        return comes or self.is_renewing()

    def is_behind(self, segment: str) -> bool:
        """Say whether a segment is being noted anew, for the catalogue has changed."""
        row = self.segments.get(segment)
        if row is None or not row.answers or not self.is_renewing():
            return False
        leaves = [leaf_of(key) for key in self.leaves_of(row.answers)]
        return any(
            job.renews_leaf(leaf) for job in self.jobs.values() for leaf in leaves
        )

    def is_renewing(self) -> bool:
        """Say whether what asks the catalogue is noted anew, or will be."""
        return any(row.goods or row.prices for row in self.jobs.values())

    # -- what is made of it -----------------------------------------------------

    def _stale(self) -> None:
        """Have the index and the program be made anew when they are next asked for.

        Where many segments are defined at once they are made once.
        """
        for made in ("index", "program"):
            self.__dict__.pop(made, None)

    @cached_property
    def index(self) -> Index:
        """Give the leaves that are wanted, by names of events."""
        return Index(
            Wanted(at, leaf_of(row.leaf), row.since, row.job)
            for at, row in self.leaves.items()
            if not row.gone
        )

    @cached_property
    def program(self) -> Program:
        """Give what judges people by all slots that do."""
        slots = [slot for slot in self.in_force() if self.slots[slot].judges]
        judging = {self.bit_of(slot): self.condition(slot) for slot in slots}
        keys = {leaf for slot in slots for leaf in self.leaves_of(slot)}
        numbers = Covering(self.leaves).numbers(keys)
        kept = {one: leaf_of(self.leaves[one].leaf) for one in numbers.values()}
        return Program(judging, numbers, kept, self._daily)
