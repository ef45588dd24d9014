"""Clients of a source that sign with a key pair instead of sending a key."""

from typing import Annotated, Protocol

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View
from habitue.api.sources import Name

PEM_CHARS_MAX = 4_000


class OAuth(Protocol):
    """Setting up clients that sign; filled by the composition root."""

    def list(self, source: str) -> View: ...

    async def add(self, source: str, public_key: str) -> View: ...

    async def revoke(self, source: str, client_id: str) -> View: ...


class NewOAuthClient(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A client to be set up: its public RSA key in PEM."""

    public_key: Annotated[str, Meta(max_length=PEM_CHARS_MAX)]


def oauth_routes(oauth: OAuth) -> list[HTTPRouteHandler]:
    """Make the routes over such clients."""
    return [_list(oauth), _add(oauth), _revoke(oauth)]


def _list(oauth: OAuth) -> HTTPRouteHandler:
    @get(
        "/api/v1/sources/{name:str}/oauth-clients",
        permission=Permission.SOURCES_READ,
        sync_to_thread=False,
        **keyed(400),
    )
    def list_oauth_clients(name: Name) -> View:
        """List the clients of a source that sign with a key pair."""
        return oauth.list(name)

    return list_oauth_clients


def _add(oauth: OAuth) -> HTTPRouteHandler:
    @post(
        "/api/v1/sources/{name:str}/oauth-clients",
        permission=Permission.SOURCES_WRITE,
        **keyed(400, 404, 409, 413, 422),
    )
    async def add_oauth_client(name: Name, data: NewOAuthClient) -> View:
        """Let who holds the private half of a key get tokens to send events."""
        return await oauth.add(name, data.public_key)

    return add_oauth_client


def _revoke(oauth: OAuth) -> HTTPRouteHandler:
    @post(
        "/api/v1/sources/{name:str}/oauth-clients/{client_id:str}/revoke",
        permission=Permission.SOURCES_WRITE,
        status_code=200,
        **keyed(400, 404, 409, 422),
    )
    async def revoke_oauth_client(
        name: Name, client_id: Annotated[str, Parameter(max_length=100)]
    ) -> View:
        """Take a client out of use at once, and its tokens with it."""
        return await oauth.revoke(name, client_id)

    return revoke_oauth_client
