"""Clients that sign with a key pair, as the API asks for them."""

from typing import Any

from habitue.access.oauth import OAuthClient, OAuthClients
from habitue.base.clock import to_iso

View = dict[str, Any]


class OAuthDesk:
    """Lists, adds and revokes a source's clients."""

    def __init__(self, clients: OAuthClients) -> None:
        self._clients = clients

    def list(self, source: str) -> View:
        """List the clients of a source."""
        return {"oauth_clients": [_view(one) for one in self._clients.of(source)]}

    async def add(self, source: str, public_key: str) -> View:
        """Take a public key; who holds its private half gets tokens."""
        return _view(await self._clients.add(source, public_key))

    async def revoke(self, source: str, client_id: str) -> View:
        """Take a client and its tokens out of use."""
        return _view(await self._clients.revoke(source, client_id))


def _view(client: OAuthClient) -> View:
    return {
        "client_id": client.client_id,
        "key_id": client.key_id,
        "source": client.source,
        "made_at": to_iso(client.made_us),
        "holds": client.revoked_us is None,
    }
