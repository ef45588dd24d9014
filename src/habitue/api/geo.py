"""Tests by region: a design, and what an action brought."""

from typing import Annotated

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter, QueryParameter

from habitue.api.insight_params import (
    BASE,
    SUMS,
    Currency,
    Neighbours,
    Part,
    Regions,
    Since,
    Start,
    Until,
)
from habitue.api.port import View
from habitue.api.port_geo import GeoTests, Looking, Planning

By = Annotated[
    str, Parameter(pattern="^(region|store)$", description="What a region is.")
]
Count = Annotated[int, Parameter(ge=1, le=20, description="Regions of the action.")]
Lift = Annotated[
    float, Parameter(gt=0, le=1, description="The lift that is to be seen.")
]
Lengths = Annotated[
    list[int] | None,
    QueryParameter(name="days", description="Lengths that are looked at, in days."),
]
Seed = Annotated[
    str,
    Parameter(max_length=64, description="Decides between sets that serve equally."),
]


def geo_routes(tests: GeoTests) -> list[HTTPRouteHandler]:
    """Make the routes over tests by region."""
    return [_design(tests), _read(tests)]


def _design(tests: GeoTests) -> HTTPRouteHandler:
    @get(f"{BASE}/geo/design", **SUMS)
    async def design_geo_test(  # noqa: PLR0913, PLR0917 - a query's parameters
        since: Since,
        until: Until,
        count: Count = 1,
        lift: Lift = 0.05,
        lengths: Lengths = None,
        alpha: Part = 0.05,
        power: Part = 0.8,
        seed: Seed = "",
        by: By = "region",
        currency: Currency = "",
    ) -> View:
        """Say in which regions and how long an action is best tested, and what is seen.

        Power is the share of past spans in which a planted lift would have been found.
        """
        wanted = Planning(
            count=count,
            lift=lift,
            lengths=tuple(lengths or ()),
            alpha=alpha,
            power=power,
            seed=seed,
            by=by,
            currency=currency,
        )
        return await tests.design(since, until, wanted)

    return design_geo_test


def _read(tests: GeoTests) -> HTTPRouteHandler:
    @get(f"{BASE}/geo/read", **SUMS)
    async def read_geo_test(  # noqa: PLR0913, PLR0917 - a query's parameters
        since: Since,
        until: Until,
        start: Start,
        regions: Regions,
        neighbours: Neighbours = None,
        alpha: Part = 0.05,
        by: By = "region",
        currency: Currency = "",
    ) -> View:
        """Say what an action brought in its regions, from its start to the last day.

        Against what a synthetic control would have had; with bounds, how likely it is
        by chance, and each other region read as if it had been done there.
        """
        wanted = Looking(
            regions=tuple(regions),
            neighbours=tuple(neighbours or ()),
            start=start,
            alpha=alpha,
            by=by,
            currency=currency,
        )
        return await tests.read(since, until, wanted)

    return read_geo_test
