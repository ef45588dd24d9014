"""What needs fixing: list, show, replay."""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct

from habitue.access.masking import mask_of
from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import Quarantine, View
from habitue.base.errors import NotFoundError

ItemId = Annotated[int, Parameter(ge=0, le=2**62, description="A quarantined item.")]


class Replay(Struct, frozen=True, forbid_unknown_fields=True):
    """How to replay an item: as it came, or with its text put right."""

    original: Annotated[str, Meta(max_length=65_536)] | None = None


def quarantine_routes(quarantine: Quarantine) -> list[HTTPRouteHandler]:
    """Make the routes over quarantined items."""
    return [_list(quarantine), _show(quarantine), _replay(quarantine)]


def _list(quarantine: Quarantine) -> HTTPRouteHandler:
    @get(
        "/api/v1/quarantine",
        permission=Permission.QUARANTINE_READ,
        sync_to_thread=False,
        **keyed(400),
    )
    def list_quarantine(
        request: Request[Any, Any, Any],
        limit: Annotated[int, Parameter(ge=1, le=500)] = 50,
        cursor: Annotated[int, Parameter(ge=0, le=2**62)] = 0,
    ) -> View:
        """List items that need fixing, oldest first, each with its reason."""
        page, after = quarantine.page(cursor, limit)
        mask = mask_of(request.state.caller)
        return {"items": [mask.item(one) for one in page], "next_cursor": after}

    return list_quarantine


def _show(quarantine: Quarantine) -> HTTPRouteHandler:
    @get(
        "/api/v1/quarantine/{quarantine_id:int}",
        permission=Permission.QUARANTINE_READ,
        sync_to_thread=False,
        **keyed(400, 404),
    )
    def show_quarantined(
        quarantine_id: ItemId, request: Request[Any, Any, Any]
    ) -> View:
        """Show one item with its original text, or its shape to who may not read it."""
        view = quarantine.item(quarantine_id)
        if view is None:
            raise NotFoundError(f"There is no quarantined item {quarantine_id}.")
        return mask_of(request.state.caller).item(view)

    return show_quarantined


def _replay(quarantine: Quarantine) -> HTTPRouteHandler:
    @post(
        "/api/v1/quarantine/{quarantine_id:int}/replay",
        permission=Permission.QUARANTINE_REPLAY,
        status_code=200,
        **keyed(400, 404, 409, 413, 422),
    )
    async def replay_quarantined(quarantine_id: ItemId, data: Replay) -> View:
        """Try an item again; done twice, it is stored once."""
        return await quarantine.replay(quarantine_id, data.original)

    return replay_quarantined
