"""Watched folders: which there are, and which of their files did not come."""

from typing import Annotated

from litestar import delete, get, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import UNSET, Meta, Struct, UnsetType, structs

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View
from habitue.api.port_files import Watches
from habitue.api.sources import NAME

Name = Annotated[str, Parameter(pattern=NAME, description="A watch's name.")]
KINDS = "^(orders|receipts|returns|contacts|events|invoices|sales)$"
Text = Annotated[str, Meta(max_length=300)]


class WatchText(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What is set of a watch; what is left out is as by default.

    The folder lies below the one that the setting watch.root names. expect is an hour
    in the shop's zone, such as 06:00; days are those it holds on, 0 for Monday.
    """

    source: Annotated[str, Meta(pattern=NAME)]
    folder: Annotated[str, Meta(min_length=1, max_length=300, pattern=r"^[^\0]*$")]
    pattern: Annotated[str, Meta(min_length=1, max_length=100)] | UnsetType = UNSET
    expect: Annotated[str, Meta(max_length=20)] | UnsetType = UNSET
    days: (
        Annotated[list[Annotated[int, Meta(ge=0, le=6)]], Meta(max_length=7)]
        | UnsetType
    ) = UNSET
    early_hours: Annotated[int, Meta(ge=1, le=168)] | UnsetType = UNSET
    what: Annotated[str, Meta(pattern=KINDS)] | UnsetType = UNSET
    mapping: Annotated[str, Meta(pattern=NAME)] | UnsetType = UNSET
    constants: Annotated[dict[Text, Text], Meta(max_length=50)] | UnsetType = UNSET
    live: bool | UnsetType = UNSET


def watch_routes(watches: Watches) -> list[HTTPRouteHandler]:
    """Make the routes over watched folders."""
    return [_list(watches), _put(watches), _remove(watches)]


def _list(watches: Watches) -> HTTPRouteHandler:
    @get(
        "/api/v1/watches",
        permission=Permission.SOURCES_READ,
        sync_to_thread=False,
        **keyed(),
    )
    def list_watches() -> View:
        """List watched folders, with what came, what waits and what is missing."""
        return {"watches": watches.list(), "next_cursor": None}

    return list_watches


def _put(watches: Watches) -> HTTPRouteHandler:
    @put(
        "/api/v1/watches/{name:str}",
        permission=Permission.SOURCES_WRITE,
        **keyed(400, 409, 413, 422),
    )
    async def put_watch(name: Name, data: WatchText) -> View:
        """Watch a folder, or change how it is watched."""
        told = structs.asdict(data)
        wanted = {key: value for key, value in told.items() if value is not UNSET}
        return await watches.put(name, wanted)

    return put_watch


def _remove(watches: Watches) -> HTTPRouteHandler:
    @delete(
        "/api/v1/watches/{name:str}",
        permission=Permission.SOURCES_WRITE,
        status_code=200,
        **keyed(400, 404, 409),
    )
    async def remove_watch(name: Name) -> View:
        """Watch a folder no longer; what lies there stays."""
        return await watches.remove(name)

    return remove_watch
