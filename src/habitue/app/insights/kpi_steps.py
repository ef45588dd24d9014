"""Who took steps that no condition tells.

Steps with something in common, as one campaign; or those of which the first one does
not tell what they are told apart by.
"""

import asyncio
from typing import TYPE_CHECKING, Any

from msgspec import structs

from habitue.api.port_kpis import Wanted
from habitue.app.insights.framing import Framing
from habitue.app.insights.kpi_framing import asked_of, with_ways
from habitue.lake.port import Question
from habitue.measure.kpi.asking import Asked, Meant, query
from habitue.measure.kpi.cells import Cell
from habitue.measure.kpi.funnel import stepped

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.lake.asking import OneOffset
    from habitue.app.lake.counting import Asking
    from habitue.lake.port import Found

ROWS_MAX = 1_000_000


class KpiSteps:
    """Asks for the people of a step; asking: of those of a segment alone."""

    def __init__(self, home: "Home", asking: "Asking | None" = None) -> None:
        self._home = home
        self._framing = Framing(home)
        self._asking = asking

    async def people(
        self, at: "OneOffset", cell: Cell, after: int, limit: int
    ) -> tuple[list[int], int | None]:
        """Give the people of a cell behind an id, in order, and the offset."""
        last = (
            f"SELECT person_id FROM ({_whose(cell)}) WHERE person_id > $after"
            f" ORDER BY person_id LIMIT {limit}"
        )
        found = await self._ask(at, cell, last, after=after)
        # In a thread: there may be very many.
        ids: list[int] = await asyncio.to_thread(found.table["person_id"].to_pylist)
        return ids, self._offset(found)

    async def count(self, at: "OneOffset", cell: Cell) -> tuple[int, int | None]:
        """Count the people of a cell, and give the offset."""
        last = f"SELECT count(person_id) AS people FROM ({_whose(cell)})"
        found = await self._ask(at, cell, last)
        return int(found.table["people"][0].as_py()), self._offset(found)

    async def _ask(
        self, at: "OneOffset", cell: Cell, last: str, **more: Any
    ) -> "Found":
        part = cell.part or cell.channel
        made = query(self._asked(cell), last, part=part, **more)
        tables = {} if self._asking is None else self._asking.tables
        return await at.ask(
            Question(
                sql=made.sql,
                values=made.values,
                tables=tables,
                rows_max=ROWS_MAX,
                trusted=True,
            )
        )

    def _asked(self, cell: Cell) -> Asked:
        engine = self._home.engine
        wanted = Wanted(steps=",".join(cell.steps), by=cell.by, same=cell.same)
        days, zone = (cell.since, cell.until), self._home.fold.zone
        asked = asked_of(days, zone, engine.clock.now_us(), wanted)
        asked = with_ways(asked, self._framing)
        if self._asking is None:
            return asked
        (one,) = self._asking.made
        return structs.replace(asked, meant=Meant(one.sql, one.values))

    def _offset(self, found: "Found") -> int | None:
        return found.offset if self._asking is None else self._asking.offset(found)


def _whose(cell: Cell) -> str:
    """Give a SELECT of the people; a part that is not told is one, too."""
    part = cell.part or cell.channel
    return stepped(len(cell.steps) - 1, part if part or cell.by else None)
