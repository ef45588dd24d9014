"""What is the shop's own: its people, tills, networks, whose doings never count."""

from typing import Annotated

from litestar import delete, get, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct

from habitue.access.pasted import told as with_told
from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import Staff, View

What = Annotated[
    str,
    Parameter(
        min_length=1,
        max_length=300,
        description="kind:value, @domain of e-mail addresses, an address or a network.",
    ),
]


class StaffText(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the list: what it is, and a note who or where that is."""

    what: Annotated[str, Meta(min_length=1, max_length=300)]
    note: Annotated[str, Meta(max_length=200)] = ""


def staff_routes(staff: Staff) -> list[HTTPRouteHandler]:
    """Make the routes over the list of staff."""
    return [_list(staff), _add(staff), _remove(staff)]


def _list(staff: Staff) -> HTTPRouteHandler:
    @get(
        "/api/v1/staff",
        permission=Permission.STAFF_READ,
        sync_to_thread=False,
        **keyed(),
    )
    def list_staff() -> View:
        """List what is the shop's own: what comes from there is shown, not counted."""
        return {"staff": staff.list(), "next_cursor": None}

    return list_staff


def _add(staff: Staff) -> HTTPRouteHandler:
    @put(
        "/api/v1/staff",
        permission=Permission.STAFF_WRITE,
        **keyed(400, 409, 413, 422),
    )
    async def add_staff(data: StaffText) -> View:
        """Add what is the shop's own; it holds for what is sent from then on."""
        return with_told(await staff.add(data.what, data.note), data.note)

    return add_staff


def _remove(staff: Staff) -> HTTPRouteHandler:
    @delete(
        "/api/v1/staff",
        permission=Permission.STAFF_WRITE,
        status_code=200,
        **keyed(400, 404, 409, 422),
    )
    async def remove_staff(what: What) -> View:
        """Take something off the list; it holds for what is sent from then on."""
        return await staff.remove(what)

    return remove_staff
