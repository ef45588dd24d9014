"""People counted out of the analytic copy, where it can judge all that is asked.

One query says of everybody at once what the meaning says of each. What the copy does
not hold is put beside it: see outside.py. While it is being made all people are judged
one by one instead.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from habitue.app.lake.beside import tables_beside
from habitue.app.lake.outside import OutsideTables, refuse
from habitue.app.segments.counting import LoopCounting
from habitue.app.segments.kept_members import KeptPeople
from habitue.app.segments.limit import JUDGED_S, Limit, TooLongError
from habitue.lake.port import Found, NotAnsweredError, Packed, Question
from habitue.segment.compile_comparison import values_in
from habitue.segment.compile_sql import Asked, compiled
from habitue.segment.compiled import Compiled
from habitue.segment.condition import Condition
from habitue.segment.figures import Figures, counted_sql, figures_of, figures_sql
from habitue.segment.port import Counted

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.lake.asking import OneOffset

T = TypeVar("T")

# How long a question waits for a copy that is being opened, before it is judged anew.
WAIT_S = 2.0
ROWS_MAX = 1_000_000
_NO_COPY = "This installation keeps no copy for analysis: see the setting lake.enabled."


class Asking(NamedTuple):
    """The copy at one offset, and conditions as queries over it."""

    at: "OneOffset"
    made: list[Compiled]
    now_us: int
    tables: dict[str, Packed]
    # One query told it all; else some people were judged one by one.
    by_copy: bool
    # Nothing came in since the copy was asked, so that all is of its offset.
    whole: bool

    async def ask(self, sql: str, values: dict[str, Any]) -> Found:
        return await self.at.ask(
            Question(
                sql=sql,
                values=values_in(sql, values),
                tables=self.tables,
                rows_max=ROWS_MAX,
                trusted=True,
            )
        )

    def offset(self, found: Found) -> int | None:
        return found.offset if self.whole else None


class LakeCounting:
    """Fills habitue.segment.port.Counting by the copy, or else by the meaning."""

    def __init__(self, home: "Home", limit_s: float = JUDGED_S) -> None:
        """limit_s: so long people may be judged one by one for one question."""
        self._home = home
        self._limit_s = limit_s
        self._loop = LoopCounting(home, limit_s)

    async def count(self, condition: Condition, *, sample: int = 0) -> Counted:
        """Count who satisfies a condition now, and name the first of them."""

        async def ask(asking: Asking) -> Counted:
            (one,) = asking.made
            found = await asking.ask(counted_sql(one, sample), one.values)
            (row,) = found.table.to_pylist()
            return Counted(
                count=row["n"],
                people=row["people"],
                offset=asking.offset(found),
                now_us=asking.now_us,
                by_copy=asking.by_copy,
                sample=tuple(sorted(row["first"] or ())),
            )

        return await self._either(
            [condition], ask, lambda: self._loop.count(condition, sample=sample)
        )

    async def page(
        self, condition: Condition, after: int, limit: int
    ) -> tuple[list[int], int | None]:
        """Give people behind an id, and the id behind which the next page begins."""

        async def ask(asking: Asking) -> tuple[list[int], int | None]:
            (one,) = asking.made
            found = await asking.ask(
                f"SELECT person_id FROM ({one.sql}) WHERE person_id > {after}"
                f" ORDER BY person_id LIMIT {limit}",
                one.values,
            )
            ids = found.table["person_id"].to_pylist()
            return ids, (ids[-1] if len(ids) == limit else None)

        # Of a page the meaning judges no more people than it takes to fill it.
        return await self._either(
            [condition],
            ask,
            lambda: self._loop.page(condition, after, limit),
            judges=False,
        )

    async def overlap(self, conditions: Sequence[Condition]) -> list[Counted]:
        """Count who satisfies exactly which of some conditions."""

        async def ask(asking: Asking) -> list[Counted]:
            bits = " + ".join(
                f"CASE WHEN person_id IN (SELECT person_id FROM ({one.sql}))"
                f" THEN {1 << at} ELSE 0 END"
                for at, one in enumerate(asking.made)
            )
            values = {name: v for one in asking.made for name, v in one.values.items()}
            found = await asking.ask(
                f"SELECT bits, count(*) AS n FROM (SELECT {bits} AS bits FROM"
                " (SELECT DISTINCT person_id FROM holding)) GROUP BY bits",
                values,
            )
            told = {row["bits"]: row["n"] for row in found.table.to_pylist()}
            return [
                Counted(
                    count=told.get(at, 0),
                    people=sum(told.values()),
                    offset=asking.offset(found),
                    now_us=asking.now_us,
                    by_copy=asking.by_copy,
                )
                for at in range(1 << len(conditions))
            ]

        return await self._either(
            conditions, ask, lambda: self._loop.overlap(conditions)
        )

    async def figures(self, condition: Condition, purpose: str) -> Figures:
        """Say what who satisfies a condition is worth, and how they can be reached.

        NotAnsweredError, in a sentence, where the copy can't say.
        """

        async def ask(asking: Asking) -> Figures:
            devices = tuple(sorted(self._home.fold.identity.devices))
            sql, values = figures_sql(asking.made[0], purpose, devices)
            found = await asking.ask(sql, values)
            rows, offset = found.table.to_pylist(), asking.offset(found)
            return figures_of(rows, offset, asking.now_us)

        return await self._ask([condition], ask)

    async def people(
        self,
        condition: Condition,
        ask: Callable[[Asking], Awaitable[T]],
        wait_s: float = WAIT_S,
    ) -> T:
        """Ask the copy something of who satisfies a condition, all at one offset.

        NotAnsweredError, in a sentence, where the copy can't say.
        """
        return await self._ask([condition], ask, wait_s=wait_s)

    # -- asking ------------------------------------------------------------------

    async def _either(
        self,
        conditions: Sequence[Condition],
        ask: Callable[[Asking], Awaitable[T]],
        judge: Callable[[], Awaitable[T]],
        *,
        judges: bool = True,
    ) -> T:
        """Ask the copy, else judge all people one by one."""
        try:
            return await self._ask(conditions, ask, judges=judges)
        except TooLongError:
            raise
        except NotAnsweredError:
            return await judge()

    async def _ask(
        self,
        conditions: Sequence[Condition],
        ask: Callable[[Asking], Awaitable[T]],
        *,
        judges: bool = True,
        wait_s: float = WAIT_S,
    ) -> T:
        """Ask the copy; what it does not hold is put beside it.

        judges: people may be judged one by one for that.
        """
        copy, kept = self._home.lake, KeptPeople(self._home.fold)
        if copy is None:
            raise NotAnsweredError(_NO_COPY)
        with kept.watching():
            async with copy.asking.at_one_offset(wait_s, kept.begin) as at:
                now_us = self._home.engine.clock.now_us()
                made = self._compiled(conditions, now_us)
                withheld = [await _withheld(at, one) for one in made]
                if any(withheld):
                    made = self._compiled(conditions, now_us, withheld)
                beside = _Beside(self._home, at, kept, now_us, self._limit_s)
                return await ask(await beside.asking(conditions, made, judges=judges))

    def _compiled(
        self,
        conditions: Sequence[Condition],
        now_us: int,
        withheld: Sequence[frozenset[int]] = (),
    ) -> list[Compiled]:
        fold = self._home.fold
        return [
            compiled(
                one,
                Asked(
                    now_us=now_us,
                    shop_zone=fold.zone,
                    devices=tuple(sorted(fold.identity.devices)),
                    of="abc"[at],
                    withheld=withheld[at] if withheld else frozenset(),
                ),
            )
            for at, one in enumerate(conditions)
        ]


class _Beside(NamedTuple):
    """Puts beside the copy what conditions ask for and it does not hold."""

    home: "Home"
    at: "OneOffset"
    kept: KeptPeople
    now_us: int
    limit_s: float

    async def asking(
        self, conditions: Sequence[Condition], made: list[Compiled], *, judges: bool
    ) -> Asking:
        outside = OutsideTables(self.home, self.at, self.kept, self.now_us)
        wholes: dict[str, Packed] = {}
        asked = []
        for place, (condition, one) in enumerate(zip(conditions, made, strict=True)):
            name = f"kept_{place}"
            whole = await outside.of_whole(condition, name) if one.outside else {}
            wholes |= whole
            sql = f"SELECT person_id FROM {name}"
            asked.append(Compiled(sql=sql, values={}, outside=()) if whole else one)
        tables = await tables_beside(self.at, self.home, asked, self.now_us)
        limit = Limit(self.limit_s)
        for one in asked:
            held = await outside.of_kept(one)
            if not judges:
                refuse([left for left in one.outside if left.table not in held])
            judged = await outside.of_judged(one, held, tables, limit)
            wholes |= held | judged
        moved = outside.judged and self.home.fold.offset != self.kept.offset
        return Asking(
            self.at,
            asked,
            self.now_us,
            tables | wholes,
            by_copy=not outside.judged,
            whole=not moved,
        )


async def _withheld(at: "OneOffset", made: Compiled) -> frozenset[int]:
    """Say which doubts of a condition are well founded: what decides is masked."""
    if not made.doubts:
        return frozenset()
    sql = f"SELECT [{', '.join(made.doubts)}] AS doubts"
    question = Question(sql=sql, values=values_in(sql, made.values), trusted=True)
    (told,) = (await at.ask(question)).table["doubts"].to_pylist()
    return frozenset(place for place, is_so in enumerate(told) if is_so)
