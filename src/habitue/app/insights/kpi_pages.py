"""Key figures as the console shows them: cells in their text, people by name."""

from typing import Any

from habitue.api.port_kpis import Wanted
from habitue.app.insights.kpi_desk import KpiDesk
from habitue.measure.kpi.cells import read_cell

View = dict[str, Any]


class KpiPages:
    """Asks for key figures as they are without any wishes but whose."""

    def __init__(self, desk: KpiDesk) -> None:
        self._desk = desk

    async def report(  # noqa: PLR0913 - what a page asks by
        self,
        first: str,
        last: str,
        segment: str,
        *,
        steps: str = "",
        by: str = "",
        same: str = "",
    ) -> View:
        wanted = Wanted(segment=segment, steps=steps, by=by, same=same)
        return await self._desk.report(first, last, wanted)

    async def day(self, day: str) -> View:
        return await self._desk.day(day)

    async def cell(self, cell: str) -> View:
        return await self._desk.cell(read_cell(cell), 0)

    async def people(
        self, cell: str, after: int, limit: int, *, named: bool
    ) -> tuple[list[View], int | None]:
        ids, more = await self._desk.people(read_cell(cell), after, limit)
        return [self._desk.row(one, named=named) for one in ids], more

    async def make(self, segment_id: str, name: str, cell: str) -> View:
        return await self._desk.make(segment_id, name, read_cell(cell))
