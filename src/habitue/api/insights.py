"""Insights: journeys, ROPO, attribution, online influence, experiments."""

from typing import Annotated, Any, Literal

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter, QueryParameter

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View
from habitue.api.port_insights import Credits, Following, Insights, Testing

ARROW = "application/vnd.apache.arrow.stream"
LINES = "application/x-ndjson"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
BASE = "/api/v1/insights"
Since = Annotated[
    str,
    QueryParameter(name="from", pattern=DAY, description="The first day of the zone."),
]
Until = Annotated[
    str,
    QueryParameter(name="to", pattern=DAY, description="The last day of the zone."),
]
Currency = Annotated[
    str,
    Parameter(
        pattern=r"^([A-Z]{3})?$",
        description="Without it, the one in which most was bought.",
    ),
]
Days = Annotated[
    int, Parameter(ge=1, le=90, description="Within so many days after it.")
]
Window = Annotated[
    int | None,
    Parameter(ge=1, le=365, description="Days before a purchase that count."),
]
By = Annotated[
    str,
    Parameter(
        max_length=60,
        description="What has to be the same: product, category, brand, visit.",
    ),
]
Place = Annotated[
    Literal["", "online", "store"],
    Parameter(description="Where it was bought; both without it."),
]
Order = Annotated[
    int, Parameter(ge=1, le=4, description="Channels that make a Markov state.")
]
HalfLife = Annotated[
    int, Parameter(ge=1, le=365, description="Days that halve a touchpoint's part.")
]
Name = Annotated[str, Parameter(min_length=1, max_length=128)]
Control = Annotated[
    str, Parameter(max_length=128, description="The control's variation.")
]
Experiment = Annotated[
    str, Parameter(max_length=128, description="Whose arms tell the cause, if any.")
]
Outcome = Annotated[
    str,
    Parameter(max_length=200, description="An event that is looked for, too."),
]
Loyal = Annotated[
    int, Parameter(ge=2, le=1000, description="Who bought so often is called loyal.")
]
Expected = Annotated[
    float,
    Parameter(gt=0, le=1_000_000_000, description="The difference one plans to see."),
]
Part = Annotated[float, Parameter(gt=0, lt=1)]
Lift = Annotated[float, Parameter(ge=-1, le=1)]
Table = Literal["journeys", "touchpoints", "intents"]
_SUMS: Any = {"permission": Permission.INSIGHTS_READ, **keyed(400, 422)}


def insight_routes(insights: Insights) -> list[HTTPRouteHandler]:
    """Make the routes over insights."""
    return [
        _journeys(insights),
        _rows(insights),
        _ropo(insights),
        _attribution(insights),
        _influence(insights),
        _experiments(insights),
        _experiment(insights),
        _plan(insights),
    ]


def _journeys(insights: Insights) -> HTTPRouteHandler:
    @get(f"{BASE}/journeys", **_SUMS)
    async def read_journeys(
        since: Since, until: Until, currency: Currency = ""
    ) -> View:
        """Say how people came to buy: how long, over what, by which paths most did."""
        return await insights.journeys(since, until, currency)

    return read_journeys


def _rows(insights: Insights) -> HTTPRouteHandler:
    @get(
        f"{BASE}/rows/{{table:str}}",
        permission=Permission.LAKE_QUERY,
        media_type=LINES,
        **keyed(400, 404, 422),
    )
    async def read_journey_rows(
        table: Annotated[Table, Parameter(description="Which rows.")],
        since: Since,
        until: Until,
        request: Request[Any, Any, Any],
    ) -> Response[bytes]:
        """Give journeys, touchpoints or intents of sessions: JSON lines, or Arrow."""
        wants_arrow = ARROW in request.headers.get("accept", "")
        ask = insights.rows_arrow if wants_arrow else insights.rows_json
        body, about = await ask(table, since, until)
        headers = {
            "X-Offset": str(about["offset"]),
            "X-Rows": str(about["rows"]),
            "X-More": str(about["more"]).lower(),
        }
        media = ARROW if wants_arrow else LINES
        return Response(body, media_type=media, headers=headers)

    return read_journey_rows


def _ropo(insights: Insights) -> HTTPRouteHandler:
    @get(f"{BASE}/ropo", **_SUMS)
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
    @get(f"{BASE}/attribution", **_SUMS)
    async def read_attribution(  # noqa: PLR0913, PLR0917 - a query's parameters
        since: Since,
        until: Until,
        currency: Currency = "",
        place: Place = "",
        order: Order = 1,
        half_life_days: HalfLife = 7,
        control: Control = "control",
    ) -> View:
        """Hand out what was bought to channels by seven models; each adds up to it.

        Credit is not cause: a channel with much of it may have no effect at all. What
        the control groups of experiments in these days say stands beside it.
        """
        wanted = Credits(currency, place, order, half_life_days, control)
        return await insights.attribution(since, until, wanted)

    return read_attribution


def _influence(insights: Insights) -> HTTPRouteHandler:
    @get(f"{BASE}/influence", **_SUMS)
    async def read_influence(  # noqa: PLR0913, PLR0917 - a query's parameters
        since: Since,
        until: Until,
        days: Days = 10,
        currency: Currency = "",
        experiment: Experiment = "",
        control: Control = "control",
    ) -> View:
        """Say what followed in stores for a unit spent online, in three tiers.

        Observed is arithmetic, adjusted an association among alike people, causal what
        an experiment shows; without one it is not known, and how to find out is said.
        """
        wanted = Following(days, currency, experiment, control)
        return await insights.influence(since, until, wanted)

    return read_influence


def _experiments(insights: Insights) -> HTTPRouteHandler:
    @get(f"{BASE}/experiments", **_SUMS)
    async def list_experiments(
        since: Since, until: Until, control: Control = "control"
    ) -> View:
        """Say to which experiments people were assigned, and whether to a control."""
        return await insights.experiments(since, until, control)

    return list_experiments


def _experiment(insights: Insights) -> HTTPRouteHandler:
    @get(f"{BASE}/experiments/{{experiment:str}}", **_SUMS)
    async def read_experiment(  # noqa: PLR0913, PLR0917 - a query's parameters
        experiment: Name,
        since: Since,
        until: Until,
        control: Control = "control",
        days: Annotated[int, Parameter(ge=1, le=90)] = 14,
        currency: Currency = "",
        expected_rate: Expected = 0.01,
        expected_money: Expected = 1.0,
        outcome: Outcome = "",
        loyal: Loyal = 3,
    ) -> View:
        """Say what arms assigned by chance brought beyond the control, with bounds.

        Arms are the variations of 'Experiment Viewed'. The bounds called always valid
        hold however often one looks.
        """
        wanted = Testing(
            experiment=experiment,
            control=control,
            days=days,
            currency=currency,
            expected_rate=expected_rate,
            expected_money=expected_money,
            outcome=outcome,
            loyal=loyal,
        )
        return await insights.experiment(since, until, wanted)

    return read_experiment


def _plan(insights: Insights) -> HTTPRouteHandler:
    @get(f"{BASE}/plan", sync_to_thread=False, **_SUMS)
    def plan_experiment(
        rate: Part, lift: Lift, alpha: Part = 0.05, power: Part = 0.8
    ) -> View:
        """Say how many people an arm needs for a rate's rise to be seen."""
        return insights.plan(rate, lift, alpha, power)

    return plan_experiment
