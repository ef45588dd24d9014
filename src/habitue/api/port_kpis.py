"""What the API needs of whoever knows the key figures."""

from typing import Protocol

from msgspec import Struct

from habitue.api.port import View
from habitue.measure.kpi.asking import LOYAL
from habitue.measure.kpi.cells import Cell


class Wanted(Struct, frozen=True):
    """Which key figures: in a currency, of a segment, and who is called loyal.

    steps: names of events with commas between; those of a web shop where empty. by: a
    property of the first step by which they are told apart, "$way" the channel that led
    there, the channel of contact where empty; same: a property that has to be the same
    in all of them.
    """

    currency: str = ""
    segment: str = ""
    loyal: int = LOYAL
    steps: str = ""
    by: str = ""
    same: str = ""


class Kpis(Protocol):
    """Key figures over the copy of the events; days are those of the shop's zone."""

    async def report(self, first: str, last: str, wanted: Wanted) -> View: ...

    async def cell(self, cell: Cell, sample: int) -> View: ...

    async def people(
        self, cell: Cell, after: int, limit: int
    ) -> tuple[list[int], int | None]: ...

    async def make(self, segment_id: str, name: str, cell: Cell) -> View: ...
