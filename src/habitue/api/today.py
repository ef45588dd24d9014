"""Today: visitors and receipts beside the usual of the weekday, and what was sold."""

from typing import Annotated, Any, Literal, Protocol

from litestar import Request, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.insight_params import BASE
from habitue.api.port import View

Day = Annotated[
    str,
    Parameter(
        pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$",
        description="A day of the shop's zone; without it, today.",
    ),
]
Sort = Annotated[
    Literal["all", "receipts", "known"],
    Parameter(
        description="Orders, receipts and returns; receipts of stores alone; or"
        " purchases of people we know."
    ),
]
Cursor = Annotated[
    str, Parameter(max_length=400, description="As the page before tells it.")
]
Limit = Annotated[int, Parameter(ge=1, le=500, description="How many at most.")]


class Today(Protocol):
    """How a day goes, and what was sold on it."""

    async def figures(self, day: str) -> View: ...

    async def sold(self, day: str, sort: str, cursor: str, limit: int) -> View: ...


def today_routes(today: Today) -> list[HTTPRouteHandler]:
    """Make the routes over a day."""
    return [_figures(today), _sold(today)]


def _figures(today: Today) -> HTTPRouteHandler:
    @get(
        f"{BASE}/today",
        permission=Permission.INSIGHTS_READ,
        **keyed(400, 422),
    )
    async def read_today(day: Day = "") -> View:
        """Say how many visitors and receipts of stores a day had, and the usual.

        Visitors are people and devices that were there on the web or in the app;
        robots and the staff are left out. The usual is the mean of that weekday in the
        four weeks before, of those since any are known; null is not known. Who the
        visitors are is asked for by their cell, as of any key figure.
        """
        return await today.figures(day)

    return read_today


def _sold(today: Today) -> HTTPRouteHandler:
    @get(
        f"{BASE}/today/sold",
        permission=Permission.INSIGHTS_READ,
        **keyed(400, 422),
    )
    async def read_sold(
        request: Request[Any, Any, Any],
        day: Day = "",
        sort: Sort = "all",
        cursor: Cursor = "",
        limit: Limit = 100,
    ) -> View:
        """Give what was sold on a day, the latest first, each with whose it is."""
        told = await today.sold(day, sort, cursor, limit)
        if request.state.caller.may(Permission.PEOPLE_READ):
            return told
        return {**told, "sold": [{**row, "person_id": None} for row in told["sold"]]}

    return read_sold
