"""What erasing left in the files of a database: named, and rewritten."""

from typing import Any, Protocol

from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View


class Scrubbing(Protocol):
    """Rewriting tables of which something was erased."""

    def status(self) -> View: ...

    async def scrub(self, by: str) -> View: ...


class Scrub(Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing more is told to rewrite the tables."""


def scrub_routes(scrubbing: Scrubbing) -> list[HTTPRouteHandler]:
    """Make the routes that say what is to be rewritten, and rewrite it."""
    return [_status(scrubbing), _scrub(scrubbing)]


def _status(scrubbing: Scrubbing) -> HTTPRouteHandler:
    @get(
        "/api/v1/privacy/scrub",
        permission=Permission.PRIVACY_READ,
        sync_to_thread=False,
        **keyed(),
    )
    def show_scrub() -> View:
        """Name erasures and classes whose bytes may lie in the database's files."""
        return scrubbing.status()

    return show_scrub


def _scrub(scrubbing: Scrubbing) -> HTTPRouteHandler:
    @post(
        "/api/v1/privacy/scrub",
        permission=Permission.PRIVACY_ERASE,
        status_code=200,
        **keyed(400, 409, 413, 422),
    )
    async def scrub_tables(data: Scrub, request: Request[Any, Any, Any]) -> View:
        """Rewrite the database's tables; each is locked while it is rewritten."""
        return await scrubbing.scrub(request.state.caller.name)

    return scrub_tables
