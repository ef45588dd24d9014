"""People counted out of the analytic copy, where it can judge all that is asked.

One query says of everybody at once what the meaning says of each. What the copy does
not hold, and whatever is asked while it is being made, is judged one by one instead.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from habitue.app.desks.slices import Slices
from habitue.app.segments.counting import LoopCounting
from habitue.app.segments.facts import CatalogGoods
from habitue.lake.port import Found, NotAnsweredError, Packed, Question
from habitue.segment.compile_sql import Compiled, compiled
from habitue.segment.condition import Condition
from habitue.segment.port import Counted

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.lake.copy import LakeCopy

T = TypeVar("T")

# How long a question waits for a copy that is being opened, before it is judged anew.
WAIT_S = 2.0
ROWS_MAX = 1_000_000
_EVERYBODY = "SELECT count(DISTINCT person_id) FROM holding"
_GOODS = (
    "SELECT DISTINCT lines.product, events.source FROM lines"
    " JOIN events USING (log_offset) WHERE lines.product <> ''"
)
_STORES = "SELECT DISTINCT store, source FROM events WHERE store IS NOT NULL"


class LakeCounting:
    """Fills habitue.segment.port.Counting by the copy, or else by the meaning."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._loop = LoopCounting(home)

    async def count(self, condition: Condition, *, sample: int = 0) -> Counted:
        """Count who satisfies a condition now, and name the first of them."""

        async def ask(copy: "LakeCopy", made: list[Compiled], now_us: int) -> Counted:
            first = f"SELECT person_id FROM found ORDER BY person_id LIMIT {sample}"
            found = await self._ask(
                copy,
                made,
                f"WITH found AS ({made[0].sql}) SELECT count(*) AS n,"
                f" ({_EVERYBODY}) AS people,"
                f" (SELECT list(person_id) FROM ({first})) AS first FROM found",
            )
            (row,) = found.table.to_pylist()
            return Counted(
                count=row["n"],
                people=row["people"],
                offset=found.offset,
                now_us=now_us,
                sample=tuple(row["first"] or ()),
            )

        return await self._either(
            [condition], ask, lambda: self._loop.count(condition, sample=sample)
        )

    async def page(
        self, condition: Condition, after: int, limit: int
    ) -> tuple[list[int], int | None]:
        """Give people behind an id, and the id behind which the next page begins."""

        async def ask(
            copy: "LakeCopy", made: list[Compiled], _now_us: int
        ) -> tuple[list[int], int | None]:
            found = await self._ask(
                copy,
                made,
                f"SELECT person_id FROM ({made[0].sql}) WHERE person_id > {after}"
                f" ORDER BY person_id LIMIT {limit}",
            )
            ids = found.table["person_id"].to_pylist()
            return ids, (ids[-1] if len(ids) == limit else None)

        return await self._either(
            [condition], ask, lambda: self._loop.page(condition, after, limit)
        )

    async def overlap(self, conditions: Sequence[Condition]) -> list[Counted]:
        """Count who satisfies exactly which of some conditions."""
        # Three queries would tell of three offsets: the meaning tells of one.
        return await self._loop.overlap(conditions)

    async def _either(
        self,
        conditions: list[Condition],
        ask: Callable[["LakeCopy", list[Compiled], int], Awaitable[T]],
        judge: Callable[[], Awaitable[T]],
    ) -> T:
        """Ask the copy if it holds all that is asked for, else judge one by one."""
        home = self._home
        copy, now_us = home.lake, home.engine.clock.now_us()
        zone = home.engine.settings.shop.time_zone
        made = [compiled(one, now_us, zone) for one in conditions]
        if copy is None or any(one.outside for one in made):
            return await judge()
        try:
            return await ask(copy, made, now_us)
        except NotAnsweredError:
            return await judge()

    async def _ask(self, copy: "LakeCopy", made: list[Compiled], sql: str) -> Found:
        tables: dict[str, Packed] = {}
        if any("goods" in one.reads for one in made):
            tables["goods"] = await self._goods(copy)
        if any("stores" in one.reads for one in made):
            tables["stores"] = await self._stores(copy)
        values = {name: one for each in made for name, one in each.values.items()}
        return await copy.ask(
            Question(
                sql=sql, values=values, tables=tables, rows_max=ROWS_MAX, trusted=True
            ),
            WAIT_S,
        )

    async def _goods(self, copy: "LakeCopy") -> Packed:
        """Give what the catalogue says of the products that events tell of."""
        from habitue.app.lake.arrow import goods_table

        goods, slices = CatalogGoods(self._home.fold), Slices()
        rows: list[tuple[Any, ...]] = []
        for product, source in await _pairs(copy, _GOODS):
            rows.append((product, source, goods.product(product, source)))
            await slices.turn()
        return goods_table(rows)

    async def _stores(self, copy: "LakeCopy") -> Packed:
        from habitue.app.lake.arrow import stores_table

        goods, slices = CatalogGoods(self._home.fold), Slices()
        rows: list[tuple[str, str, str]] = []
        for store, source in await _pairs(copy, _STORES):
            rows.append((store, source, goods.region(store, source)))
            await slices.turn()
        return stores_table(rows)


async def _pairs(copy: "LakeCopy", sql: str) -> list[tuple[str, str]]:
    question = Question(sql=sql, rows_max=ROWS_MAX, trusted=True)
    found = (await copy.ask(question, WAIT_S)).table
    columns = [found.column(at).to_pylist() for at in range(2)]
    return list(zip(*columns, strict=True))
