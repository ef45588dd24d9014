"""Filling in what lies before a definition, a few things at a time, while others come.

A job goes through the identifiers in the order they were first named, and notes what
each decides, up to the definition's record. Definitions that come together share a job,
so that all of it is read once. Where a strand is folded anew meanwhile, what the job
has passed is noted again and what it has not is left to it: so each thing is noted
once, whoever becomes whom. Then it judges everybody, person by person. Where no job is
left, whoever is still in a slot that is over is judged, so that its bit is free again.

How far it has come stands in state, and it goes on where a timer fires: so a replay
does the same steps at the same records.
"""

from collections.abc import Callable
from typing import NamedTuple

from habitue.segment.library import Library
from habitue.segment.live_rows import JobRow
from habitue.segment.notes import Notes
from habitue.segment.noting import Wanted
from habitue.segment.port_live import Backfill, Sight

# Things noted, or people judged, in one step; steps in one turn of 100 ms.
STEP_ITEMS = 5
STEPS_A_TURN = 400
TURN_US = 100_000
# A job waits for more definitions as long as it takes to read all records, at most so
# long behind the last one, and so many times as long behind the first.
RECORD_US = 50
QUIET_US, QUIETS = 500_000, 20
_NUMBERS = 500
_START = (-(2**62), 0)


class Ports(NamedTuple):
    """What a job looks through."""

    sight: Sight
    backfill: Backfill


class Filling:
    """Does the jobs of a library, one after the other."""

    def __init__(
        self,
        library: Library,
        notes: Notes,
        ports: Ports,
        judge: Callable[[int, int], None],
        members: Callable[[int, int, int], list[int]],
    ) -> None:
        """judge: judges a person by id, as of a moment.

        members: gives people in a slot above an id, so many at most.
        """
        self._library = library
        self._notes = notes
        self._sight, self._backfill = ports
        self._judge = judge
        self._members = members
        # Identifiers to go through next, first named by a record until one: those that
        # are new come behind them all.
        self._numbers: list[int] = []
        self._until = 0

    def passed(self, wanted: Wanted, strand: int, at_us: int, offset: int) -> bool:
        """Say whether something is noted as it comes, and not by a job that will."""
        if not wanted.job or offset > wanted.since:
            return True
        job = self._library.jobs[wanted.job]
        if job.judging or not job.begun:
            return job.judging
        number = self._backfill.number_at(strand)
        return number < job.number or (
            number == job.number and (at_us, offset) <= (job.at_us, job.offset)
        )

    def step(self, offset: int, now_us: int) -> int | None:
        """Do a step; say when the next one is due, None if there is none.

        offset: of the last record that was applied; now_us: the time of the next.
        """
        found = self._library.job() or self._library.clearing()
        if found is None:
            return None
        number, job = found
        if not job.begun:
            begins_us = self._begins_us(job, offset)
            if now_us < begins_us:
                return begins_us
            self._begin(number, job, offset)
        if self._is_last(number, job, offset, now_us):
            return now_us + TURN_US
        job.steps = (job.steps + 1) % STEPS_A_TURN
        self._library.keep_job(number, job)
        return now_us if job.steps else now_us + TURN_US

    def _begin(self, number: int, job: JobRow, offset: int) -> None:
        job.begun, job.at_us, job.offset = True, *_START
        self._until = 0
        if job.goods or job.prices:
            self._library.renew_goods(number, offset)

    def _is_last(self, number: int, job: JobRow, offset: int, now_us: int) -> bool:
        """Do a step of a job; say whether that was its last."""
        if job.clears:
            if self._clear_some(now_us):
                self._library.end_job(number)
                return True
        elif not job.judging:
            self._note(number, job, now_us)
        elif self._judge_some(job, now_us):
            self._library.done(number, offset, now_us)
            return True
        return False

    def _clear_some(self, now_us: int) -> bool:
        """Judge some who are in a slot that is over; say whether nobody is in one."""
        slot = self._library.over()
        for person_id in self._members(slot, 0, STEP_ITEMS) if slot else ():
            self._judge(person_id, now_us)
        return not self._library.over()

    def _begins_us(self, job: JobRow, offset: int) -> int:
        """Say when a job may begin: once no more definitions come close together."""
        quiet_us = min(offset * RECORD_US, QUIET_US)
        defined = self._library.defined_us(job)
        first_us, last_us = min(defined, default=0), max(defined, default=0)
        return min(last_us + quiet_us, first_us + QUIETS * quiet_us)

    def _note(self, number: int, job: JobRow, now_us: int) -> None:
        wanted = self._library.to_fill(number)
        until = max((one.since for one in wanted), default=0)
        left = STEP_ITEMS
        while left > 0:
            left -= 1
            if job.number:
                place = (job.at_us, job.offset)
                page = self._backfill.items(job.number, place, left + 1)
                for at_us, offset in page:
                    self._note_one(job.number, at_us, offset, wanted, now_us)
                    job.at_us, job.offset = at_us, offset
                left -= len(page)
                if page:
                    continue
            following = self._next(job.number, until)
            if following is None:
                job.judging = True
                self._library.keep_job(number, job)
                self._library.filled(number)
                return
            job.number, job.at_us, job.offset = following, *_START

    def _note_one(
        self,
        number: int,
        at_us: int,
        offset: int,
        wanted: list[Wanted],
        now_us: int,
    ) -> None:
        due = {one.number for one in wanted if offset <= one.since}
        found = self._backfill.told(number, at_us, offset) if due else None
        if found is None:
            return
        strand, told = found
        index = self._library.index
        name = told.event.name or told.event.type
        plan = index.of_some(name, lambda one: one.number in due)
        if plan.asked:
            done = self._sight.done(told, plan.look)
            self._notes.note(done, strand, plan, now_us, index.wanted)

    def _next(self, number: int, until: int) -> int | None:
        if not until:
            return None
        if until != self._until:
            # A definition that came meanwhile took leaves out of the job.
            self._numbers, self._until = [], until
        while self._numbers and self._numbers[-1] <= number:
            self._numbers.pop()
        if not self._numbers:
            page = self._backfill.numbers(number, until, _NUMBERS)
            self._numbers = list(reversed(page))
        return self._numbers[-1] if self._numbers else None

    def _judge_some(self, job: JobRow, now_us: int) -> bool:
        """Judge some people; say whether these were the last."""
        page = self._sight.people(job.person_id, STEP_ITEMS)
        for person_id in page:
            self._judge(person_id, now_us)
            job.person_id = person_id
        return len(page) < STEP_ITEMS
