"""Everybody judged by the meaning itself, on the serving loop, a slice at a time.

Right, and slow: each person's history is read for each question. Whoever can answer
out of columns fills the same port (habitue.segment.port.Counting).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from habitue.app.desks.slices import Slices
from habitue.app.segments.facts import FactsReader
from habitue.app.segments.limit import JUDGED_S, Limit
from habitue.lake.port import NotAnsweredError
from habitue.model.person import Person
from habitue.segment.condition import AllOf, Condition
from habitue.segment.facts import Facts
from habitue.segment.figures import Figures
from habitue.segment.meaning import matches
from habitue.segment.port import Counted
from habitue.segment.walk import Needs, needs

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

T = TypeVar("T")
_NO_FIGURES = (
    "What a segment is worth, and who of it can be reached for {purpose}, is told by"
    " the copy for analysis, and there is none here."
)

PAGE_IDS = 500
# More people than this are not looked at for one page of members.
LOOKED_AT_MAX = 20_000
# Longer histories are judged in a thread: each would hold the loop for too long.
DONE_MAX = 300


def reader_of(home: "Home") -> FactsReader:
    """Make what reads people for conditions, with the catalogue as it is now."""
    return FactsReader(home.fold, home.people)


class LoopCounting:
    """Counts who satisfies a condition by judging one after the other."""

    def __init__(self, home: "Home", limit_s: float = JUDGED_S) -> None:
        """limit_s: so long people may be judged for one question."""
        self._home = home
        self._limit_s = limit_s
        # One question at a time: each reads everybody.
        self._turn = asyncio.Lock()

    async def count(self, condition: Condition, *, sample: int = 0) -> Counted:
        """Count who satisfies a condition now, and name the first of them."""
        people = found = 0
        first: list[int] = []
        async with self._turn:
            now_us, offset = self._home.engine.clock.now_us(), self._home.fold.offset
            limit = Limit(self._limit_s)
            async for person_id, holds in self._judged([condition], 0, now_us):
                people += 1
                found += holds
                if holds and len(first) < sample:
                    first.append(person_id)
                limit.judged()
        return Counted(
            count=found,
            people=people,
            offset=self._if_still(offset),
            now_us=now_us,
            sample=tuple(first),
        )

    async def page(
        self, condition: Condition, after: int, limit: int
    ) -> tuple[list[int], int | None]:
        """Give people behind an id, and the id behind which the next page begins.

        A page may hold fewer than asked for, or nobody, and still not be the last.
        """
        now_us = self._home.engine.clock.now_us()
        found: list[int] = []
        looked = 0
        async for person_id, holds in self._judged([condition], after, now_us):
            looked += 1
            if holds:
                found.append(person_id)
            if len(found) == limit or looked == LOOKED_AT_MAX:
                return found, person_id
        return found, None

    async def overlap(self, conditions: Sequence[Condition]) -> list[Counted]:
        """Count who satisfies exactly which of some conditions."""
        people, counts = 0, [0] * (1 << len(conditions))
        async with self._turn:
            now_us, offset = self._home.engine.clock.now_us(), self._home.fold.offset
            limit = Limit(self._limit_s)
            async for _, bits in self._judged(conditions, 0, now_us):
                people += 1
                counts[bits] += 1
                limit.judged()
        at = self._if_still(offset)
        return [
            Counted(count=count, people=people, offset=at, now_us=now_us)
            for count in counts
        ]

    async def figures(self, condition: Condition, purpose: str) -> Figures:
        """Figures are told by the copy for analysis alone."""
        raise NotAnsweredError(_NO_FIGURES.format(purpose=purpose))

    def _if_still(self, offset: int) -> int | None:
        """Give an offset if nothing came in since: else what was told is of none."""
        return offset if self._home.fold.offset == offset else None

    async def _judged(
        self, conditions: Sequence[Condition], after: int, now_us: int
    ) -> AsyncIterator[tuple[int, int]]:
        """Give each person behind an id with a bit for each condition they satisfy."""
        wanted = needs(AllOf(of=tuple(conditions)))
        slices, reader = Slices(self._home.fold), reader_of(self._home)
        async for person in self._people(after, slices):
            facts = await read_facts(reader, person, wanted, now_us, slices)
            bits = 0
            for at, condition in enumerate(conditions):
                bits |= await judge(matches, condition, facts, now_us) << at
            yield person.person_id, bits

    async def _people(self, after: int, slices: Slices) -> AsyncIterator[Person]:
        while True:
            ids = self._home.fold.identity.people(after, PAGE_IDS)
            for person_id in ids:
                await slices.turn()
                person = self._home.fold.identity.person(person_id, 0)
                if person is not None:
                    yield person
            if len(ids) < PAGE_IDS:
                return
            after = ids[-1]


async def read_facts(
    reader: FactsReader, person: Person, wanted: Needs, now_us: int, slices: Slices
) -> Facts:
    """Read what a person is for conditions, a record at a time."""
    reading = reader.reading(person, wanted, now_us)
    while True:
        try:
            next(reading)
        except StopIteration as end:
            found: Facts = end.value
            return found
        await slices.turn()


async def judge(
    how: Callable[[Condition, Facts, int], T],
    condition: Condition,
    facts: Facts,
    now_us: int,
) -> T:
    """Judge a person, as matches or explain do, holding the loop but for a moment."""
    if len(facts.done) > DONE_MAX:
        return await asyncio.to_thread(how, condition, facts, now_us)
    return how(condition, facts, now_us)
