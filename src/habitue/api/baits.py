"""Bait: people who belong to nobody, so that whoever reads them is found out."""

from typing import Annotated, Any, Protocol

import msgspec
from litestar import Request, delete, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.people import PERSON_ID_MAX
from habitue.api.port import Caller, View

BASE = "/api/v1/baits"
# Not called person_id: who is named so is read, and this only marks them.
Marked = Annotated[
    int, Parameter(ge=0, le=PERSON_ID_MAX, description="The id of who is bait.")
]
_Text = Annotated[str, Meta(max_length=200)]


class Baits(Protocol):
    """Keeps who is bait."""

    def list(self) -> list[View]: ...

    async def add(self, who: Caller, wanted: View) -> View: ...

    async def remove(self, person_id: int) -> View: ...


class NewBait(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to be bait: by id, or invented with name, e-mail, phone and a source."""

    reason: Annotated[str, Meta(min_length=3, max_length=500)]
    person_id: Annotated[int, Meta(ge=0, le=PERSON_ID_MAX)] | None = None
    name: _Text = ""
    email: _Text = ""
    phone: _Text = ""
    source: Annotated[str, Meta(max_length=64)] = ""


def bait_routes(baits: Baits) -> list[HTTPRouteHandler]:
    """Make the routes over bait."""
    return [_list(baits), _add(baits), _remove(baits)]


def _list(baits: Baits) -> HTTPRouteHandler:
    @get(BASE, permission=Permission.BAITS_READ, sync_to_thread=False, **keyed())
    def list_baits() -> View:
        """List who is bait, how often it was read, and by whom last.

        alarm: it was read within the last seven days.
        """
        return {"baits": baits.list(), "next_cursor": None}

    return list_baits


def _add(baits: Baits) -> HTTPRouteHandler:
    @post(
        BASE,
        permission=Permission.BAITS_WRITE,
        **keyed(400, 404, 409, 413, 422),
    )
    async def add_bait(data: NewBait, request: Request[Any, Any, Any]) -> View:
        """Mark a person as bait, or invent one who belongs to nobody.

        Whoever reads them from then on, in whatever way, raises an alarm.
        """
        return await baits.add(request.state.caller, msgspec.to_builtins(data))

    return add_bait


def _remove(baits: Baits) -> HTTPRouteHandler:
    @delete(
        BASE + "/{bait:int}",
        permission=Permission.BAITS_WRITE,
        status_code=200,
        **keyed(400, 404, 422),
    )
    async def remove_bait(bait: Marked) -> View:
        """Have somebody be bait no longer; the person stays."""
        return await baits.remove(bait)

    return remove_bait
