"""People counted out of the analytic copy, where it can judge all that is asked.

One query says of everybody at once what the meaning says of each. What the copy does
not hold, and whatever is asked while it is being made, is judged one by one instead.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from habitue.app.lake.beside import tables_beside
from habitue.app.segments.counting import LoopCounting
from habitue.lake.port import Found, NotAnsweredError, Question
from habitue.segment.compile_comparison import values_in
from habitue.segment.compile_sql import Asked, Compiled, compiled
from habitue.segment.condition import Condition
from habitue.segment.figures import EVERYBODY, Figures, figures_of, figures_sql
from habitue.segment.port import Counted

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.lake.asking import OneOffset

T = TypeVar("T")

# How long a question waits for a copy that is being opened, before it is judged anew.
WAIT_S = 2.0
ROWS_MAX = 1_000_000
_NO_COPY = "This installation keeps no copy for analysis: see the setting lake.enabled."
_NOT_HELD = (
    "The copy for analysis does not hold what the condition asks for: {what}."
    " Who is in it is judged one by one."
)
_IN_DOUBT = (
    "The condition asks for what is masked in the copy for analysis (docs/lake.md)."
    " Who is in it is judged one by one."
)


class _Asking(NamedTuple):
    """The copy at one offset, and conditions as queries over it."""

    at: "OneOffset"
    made: list[Compiled]
    now_us: int
    home: "Home"

    async def ask(self, sql: str, values: dict[str, Any]) -> Found:
        tables = await tables_beside(self.at, self.home, self.made, self.now_us)
        return await self.at.ask(
            Question(
                sql=sql,
                values=values_in(sql, values),
                tables=tables,
                rows_max=ROWS_MAX,
                trusted=True,
            )
        )


class LakeCounting:
    """Fills habitue.segment.port.Counting by the copy, or else by the meaning."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._loop = LoopCounting(home)

    async def count(self, condition: Condition, *, sample: int = 0) -> Counted:
        """Count who satisfies a condition now, and name the first of them."""

        async def ask(asking: _Asking) -> Counted:
            (one,) = asking.made
            first = f"SELECT person_id FROM found ORDER BY person_id LIMIT {sample}"
            found = await asking.ask(
                f"WITH found AS MATERIALIZED ({one.sql}) SELECT count(*) AS n,"
                f" ({EVERYBODY}) AS people,"
                f" (SELECT list(person_id) FROM ({first})) AS first FROM found",
                one.values,
            )
            (row,) = found.table.to_pylist()
            return Counted(
                count=row["n"],
                people=row["people"],
                offset=found.offset,
                now_us=asking.now_us,
                by_copy=True,
                sample=tuple(sorted(row["first"] or ())),
            )

        return await self._either(
            [condition], ask, lambda: self._loop.count(condition, sample=sample)
        )

    async def page(
        self, condition: Condition, after: int, limit: int
    ) -> tuple[list[int], int | None]:
        """Give people behind an id, and the id behind which the next page begins."""

        async def ask(asking: _Asking) -> tuple[list[int], int | None]:
            (one,) = asking.made
            found = await asking.ask(
                f"SELECT person_id FROM ({one.sql}) WHERE person_id > {after}"
                f" ORDER BY person_id LIMIT {limit}",
                one.values,
            )
            ids = found.table["person_id"].to_pylist()
            return ids, (ids[-1] if len(ids) == limit else None)

        return await self._either(
            [condition], ask, lambda: self._loop.page(condition, after, limit)
        )

    async def overlap(self, conditions: Sequence[Condition]) -> list[Counted]:
        """Count who satisfies exactly which of some conditions."""

        async def ask(asking: _Asking) -> list[Counted]:
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
                    offset=found.offset,
                    now_us=asking.now_us,
                    by_copy=True,
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

        async def ask(asking: _Asking) -> Figures:
            devices = tuple(sorted(self._home.fold.identity.devices))
            sql, values = figures_sql(asking.made[0], purpose, devices)
            found = await asking.ask(sql, values)
            return figures_of(found.table.to_pylist(), found.offset, asking.now_us)

        return await self._ask([condition], ask)

    # -- asking ------------------------------------------------------------------

    async def _either(
        self,
        conditions: Sequence[Condition],
        ask: Callable[[_Asking], Awaitable[T]],
        judge: Callable[[], Awaitable[T]],
    ) -> T:
        """Ask the copy if it holds all that is asked for, else judge one by one."""
        try:
            return await self._ask(conditions, ask)
        except NotAnsweredError:
            return await judge()

    async def _ask(
        self, conditions: Sequence[Condition], ask: Callable[[_Asking], Awaitable[T]]
    ) -> T:
        copy, made, now_us = self._home.lake, *self._compiled(conditions)
        if copy is None:
            raise NotAnsweredError(_NO_COPY)
        async with copy.asking.at_one_offset(WAIT_S) as at:
            asking = _Asking(at, made, now_us, self._home)
            if await _in_doubt(at, made):
                raise NotAnsweredError(_IN_DOUBT)
            return await ask(asking)

    def _compiled(self, conditions: Sequence[Condition]) -> tuple[list[Compiled], int]:
        home = self._home
        now_us = home.engine.clock.now_us()
        made = [
            compiled(
                one,
                Asked(
                    now_us=now_us,
                    shop_zone=home.fold.zone,
                    devices=tuple(sorted(home.fold.identity.devices)),
                    of="abc"[at],
                ),
            )
            for at, one in enumerate(conditions)
        ]
        for one in made:
            if one.outside:
                told = str(type(one.outside[0]).__struct_config__.tag)
                raise NotAnsweredError(_NOT_HELD.format(what=told))
        return made, now_us


async def _in_doubt(at: "OneOffset", made: list[Compiled]) -> bool:
    """Say whether a condition asks for something that is masked."""
    doubts = [doubt for one in made for doubt in one.doubts]
    if not doubts:
        return False
    sql = f"SELECT {' OR '.join(doubts)} AS doubt"
    values = {name: v for one in made for name, v in one.values.items()}
    question = Question(sql=sql, values=values_in(sql, values), trusted=True)
    found = await at.ask(question)
    return bool(found.table["doubt"][0].as_py())
