"""Segments: definitions, counts, members, and why somebody is in one or not."""

from typing import Annotated, Any

from litestar import Request, Response, delete, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from msgspec import Meta, Struct, structs

from habitue.access.masking import mask_of
from habitue.access.pasted import told as with_told
from habitue.access.permission import Permission
from habitue.api.document import keyed, problems
from habitue.api.guard import OPEN
from habitue.api.people import PersonId
from habitue.api.port import View
from habitue.api.port_analysis import Segments
from habitue.segment.schema import condition_schema

READS, WRITES = Permission.SEGMENTS_READ, Permission.SEGMENTS_WRITE
ID = r"^[a-z][a-z0-9_-]{0,59}$"
JSON, CSV = "application/json", "text/csv"
ARROW = "application/vnd.apache.arrow.stream"
# Which form an answer has, by what is asked for; the first that is named wins.
_FORMS = {CSV: "csv", ARROW: "arrow", JSON: "json"}

SegmentId = Annotated[str, Parameter(pattern=ID, description="A segment's id.")]
_CONDITION = "Who is meant; its JSON Schema is at /api/v1/schema/condition."
ConditionBody = Annotated[dict[str, Any], Meta(description=_CONDITION)]


class SegmentBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A segment as it is to be."""

    condition: ConditionBody
    name: Annotated[str, Meta(max_length=200)] = ""
    description: Annotated[str, Meta(max_length=2000)] = ""
    tags: Annotated[
        list[Annotated[str, Meta(min_length=1, max_length=60)]], Meta(max_length=20)
    ] = []


class NewSegment(SegmentBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new segment, under an id of its own."""

    id: Annotated[str, Meta(pattern=ID)]


class Preview(Struct, frozen=True, forbid_unknown_fields=True):
    """A condition to count by, and how many to name of those who satisfy it."""

    condition: ConditionBody
    sample: Annotated[int, Meta(ge=0, le=100)] = 10


class Overlap(Struct, frozen=True, forbid_unknown_fields=True):
    """Two or three segments, to see how many are in which of them."""

    segments: Annotated[
        list[Annotated[str, Meta(pattern=ID)]], Meta(min_length=2, max_length=3)
    ]


def segment_routes(segments: Segments) -> list[HTTPRouteHandler]:
    """Make the routes over segments."""
    return [
        _schema(),
        _list(segments),
        _add(segments),
        _templates(segments),
        _preview(segments),
        _overlap(segments),
        _get(segments),
        _put(segments),
        _delete(segments),
        _versions(segments),
        _figures(segments),
        _members(segments),
        _of_person(segments),
    ]


def _schema() -> HTTPRouteHandler:
    @get(
        "/api/v1/schema/condition",
        permission=OPEN,
        sync_to_thread=False,
        responses=problems(503),
    )
    def read_condition_schema() -> View:
        """Give the JSON Schema of conditions, with its words and limits."""
        return condition_schema()

    return read_condition_schema


def _list(segments: Segments) -> HTTPRouteHandler:
    @get("/api/v1/segments", permission=READS, sync_to_thread=False, **keyed())
    def list_segments() -> View:
        """List the segments in force, each with its condition, in words too."""
        return {"segments": segments.list(), "next_cursor": None}

    return list_segments


def _add(segments: Segments) -> HTTPRouteHandler:
    @post("/api/v1/segments", permission=WRITES, **keyed(400, 409, 413, 422))
    async def add_segment(data: NewSegment) -> View:
        """Define a new segment; people are in it from that moment on."""
        told = structs.asdict(data)
        made = await segments.add(told.pop("id"), told)
        return with_told(made, data.description)

    return add_segment


def _templates(segments: Segments) -> HTTPRouteHandler:
    @get(
        "/api/v1/segments/templates",
        permission=READS,
        sync_to_thread=False,
        **keyed(),
    )
    def list_templates() -> View:
        """List segments to start from, each with its written definition."""
        return {"templates": segments.templates(), "next_cursor": None}

    return list_templates


def _preview(segments: Segments) -> HTTPRouteHandler:
    @post(
        "/api/v1/segments/preview",
        permission=READS,
        status_code=200,
        **keyed(400, 413, 422),
    )
    async def preview(data: Preview, request: Request[Any, Any, Any]) -> View:
        """Count exactly who satisfies a condition, and name some for who may see them.

        A broken condition is refused with each place (a JSON pointer) and the reason.
        """
        may_see = request.state.caller.may(Permission.PEOPLE_READ)
        told = await segments.preview(data.condition, data.sample if may_see else 0)
        mask = mask_of(request.state.caller)
        return {**told, "sample": mask.views(told["sample"])}

    return preview


def _overlap(segments: Segments) -> HTTPRouteHandler:
    @post(
        "/api/v1/segments/overlap",
        permission=READS,
        status_code=200,
        **keyed(400, 404, 413, 422),
    )
    async def overlap(data: Overlap) -> View:
        """Count how many are in which of two or three segments, and in none."""
        return await segments.overlap(data.segments)

    return overlap


def _get(segments: Segments) -> HTTPRouteHandler:
    @get(
        "/api/v1/segments/{segment_id:str}",
        permission=READS,
        sync_to_thread=False,
        **keyed(400, 404),
    )
    def read_segment(segment_id: SegmentId) -> View:
        """Read a segment in force."""
        return segments.get(segment_id)

    return read_segment


def _put(segments: Segments) -> HTTPRouteHandler:
    @put(
        "/api/v1/segments/{segment_id:str}",
        permission=WRITES,
        **keyed(400, 409, 413, 422),
    )
    async def put_segment(segment_id: SegmentId, data: SegmentBody) -> View:
        """Define a segment, or change it: its former versions are kept."""
        made = await segments.put(segment_id, structs.asdict(data))
        return with_told(made, data.description)

    return put_segment


def _delete(segments: Segments) -> HTTPRouteHandler:
    @delete(
        "/api/v1/segments/{segment_id:str}",
        permission=WRITES,
        status_code=200,
        **keyed(400, 404, 409),
    )
    async def delete_segment(segment_id: SegmentId) -> View:
        """Take a segment out of force; refused while others ask for it."""
        return await segments.delete(segment_id)

    return delete_segment


def _versions(segments: Segments) -> HTTPRouteHandler:
    @get(
        "/api/v1/segments/{segment_id:str}/versions",
        permission=READS,
        sync_to_thread=False,
        **keyed(400, 404),
    )
    def list_versions(segment_id: SegmentId) -> View:
        """List all that a segment ever was, the first version first."""
        return {"versions": segments.versions(segment_id), "next_cursor": None}

    return list_versions


def _figures(segments: Segments) -> HTTPRouteHandler:
    @get(
        "/api/v1/segments/{segment_id:str}/figures",
        permission=READS,
        **keyed(400, 404),
    )
    async def read_figures(
        segment_id: SegmentId,
        purpose: Annotated[
            str,
            Parameter(
                min_length=1, max_length=128, description="To be written to for what."
            ),
        ] = "marketing",
        days: Annotated[int, Parameter(ge=1, le=366)] = 30,
    ) -> View:
        """Give money, reach by channel and the trend of a segment's members.

        Money and reach are of one offset. What is not known is null, and why_not says
        why: the copy for analysis is being made, or does not hold what is asked for.
        """
        return await segments.figures(segment_id, purpose, days)

    return read_figures


def _members(segments: Segments) -> HTTPRouteHandler:
    @get(
        "/api/v1/segments/{segment_id:str}/members",
        permission=Permission.PEOPLE_READ,
        security=keyed()["security"],
        responses={
            200: ResponseSpec(View, generate_examples=False, description="Members"),
            **keyed(400, 404)["responses"],
        },
    )
    async def list_members(
        segment_id: SegmentId,
        request: Request[Any, Any, Any],
        limit: Annotated[int, Parameter(ge=1, le=10_000)] = 100,
        cursor: Annotated[int, Parameter(ge=0, le=2**62)] = 0,
    ) -> Response[bytes]:
        """Give a page of who is in a segment, by id: JSON, CSV or an Arrow stream.

        The form is that of Accept. X-Next-Cursor goes on, in JSON next_cursor, too; a
        page may hold fewer than asked for and not be the last.
        """
        media = media_of(request.headers.get("accept", ""))
        named = request.state.caller.may(Permission.NAMES_READ)
        body, after = await segments.members(
            segment_id, cursor, limit, _FORMS[media], named=named
        )
        headers = {} if after is None else {"X-Next-Cursor": str(after)}
        return Response(body, media_type=media, headers=headers)

    return list_members


def media_of(accept: str) -> str:
    """Say in which form an answer goes to who accepts this.

    >>> media_of("text/csv;q=0.9, */*"), media_of("*/*")
    ('text/csv', 'application/json')
    """
    for one in accept.lower().split(","):
        media = one.partition(";")[0].strip()
        if media in _FORMS:
            return media
    return JSON


def _of_person(segments: Segments) -> HTTPRouteHandler:
    @get(
        "/api/v1/people/{person_id:int}/segments",
        permission=Permission.PEOPLE_READ,
        **keyed(400, 404, 422),
    )
    async def read_segments_of_person(
        person_id: PersonId,
        request: Request[Any, Any, Any],
        segment: Annotated[
            str | None,
            Parameter(pattern=ID, description="Say why in or out of this one."),
        ] = None,
        past: Annotated[
            bool, Parameter(description="Say what they were in before, too.")
        ] = False,
    ) -> View:
        """Give the segments a person is in and why, or why in or out of one.

        With past also what they were in and are no more: from when until when, by
        which version, what began and what ended it. The 200 that ended last at most.
        """
        mask = mask_of(request.state.caller)
        told = (
            await segments.of_person(person_id)
            if segment is None
            else await segments.why(person_id, segment)
        )
        if past:
            told = {**told, "past": await segments.past(person_id, segment)}
        return mask.view(told)

    return read_segments_of_person
