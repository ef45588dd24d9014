"""The week in figures, as files: which there are, one of them, and one made now."""

from typing import Annotated, Literal, Protocol

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View

BASE = "/api/v1/digests"
MEDIA = {"html": "text/html", "txt": "text/plain", "csv": "text/csv"}
Name = Annotated[
    str,
    Parameter(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(-[0-9]{6})?$", description="Its id."
    ),
]
Form = Literal["html", "txt", "csv"]


class Digests(Protocol):
    """Writes the week in figures as files."""

    def list(self) -> list[View]: ...

    def read(self, name: str, form: str) -> bytes: ...

    async def make_now(self) -> View: ...


def digest_routes(digests: Digests) -> list[HTTPRouteHandler]:
    """Make the routes over digests."""
    return [_list(digests), _make(digests), _read(digests)]


def _list(digests: Digests) -> HTTPRouteHandler:
    @get(BASE, permission=Permission.INSIGHTS_READ, sync_to_thread=True, **keyed())
    def list_digests() -> View:
        """List the digests there are, the newest first."""
        return {"digests": digests.list(), "next_cursor": None}

    return list_digests


def _make(digests: Digests) -> HTTPRouteHandler:
    @post(BASE, permission=Permission.INSIGHTS_READ, **keyed(400))
    async def make_digest() -> View:
        """Make the digest of the seven days before today, now."""
        return await digests.make_now()

    return make_digest


def _read(digests: Digests) -> HTTPRouteHandler:
    @get(
        f"{BASE}/{{name:str}}/{{form:str}}",
        permission=Permission.INSIGHTS_READ,
        sync_to_thread=True,
        **keyed(400, 404),
    )
    def read_digest(
        name: Name, form: Annotated[Form, Parameter(description="Which file.")]
    ) -> Response[bytes]:
        """Give a digest's file."""
        told = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
        return Response(digests.read(name, form), media_type=MEDIA[form], headers=told)

    return read_digest
