"""The analytic copy: SQL that reads, as of one offset."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta, Struct

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View
from habitue.api.port_analysis import Analysis

ARROW = "application/vnd.apache.arrow.stream"
LINES = "application/x-ndjson"


class Query(Struct, frozen=True, forbid_unknown_fields=True):
    """One SELECT over events, lines, holding and person_events."""

    sql: Annotated[str, Meta(min_length=1, max_length=100_000)]
    rows_max: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None


def lake_routes(analysis: Analysis) -> list[HTTPRouteHandler]:
    """Make the routes over the analytic copy."""
    return [_standing(analysis), _query(analysis)]


def _standing(analysis: Analysis) -> HTTPRouteHandler:
    @get(
        "/api/v1/lake",
        permission=Permission.LAKE_QUERY,
        sync_to_thread=False,
        **keyed(),
    )
    def read_lake() -> View:
        """Say up to where the copy for analysis goes, and whether it answers."""
        return analysis.standing()

    return read_lake


def _query(analysis: Analysis) -> HTTPRouteHandler:
    @post(
        "/api/v1/lake/query",
        permission=Permission.LAKE_QUERY,
        status_code=200,
        media_type=LINES,
        **keyed(400, 413, 422),
    )
    async def query_lake(
        data: Query, request: Request[Any, Any, Any]
    ) -> Response[bytes]:
        """Answer a SELECT: JSON lines, or an Arrow stream where that is accepted.

        X-Offset says of which record's state the answer tells; X-More: true that
        there were more rows than it gives.
        """
        wants_arrow = ARROW in request.headers.get("accept", "")
        ask = analysis.ask_arrow if wants_arrow else analysis.ask_json
        body, about = await ask(data.sql, data.rows_max)
        headers = {
            "X-Offset": str(about["offset"]),
            "X-Rows": str(about["rows"]),
            "X-More": str(about["more"]).lower(),
        }
        media = ARROW if wants_arrow else LINES
        return Response(body, media_type=media, headers=headers)

    return query_lake
