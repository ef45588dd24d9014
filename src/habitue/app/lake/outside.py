"""What the copy does not hold, as tables of people beside it.

Who satisfies what a segment means is kept as its members. Of everything else the
meaning says it, and only of people for whom it decides: of those the rest of the
condition lets through whatever it is, or shuts out, nobody is judged.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from habitue.app.desks.slices import Slices
from habitue.app.lake.beside import people_of
from habitue.app.segments.counting import judge, read_facts, reader_of
from habitue.app.segments.kept_members import KeptPeople
from habitue.app.segments.limit import Limit
from habitue.lake.port import NotAnsweredError, Packed, Question
from habitue.segment.compile_comparison import values_in
from habitue.segment.compiled import Compiled, Outside
from habitue.segment.condition import AllOf, Condition
from habitue.segment.meaning import matches
from habitue.segment.walk import needs

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.lake.asking import OneOffset

IDS_MAX = 10_000_000
_NOT_HELD = (
    "The copy for analysis does not hold what the condition asks for: {what}."
    " Who is in it is judged one by one."
)
Tables = dict[str, Packed]


class OutsideTables:
    """Makes the tables that queries read of what is outside of the copy."""

    def __init__(
        self, home: "Home", at: "OneOffset", kept: KeptPeople, now_us: int
    ) -> None:
        self._home = home
        self._at = at
        self._kept = kept
        self._now_us = now_us
        # People were judged one by one, as they were when their turn came.
        self.judged = False

    async def of_whole(self, condition: Condition, name: str) -> Tables:
        """Give who satisfies a condition that a segment means; none if none does."""
        slot = self._kept.slot_of(condition)
        return {name: await self._members(slot)} if slot else {}

    async def of_kept(self, made: Compiled) -> Tables:
        """Give the tables of leaves that are a segment's whole condition."""
        slots = {one.table: self._kept.slot_of(one.leaf) for one in made.outside}
        return {
            table: await self._members(slot) for table, slot in slots.items() if slot
        }

    async def of_judged(
        self, made: Compiled, held: Tables, beside: Tables, limit: Limit
    ) -> Tables:
        """Give the tables of leaves that held has not: people are judged one by one.

        beside: what the query reads else; TooLongError where that takes too long.
        """
        left = [one for one in made.outside if one.table not in held]
        if not left:
            return {}
        self.judged = True
        found: dict[str, list[int]] = {one.table: [] for one in left}
        reader, slices = reader_of(self._home), Slices(self._home.fold)
        wanted = needs(AllOf(of=tuple(one.leaf for one in left)))
        for person_id in await self._undecided(made, {**held, **beside}):
            await slices.turn()
            person = self._home.fold.identity.person(person_id, 0)
            if person is None:
                continue
            facts = await read_facts(reader, person, wanted, self._now_us, slices)
            for one in left:
                if await judge(matches, one.leaf, facts, self._now_us):
                    found[one.table].append(person_id)
            limit.judged()
        return {name: people_of(ids) for name, ids in found.items()}

    async def _undecided(self, made: Compiled, tables: Tables) -> Sequence[int]:
        """Give the people for whom what is not held decides."""
        sql = f"({made.at_most(tables)}) EXCEPT ({made.at_least(tables)})"
        question = Question(
            sql=sql,
            values=values_in(sql, made.values),
            tables=tables,
            rows_max=IDS_MAX,
            trusted=True,
        )
        found = await self._at.ask(question)
        ids: list[int] = found.table["person_id"].to_pylist()
        return ids

    async def _members(self, slot: int) -> Packed:
        return people_of(await self._kept.ids(slot))


def refuse(outside: Sequence[Outside]) -> None:
    """Raise NotAnsweredError, saying what the copy does not hold."""
    if outside:
        what = str(type(outside[0].leaf).__struct_config__.tag)
        raise NotAnsweredError(_NOT_HELD.format(what=what))
