"""Who took steps that have something in common, as one campaign."""

import asyncio
from typing import TYPE_CHECKING

from habitue.api.port_kpis import Wanted
from habitue.app.insights.kpi_framing import asked_of
from habitue.lake.port import Question
from habitue.measure.kpi.asking import Asked, query
from habitue.measure.kpi.cells import Cell
from habitue.measure.kpi.funnel import stepped

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.lake.asking import OneOffset

ROWS_MAX = 1_000_000


class KpiSteps:
    """Asks for the people of a step whose events have a property in common."""

    def __init__(self, home: "Home") -> None:
        self._home = home

    async def people(
        self, at: "OneOffset", cell: Cell, after: int, limit: int
    ) -> tuple[list[int], int]:
        """Give the people of a cell behind an id, in order, and the offset."""
        last = (
            f"SELECT person_id FROM ({_whose(cell)}) WHERE person_id > $after"
            f" ORDER BY person_id LIMIT {limit}"
        )
        made = query(
            self._asked(cell), last, part=cell.part or cell.channel, after=after
        )
        found = await at.ask(
            Question(sql=made.sql, values=made.values, rows_max=ROWS_MAX, trusted=True)
        )
        # In a thread: there may be very many.
        ids: list[int] = await asyncio.to_thread(found.table["person_id"].to_pylist)
        return ids, found.offset

    async def count(self, at: "OneOffset", cell: Cell) -> tuple[int, int]:
        """Count the people of a cell, and give the offset."""
        last = f"SELECT count(person_id) AS people FROM ({_whose(cell)})"
        made = query(self._asked(cell), last, part=cell.part or cell.channel)
        found = await at.ask(Question(sql=made.sql, values=made.values, trusted=True))
        return int(found.table["people"][0].as_py()), found.offset

    def _asked(self, cell: Cell) -> Asked:
        engine = self._home.engine
        wanted = Wanted(steps=",".join(cell.steps), by=cell.by, same=cell.same)
        days, zone = (cell.since, cell.until), self._home.fold.zone
        return asked_of(days, zone, engine.clock.now_us(), wanted)


def _whose(cell: Cell) -> str:
    return stepped(len(cell.steps) - 1, (cell.part or cell.channel) or None)
