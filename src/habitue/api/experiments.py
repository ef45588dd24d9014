"""Experiments: which there were, what one brought, and how many people one needs."""

from typing import Annotated

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from habitue.api.insight_params import (
    BASE,
    SUMS,
    Baseline,
    Control,
    Currency,
    Days,
    Expected,
    Loyal,
    Name,
    Outcome,
    Part,
    Shares,
    Since,
    SinceOf,
    Until,
    UntilOf,
)
from habitue.api.port import View
from habitue.api.port_insights import Insights
from habitue.measure.experiment.power import ARMS_MAX
from habitue.measure.wanted import Planning, Testing

Rate = Annotated[
    float | None, Parameter(gt=0, lt=1, description="The share of people now.")
]
Deviation = Annotated[
    float | None,
    Parameter(gt=0, le=1_000_000_000, description="How what people spend deviates."),
]
Rise = Annotated[
    float,
    Parameter(
        ge=-1_000_000_000,
        le=1_000_000_000,
        description="The rise that is to be seen: a part of one, or money.",
    ),
]
Arms = Annotated[
    int, Parameter(ge=2, le=ARMS_MAX, description="Arms, the control with them.")
]


def experiment_routes(insights: Insights) -> list[HTTPRouteHandler]:
    """Make the routes over experiments."""
    return [_experiments(insights), _experiment(insights), _plan(insights)]


def _experiments(insights: Insights) -> HTTPRouteHandler:
    @get(f"{BASE}/experiments", **SUMS)
    async def list_experiments(
        since: Since, until: Until, control: Control = "control"
    ) -> View:
        """Say to which experiments people were assigned, and whether to a control."""
        return await insights.experiments(since, until, control)

    return list_experiments


def _experiment(insights: Insights) -> HTTPRouteHandler:
    @get(f"{BASE}/experiments/{{experiment:str}}", **SUMS)
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
        shares: Shares = "",
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
            shares=shares,
        )
        return await insights.experiment(since, until, wanted)

    return read_experiment


def _plan(insights: Insights) -> HTTPRouteHandler:
    @get(f"{BASE}/plan", **SUMS)
    async def plan_experiment(  # noqa: PLR0913, PLR0917 - a query's parameters
        lift: Rise,
        rate: Rate = None,
        deviation: Deviation = None,
        arms: Arms = 2,
        alpha: Part = 0.05,
        power: Part = 0.8,
        baseline: Baseline = "",
        since: SinceOf = "",
        until: UntilOf = "",
        days: Days = 14,
        currency: Currency = "",
    ) -> View:
        """Say how many people an arm needs for a rise to be seen.

        Of a rate, both parts of one; or of what people spend, where it deviates so
        much. Of several arms each is compared with the control. With baseline, rate or
        deviation are those of who came on the days, within so many days after it; and
        clearing by what each bought before spares as many people as it will.
        """
        wanted = Planning(
            lift,
            rate,
            deviation,
            arms,
            alpha,
            power,
            baseline=baseline,
            first=since,
            last=until,
            days=days,
            currency=currency,
        )
        return await insights.plan(wanted)

    return plan_experiment
