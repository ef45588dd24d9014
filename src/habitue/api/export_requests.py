"""Requests to take many people out, and a second person's yes or no."""

from typing import Annotated, Any, Literal

from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct

from habitue.access.pasted import told as with_told
from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View
from habitue.api.port_analysis import SegmentExports
from habitue.api.segments import SegmentId

BASE = "/api/v1/export-requests"
NEEDS = Permission.SEGMENTS_EXPORT
RequestId = Annotated[str, Parameter(max_length=64, description="A request's id.")]


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """What for, and in which form; who says yes or no reads it."""

    reason: Annotated[str, Meta(min_length=3, max_length=500)]
    form: Literal["csv", "arrow"] = "csv"


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """Why it is approved or refused."""

    reason: Annotated[str, Meta(max_length=500)] = ""


def export_request_routes(exports: SegmentExports) -> list[HTTPRouteHandler]:
    """Make the routes over requests to take people out."""
    return [_list(exports), _ask(exports), _approve(exports), _refuse(exports)]


def _list(exports: SegmentExports) -> HTTPRouteHandler:
    @get(BASE, permission=NEEDS, sync_to_thread=False, **keyed())
    def list_export_requests() -> View:
        """List requests to take people out, and what was said to them, newest first."""
        return {"requests": exports.approvals.list(), "next_cursor": None}

    return list_export_requests


def _ask(exports: SegmentExports) -> HTTPRouteHandler:
    @post(
        "/api/v1/segments/{segment_id:str}/export/requests",
        permission=NEEDS,
        **keyed(400, 404, 413, 422),
    )
    async def ask_for_export(
        segment_id: SegmentId, data: Asked, request: Request[Any, Any, Any]
    ) -> View:
        """Ask to take out who is in a segment; needed above exports.approval_people."""
        caller = request.state.caller
        made = await exports.ask(caller, segment_id, data.form, data.reason)
        return with_told(made, data.reason)

    return ask_for_export


def _approve(exports: SegmentExports) -> HTTPRouteHandler:
    @post(
        BASE + "/{request_id:str}/approve",
        permission=NEEDS,
        status_code=200,
        **keyed(400, 404, 409, 413, 422),
    )
    async def approve_export(
        request_id: RequestId, data: Answer, request: Request[Any, Any, Any]
    ) -> View:
        """Say yes to what somebody else asked for; it is good once, for three days."""
        who = request.state.caller
        made = await exports.approvals.decide(
            who, request_id, yes=True, reason=data.reason
        )
        return with_told(made, data.reason)

    return approve_export


def _refuse(exports: SegmentExports) -> HTTPRouteHandler:
    @post(
        BASE + "/{request_id:str}/refuse",
        permission=NEEDS,
        status_code=200,
        **keyed(400, 404, 409, 413, 422),
    )
    async def refuse_export(
        request_id: RequestId, data: Answer, request: Request[Any, Any, Any]
    ) -> View:
        """Say no to what somebody else asked for."""
        who = request.state.caller
        made = await exports.approvals.decide(
            who, request_id, yes=False, reason=data.reason
        )
        return with_told(made, data.reason)

    return refuse_export
