"""Intentions: the network of them, and hand-overs between channels."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.insight_params import BASE, Since, Until
from habitue.api.insights import ARROW, LINES
from habitue.api.port import View
from habitue.api.port_intent import Intents
from habitue.journey.handover import DAYS, DAYS_MAX, handover

ShownIn = Annotated[
    str,
    Parameter(
        max_length=40,
        description="Where it was shown: online, web, app, store, call, chat.",
    ),
]
MissingIn = Annotated[
    str,
    Parameter(
        max_length=40,
        description="Where nothing came: one of these too, or purchase, anywhere.",
    ),
]
Names = Annotated[
    str,
    Parameter(
        max_length=80,
        description="Intentions, by commas; without any, all that come before buying.",
    ),
]
Days = Annotated[
    int, Parameter(ge=1, le=DAYS_MAX, description="So many days are waited.")
]
Limit = Annotated[int, Parameter(ge=1, le=100_000)]


def intent_routes(intents: Intents) -> list[HTTPRouteHandler]:
    """Make the routes over intentions."""
    return [_intent(intents), _handovers(intents), _people(intents)]


def _intent(intents: Intents) -> HTTPRouteHandler:
    @get(
        f"{BASE}/intent",
        permission=Permission.INSIGHTS_READ,
        **keyed(400, 422),
    )
    async def read_intent(since: Since, until: Until) -> View:
        """Say what sessions were for, and where people went from each intention.

        Rules with written reasons say so (`signs`); beside them is what was learned of
        the sessions they are sure of. Of sessions that tell nothing it is not known.
        """
        return await intents.intent(since, until)

    return read_intent


def _handovers(intents: Intents) -> HTTPRouteHandler:
    @get(
        f"{BASE}/handovers",
        permission=Permission.INSIGHTS_READ,
        **keyed(400, 422),
    )
    async def read_handovers(  # noqa: PLR0913, PLR0917 - a query's parameters
        since: Since,
        until: Until,
        shown_in: ShownIn = "online",
        missing_in: MissingIn = "store",
        intent: Names = "",
        days: Days = DAYS,
    ) -> View:
        """Say how often an intention shown in one channel led to nothing in another.

        `condition` is who is waited for still: put it as a segment, which follows them.
        """
        wanted = handover(shown_in, missing_in, intent, days)
        return await intents.handovers(since, until, wanted)

    return read_handovers


def _people(intents: Intents) -> HTTPRouteHandler:
    @get(
        f"{BASE}/handovers/people",
        permission=Permission.PEOPLE_READ,
        media_type=LINES,
        **keyed(400, 422),
    )
    async def read_lost_people(  # noqa: PLR0913, PLR0917 - a query's parameters
        since: Since,
        until: Until,
        request: Request[Any, Any, Any],
        shown_in: ShownIn = "online",
        missing_in: MissingIn = "store",
        intent: Names = "",
        days: Days = DAYS,
        limit: Limit = 1_000,
    ) -> Response[bytes]:
        """Give who got lost between two channels: JSON lines, or Arrow.

        `came_at` is when somebody came after all, too late; it is null of those who
        are waited for still.
        """
        wants_arrow = ARROW in request.headers.get("accept", "")
        form = "arrow" if wants_arrow else "json"
        wanted = handover(shown_in, missing_in, intent, days)
        body, about = await intents.lost(since, until, wanted, limit, form)
        headers = {
            "X-Offset": str(about["offset"]),
            "X-Rows": str(about["rows"]),
            "X-More": str(about["more"]).lower(),
        }
        return Response(
            body, media_type=ARROW if wants_arrow else LINES, headers=headers
        )

    return read_lost_people
