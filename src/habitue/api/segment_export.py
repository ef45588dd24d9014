"""Members of a segment as a file, within the budget of who asks."""

from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View
from habitue.api.port_analysis import SegmentExports
from habitue.api.segments import ARROW, CSV, SegmentId, media_of


def segment_export_routes(exports: SegmentExports) -> list[HTTPRouteHandler]:
    """Make the route that takes members out."""
    return [_export(exports)]


def _export(exports: SegmentExports) -> HTTPRouteHandler:
    @get(
        "/api/v1/segments/{segment_id:str}/export",
        permission=Permission.SEGMENTS_EXPORT,
        security=keyed()["security"],
        responses={
            200: ResponseSpec(View, generate_examples=False, description="A file"),
            **keyed(400, 404, 422)["responses"],
        },
    )
    async def export_members(
        segment_id: SegmentId, request: Request[Any, Any, Any]
    ) -> Response[bytes]:
        """Take out who is in a segment, whole, as CSV or, by Accept, Arrow.

        It is written to the audit with how many there are, and counts against what
        the role may take out in 24 hours; more than is left of that is refused whole.
        """
        caller = request.state.caller
        media = media_of(request.headers.get("accept", ""))
        form = "arrow" if media == ARROW else "csv"
        named = caller.may(Permission.NAMES_READ)
        found = await exports.export(caller, segment_id, form, named=named)
        return Response(
            found.body,
            media_type=ARROW if form == "arrow" else CSV,
            headers={"X-People": str(found.people)},
        )

    return export_members
