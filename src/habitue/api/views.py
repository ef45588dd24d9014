"""Saved views: searches and filters on People under a name, own or the team's."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import UNSET, Meta, Struct, UnsetType

from habitue.access.masking import mask_of
from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View
from habitue.api.port_views import SavedViews

BASE = "/api/v1/views"
AnyRequest = Request[Any, Any, Any]
ViewId = Annotated[str, Parameter(max_length=64, description="A view's id.")]
_Name = Annotated[str, Meta(min_length=1, max_length=60)]
_Text = Annotated[str, Meta(max_length=200)]
_Segment = Annotated[str, Meta(pattern=r"^([a-z][a-z0-9_-]{0,59})?$")]
SearchText = Annotated[
    str,
    Parameter(max_length=200, description="An identifier, or words of a name."),
]
SegmentOf = Annotated[
    str,
    Parameter(
        pattern=r"^([a-z][a-z0-9_-]{0,59})?$",
        description="Of the people of this segment alone.",
    ),
]


class NewView(Struct, frozen=True, forbid_unknown_fields=True):
    """A view to keep: a name, and a search, a segment, or both."""

    name: _Name
    text: _Text = ""
    segment: _Segment = ""
    shared: bool = False


class ViewChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What of a view changes; what is not named stays."""

    name: _Name | UnsetType = UNSET
    text: _Text | UnsetType = UNSET
    segment: _Segment | UnsetType = UNSET
    shared: bool | UnsetType = UNSET


def view_routes(views: SavedViews) -> list[HTTPRouteHandler]:
    """Make the routes over saved views."""
    return [
        _list(views),
        _find(views),
        _add(views),
        _change(views),
        _remove(views),
        _people(views),
    ]


def _list(views: SavedViews) -> HTTPRouteHandler:
    @get(
        BASE,
        permission=Permission.PEOPLE_VIEWS,
        sifted=True,
        sync_to_thread=False,
        **keyed(),
    )
    def list_views(request: AnyRequest) -> View:
        """List the caller's own views and those of the team."""
        caller = request.state.caller
        told = mask_of(caller).views(views.list(caller))
        return {"views": told, "next_cursor": None}

    return list_views


def _find(views: SavedViews) -> HTTPRouteHandler:
    @get(
        f"{BASE}/people",
        permission=Permission.PEOPLE_VIEWS,
        sifted=True,
        searches=(),
        **keyed(400, 404, 422),
    )
    async def try_view(
        request: AnyRequest, text: SearchText = "", segment: SegmentOf = ""
    ) -> View:
        """Find whom a view would show, before it is kept."""
        caller = request.state.caller
        found = await views.find(caller, text.strip(), segment)
        return {"people": mask_of(caller).views(found), "next_cursor": None}

    return try_view


def _add(views: SavedViews) -> HTTPRouteHandler:
    @post(
        BASE,
        permission=Permission.PEOPLE_VIEWS,
        sifted=True,
        **keyed(400, 404, 409, 413, 422),
    )
    async def add_view(data: NewView, request: AnyRequest) -> View:
        """Keep a search or filter under a name."""
        return await views.add(request.state.caller, msgspec.to_builtins(data))

    return add_view


def _change(views: SavedViews) -> HTTPRouteHandler:
    @patch(
        BASE + "/{view_id:str}",
        permission=Permission.PEOPLE_VIEWS,
        sifted=True,
        **keyed(400, 404, 409, 413, 422),
    )
    async def change_view(
        view_id: ViewId, data: ViewChange, request: AnyRequest
    ) -> View:
        """Rename a view, share it with the team, or change what it looks for."""
        wanted = msgspec.to_builtins(data)
        return await views.change(request.state.caller, view_id, wanted)

    return change_view


def _remove(views: SavedViews) -> HTTPRouteHandler:
    @delete(
        BASE + "/{view_id:str}",
        permission=Permission.PEOPLE_VIEWS,
        sifted=True,
        status_code=200,
        **keyed(400, 404, 409, 422),
    )
    async def remove_view(view_id: ViewId, request: AnyRequest) -> View:
        """Keep a view no longer."""
        return await views.remove(request.state.caller, view_id)

    return remove_view


def _people(views: SavedViews) -> HTTPRouteHandler:
    @get(
        BASE + "/{view_id:str}/people",
        permission=Permission.PEOPLE_VIEWS,
        sifted=True,
        searches=(),
        **keyed(400, 404, 422),
    )
    async def people_of_view(view_id: ViewId, request: AnyRequest) -> View:
        """Find whom a view shows now."""
        caller = request.state.caller
        found = await views.people(caller, view_id)
        return {"people": mask_of(caller).views(found), "next_cursor": None}

    return people_of_view
