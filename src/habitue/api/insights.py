"""Insights: journeys, ROPO, attribution, online influence."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.insight_params import (
    BASE,
    SUMS,
    After,
    By,
    Control,
    Currency,
    Days,
    Experiment,
    HalfLife,
    Neighbours,
    Order,
    Paths,
    Place,
    Shares,
    Since,
    Started,
    Table,
    Tested,
    Until,
    Window,
)
from habitue.api.port import View
from habitue.api.port_insights import Insights
from habitue.measure.wanted import AFTER_DAYS, PATHS, Credits, Following, Regional, Ways

ARROW = "application/vnd.apache.arrow.stream"
LINES = "application/x-ndjson"


def insight_routes(insights: Insights) -> list[HTTPRouteHandler]:
    """Make the routes over insights."""
    return [
        _journeys(insights),
        _rows(insights),
        _ropo(insights),
        _attribution(insights),
        _influence(insights),
    ]


def _journeys(insights: Insights) -> HTTPRouteHandler:
    @get(f"{BASE}/journeys", **SUMS)
    async def read_journeys(  # noqa: PLR0913, PLR0917 - a query's parameters
        since: Since,
        until: Until,
        currency: Currency = "",
        window_days: Window = None,
        paths: Paths = PATHS,
        after_days: After = AFTER_DAYS,
    ) -> View:
        """Say how people came to buy, by which paths most did, and what came after."""
        wanted = Ways(currency, window_days, paths, after_days)
        return await insights.journeys(since, until, wanted)

    return read_journeys


def _rows(insights: Insights) -> HTTPRouteHandler:
    @get(
        f"{BASE}/rows/{{table:str}}",
        permission=Permission.LAKE_QUERY,
        media_type=LINES,
        **keyed(400, 404, 422),
    )
    async def read_journey_rows(  # noqa: PLR0913, PLR0917 - a query's parameters
        table: Annotated[Table, Parameter(description="Which rows.")],
        since: Since,
        until: Until,
        request: Request[Any, Any, Any],
        window_days: Window = None,
        by: By = "",
    ) -> Response[bytes]:
        """Give journeys, touchpoints, intents of sessions, or each purchase by ROPO.

        JSON lines, or an Arrow stream.
        """
        wants_arrow = ARROW in request.headers.get("accept", "")
        ask = insights.rows_arrow if wants_arrow else insights.rows_json
        body, about = await ask(table, since, until, window_days, by)
        headers = {
            "X-Offset": str(about["offset"]),
            "X-Rows": str(about["rows"]),
            "X-More": str(about["more"]).lower(),
        }
        media = ARROW if wants_arrow else LINES
        return Response(body, media_type=media, headers=headers)

    return read_journey_rows


def _ropo(insights: Insights) -> HTTPRouteHandler:
    @get(f"{BASE}/ropo", **SUMS)
    async def read_ropo(
        since: Since, until: Until, window_days: Window = None, by: By = ""
    ) -> View:
        """Say what was researched online and bought in stores, and the other way.

        Purchases whose buyers nobody knows are unknown, never no; low and high are the
        bounds of the share of all.
        """
        return await insights.ropo(since, until, window_days, by)

    return read_ropo


def _attribution(insights: Insights) -> HTTPRouteHandler:
    @get(f"{BASE}/attribution", **SUMS)
    async def read_attribution(  # noqa: PLR0913, PLR0917 - a query's parameters
        since: Since,
        until: Until,
        currency: Currency = "",
        place: Place = "",
        order: Order = 1,
        half_life_days: HalfLife = 7,
        control: Control = "control",
        window_days: Window = None,
        tested: Tested = None,
        neighbours: Neighbours = None,
        start: Started = "",
    ) -> View:
        """Hand out what was bought to channels by seven models; each adds up to it.

        Credit is not cause: a channel with much of it may have no effect at all. What
        the control groups of experiments in these days say stands beside it; and what a
        test by region says, where its regions and its start are told.
        """
        wanted = Credits(
            currency=currency,
            place=place,
            order=order,
            half_life_days=half_life_days,
            control=control,
            window_days=window_days,
            tested=_regional(tested, neighbours, start),
        )
        return await insights.attribution(since, until, wanted)

    return read_attribution


def _influence(insights: Insights) -> HTTPRouteHandler:
    @get(f"{BASE}/influence", **SUMS)
    async def read_influence(  # noqa: PLR0913, PLR0917 - a query's parameters
        since: Since,
        until: Until,
        days: Days = 10,
        currency: Currency = "",
        experiment: Experiment = "",
        control: Control = "control",
        shares: Shares = "",
        tested: Tested = None,
        neighbours: Neighbours = None,
        start: Started = "",
    ) -> View:
        """Say what followed in stores for a unit spent online, in three tiers.

        Observed is arithmetic, adjusted an association among alike people, causal what
        an experiment shows, or a test by region where one is told; without either it is
        not known, and how to find out is said.
        """
        wanted = Following(
            days=days,
            currency=currency,
            experiment=experiment,
            control=control,
            shares=shares,
            tested=_regional(tested, neighbours, start),
        )
        return await insights.influence(since, until, wanted)

    return read_influence


def _regional(
    regions: list[str] | None, neighbours: list[str] | None, start: str
) -> Regional:
    return Regional(tuple(regions or ()), tuple(neighbours or ()), start)
