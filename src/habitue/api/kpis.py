"""Key figures; the people behind each number of a report, and segments of them."""

import json
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.insight_params import BASE, Currency, Since, Until
from habitue.api.port import View
from habitue.api.port_kpis import Kpis, Wanted
from habitue.api.segments import ID
from habitue.measure.kpi.cells import CELL_MAX, read_cell

SegmentOf = Annotated[
    str,
    Parameter(
        pattern=r"^([a-z][a-z0-9_-]{0,59})?$",
        description="Of the people of this segment alone.",
    ),
]
Loyal = Annotated[
    int, Parameter(ge=2, le=1000, description="Who bought so often is called loyal.")
]
Steps = Annotated[
    str,
    Parameter(
        max_length=1000,
        description="Names of events with commas between; $purchase is a purchase.",
    ),
]
StepsBy = Annotated[
    str,
    Parameter(
        max_length=60,
        description="The property of the first step by which steps are told apart;"
        " $way is the channel that led there, as the rules for channels say (email,"
        " paid_search, ..); the channel of contact without it.",
    ),
]
Same = Annotated[
    str,
    Parameter(
        max_length=60,
        description="A property that is the same in all steps, as campaign_id; then"
        " ways are counted beside people.",
    ),
]
CellText = Annotated[
    str,
    Parameter(
        max_length=CELL_MAX,
        description="A cell as a report tells it, as JSON.",
    ),
]
Sample = Annotated[int, Parameter(ge=0, le=100, description="How many to name.")]
After = Annotated[
    int, Parameter(ge=0, le=2**62, description="The person id it goes on behind.")
]
Limit = Annotated[int, Parameter(ge=1, le=1000)]


class CellSegment(Struct, frozen=True, forbid_unknown_fields=True):
    """A segment that is to be made of a cell."""

    id: Annotated[str, Meta(pattern=ID)]
    cell: Annotated[dict[str, Any], Meta(description="As a report tells it.")]
    name: Annotated[str, Meta(max_length=200)] = ""


def kpi_routes(kpis: Kpis) -> list[HTTPRouteHandler]:
    """Make the routes over key figures."""
    return [_figures(kpis), _cell(kpis), _people(kpis), _make(kpis)]


def _figures(kpis: Kpis) -> HTTPRouteHandler:
    @get(
        f"{BASE}/kpis",
        permission=Permission.INSIGHTS_READ,
        **keyed(400, 404, 422),
    )
    async def read_kpis(  # noqa: PLR0913, PLR0917 - a query's parameters
        since: Since,
        until: Until,
        currency: Currency = "",
        segment: SegmentOf = "",
        loyal: Loyal = 3,
        steps: Steps = "",
        steps_by: StepsBy = "",
        same: Same = "",
    ) -> View:
        """Give key figures of days: people, money, tenths, cohorts, steps, costs.

        Beside each number of people stands its cell: who they are can be asked, and a
        segment made of it. Purchases whose buyers nobody knows are told as unknown.
        """
        wanted = Wanted(currency, segment, loyal, steps, steps_by, same)
        return await kpis.report(since, until, wanted)

    return read_kpis


def _cell(kpis: Kpis) -> HTTPRouteHandler:
    @get(
        f"{BASE}/kpis/cell",
        permission=Permission.INSIGHTS_READ,
        **keyed(400, 404, 422),
    )
    async def read_kpi_cell(
        cell: CellText, request: Request[Any, Any, Any], sample: Sample = 10
    ) -> View:
        """Say who a cell counts: its condition, how many, and ids for who may see.

        Without a condition, only a list fixed at one moment can be made of it.
        """
        may_see = request.state.caller.may(Permission.PEOPLE_READ)
        return await kpis.cell(read_cell(cell), sample if may_see else 0)

    return read_kpi_cell


def _people(kpis: Kpis) -> HTTPRouteHandler:
    @get(
        f"{BASE}/kpis/people",
        permission=Permission.PEOPLE_READ,
        **keyed(400, 404, 422),
    )
    async def read_kpi_people(
        cell: CellText, after: After = 0, limit: Limit = 100
    ) -> View:
        """Give the people whom a cell counts, by id."""
        ids, more = await kpis.people(read_cell(cell), after, limit)
        return {
            "people": [{"person_id": one} for one in ids],
            "next_cursor": None if more is None else str(more),
        }

    return read_kpi_people


def _make(kpis: Kpis) -> HTTPRouteHandler:
    @post(
        f"{BASE}/kpis/segments",
        permission=Permission.SEGMENTS_WRITE,
        **keyed(400, 404, 409, 413, 422),
    )
    async def make_kpi_segment(data: CellSegment) -> View:
        """Make a segment of a cell: of its condition, else of the people it is now."""
        cell = read_cell(json.dumps(data.cell))
        return await kpis.make(data.id, data.name or data.id, cell)

    return make_kpi_segment
