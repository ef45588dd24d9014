"""What the API needs of whoever knows how people come to buy."""

from typing import Protocol

from msgspec import Struct

from habitue.api.port import View
from habitue.measure.kpi.asking import LOYAL


class Credits(Struct, frozen=True):
    """Whose credit: in a currency, of purchases in a place, by a chain of an order.

    control: the arm of experiments that says what came without.
    """

    currency: str = ""
    place: str = ""
    order: int = 1
    half_life_days: int = 7
    control: str = "control"


class Following(Struct, frozen=True):
    """What is to have followed: within days, and by which experiment if by any."""

    days: int = 10
    currency: str = ""
    experiment: str = ""
    control: str = "control"


class Testing(Struct, frozen=True):
    """Which experiment, against which arm, and the differences one plans to see.

    outcome: an event that is looked for beside purchases; loyal: who bought so often in
    the days is called so.
    """

    experiment: str
    control: str = "control"
    days: int = 14
    currency: str = ""
    expected_rate: float = 0.01
    expected_money: float = 1.0
    outcome: str = ""
    loyal: int = LOYAL


class Insights(Protocol):
    """Reports over the copy of the events; days are those of the shop's zone."""

    async def journeys(self, first: str, last: str, currency: str = "") -> View: ...

    async def rows_json(
        self, table: str, first: str, last: str
    ) -> tuple[bytes, View]: ...

    async def rows_arrow(
        self, table: str, first: str, last: str
    ) -> tuple[bytes, View]: ...

    async def ropo(
        self, first: str, last: str, window_days: int | None = None, by: str = ""
    ) -> View: ...

    async def attribution(self, first: str, last: str, wanted: Credits) -> View: ...

    async def influence(self, first: str, last: str, wanted: Following) -> View: ...

    async def experiment(self, first: str, last: str, wanted: Testing) -> View: ...

    async def experiments(self, first: str, last: str, control: str) -> View: ...

    def plan(self, rate: float, lift: float, alpha: float, power: float) -> View: ...
