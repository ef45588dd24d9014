"""What the API needs of whoever knows how people come to buy."""

from typing import Protocol

from habitue.api.port import View
from habitue.measure.wanted import Credits, Following, Planning, Testing, Ways


class Insights(Protocol):
    """Reports over the copy of the events; days are those of the shop's zone."""

    async def journeys(self, first: str, last: str, wanted: Ways) -> View: ...

    async def rows_json(
        self,
        table: str,
        first: str,
        last: str,
        window_days: int | None = None,
        by: str = "",
    ) -> tuple[bytes, View]: ...

    async def rows_arrow(
        self,
        table: str,
        first: str,
        last: str,
        window_days: int | None = None,
        by: str = "",
    ) -> tuple[bytes, View]: ...

    async def ropo(
        self, first: str, last: str, window_days: int | None = None, by: str = ""
    ) -> View: ...

    async def attribution(self, first: str, last: str, wanted: Credits) -> View: ...

    async def influence(self, first: str, last: str, wanted: Following) -> View: ...

    async def experiment(self, first: str, last: str, wanted: Testing) -> View: ...

    async def experiments(self, first: str, last: str, control: str) -> View: ...

    async def plan(self, wanted: Planning) -> View: ...
