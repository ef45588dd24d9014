"""What people asked the shop for: who waits, and that they were answered."""

from typing import Annotated, Any, Protocol

from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct

from habitue.access.pasted import told as with_told
from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View

RequestId = Annotated[int, Parameter(ge=0, le=2**62, description="A request.")]


class Requests(Protocol):
    """Requests of people that nobody has acted on."""

    def waiting(self, cursor: int, limit: int) -> View: ...

    async def answer(self, request: int, by: str, note: str) -> View: ...


class Done(Struct, frozen=True, forbid_unknown_fields=True):
    """What was done about a request; the log keeps it, so name nobody in it."""

    note: Annotated[str, Meta(max_length=500)] = ""


def request_routes(requests: Requests) -> list[HTTPRouteHandler]:
    """Make the routes over requests of people."""
    return [_list(requests), _answer(requests)]


def _list(requests: Requests) -> HTTPRouteHandler:
    @get(
        "/api/v1/privacy/requests",
        permission=Permission.PRIVACY_READ,
        sync_to_thread=False,
        **keyed(400),
    )
    def list_privacy_requests(
        limit: Annotated[int, Parameter(ge=1, le=500)] = 100,
        cursor: Annotated[int, Parameter(ge=0, le=2**62)] = 0,
    ) -> View:
        """List who asked to be told or forgotten and waits, oldest first."""
        return requests.waiting(cursor, limit)

    return list_privacy_requests


def _answer(requests: Requests) -> HTTPRouteHandler:
    @post(
        "/api/v1/privacy/requests/{request_id:int}/answer",
        permission=Permission.PRIVACY_ERASE,
        status_code=200,
        **keyed(400, 404, 409, 413, 422),
    )
    async def answer_privacy_request(
        request_id: RequestId, data: Done, request: Request[Any, Any, Any]
    ) -> View:
        """Take down that a request has been acted on; it is listed no more."""
        by = request.state.caller.name
        made = await requests.answer(request_id, by, data.note)
        return with_told(made, data.note)

    return answer_privacy_request
