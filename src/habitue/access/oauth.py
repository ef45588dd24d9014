"""OAuth for the clients of a shop's servers: who holds a private key gets a token.

The public key of such a client is a definition; the token is short-lived and signed by
us, so nothing is kept of it. It does what a key of the source does: it sends events.
"""

import hmac
from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable

import msgspec
from msgspec import Struct, structs

from habitue.access.assertion import Refused, read, read_key, verify
from habitue.access.port import Definitions, SecretStore
from habitue.access.sources import Sources
from habitue.base.clock import SECOND_US, Clock
from habitue.base.errors import InvalidError, NotFoundError
from habitue.base.ids import new_id, new_secret
from habitue.collect.port import Credential, Subject, TokenFault
from habitue.log.port import Definition
from habitue.model.source import Writer

OAUTH_CLIENT = "oauth-client"
SCOPE = "tracking_api:write"
LIFETIME_S = 3600
PREFIX = "at_"
_SIGNING = "oauth-tokens"
# Assertions that were taken and have not expired yet; each is taken once.
_TAKEN_MAX = 100_000
_TOKEN_CHARS_MAX = 400


class OAuthClient(Struct, frozen=True, kw_only=True):
    """A client of a shop's server that signs with a key of its own."""

    client_id: str
    key_id: str
    source: str
    public_key: str
    made_us: int
    revoked_us: int | None = None


class Granted(Struct, frozen=True):
    """A token, and for how many seconds it is good."""

    token: str
    expires_s: int


class OAuthClients:
    """All such clients, in memory; every change goes through the log first."""

    def __init__(  # noqa: PLR0913 - what it needs, and chance handed in
        self,
        definitions: Definitions,
        secrets: SecretStore,
        sources: Sources,
        clock: Clock,
        *,
        new_name: Callable[[], str] = new_id,
        new_key: Callable[[], str] = new_secret,
    ) -> None:
        self._definitions = definitions
        self._sources = sources
        self._clock = clock
        self._new_name = new_name
        self._secret = secrets.get(_SIGNING) or new_key().encode()
        secrets.put(_SIGNING, self._secret)
        self._taken: OrderedDict[str, int] = OrderedDict()
        # One credential a client, for as long as its source stays as it is.
        self._credentials: dict[str, Credential] = {}
        self._clients: dict[str, OAuthClient] = {}
        self.reload()

    def reload(self) -> None:
        """Read what is defined; what stands in memory is replaced."""
        held = map(_client_of, self._definitions.definitions(OAUTH_CLIENT))
        self._clients = {client.client_id: client for client in held}

    def of(self, source: str) -> list[OAuthClient]:
        """List the clients of a source, oldest first."""
        found = (one for one in self._clients.values() if one.source == source)
        return sorted(found, key=lambda one: (one.made_us, one.client_id))

    async def add(self, source: str, public_key: str) -> OAuthClient:
        """Let who holds the private key of a public one get tokens of a source."""
        known = self._sources.get(source)
        if known is None:
            raise NotFoundError(f"There is no source '{source}'.")
        if known.kind is not Writer.SERVER:
            raise InvalidError(
                f"Source '{source}' is public; only servers can keep a private key."
            )
        read_key(public_key)
        client = OAuthClient(
            client_id=self._new_name(),
            key_id=self._new_name()[:16],
            source=source,
            public_key=public_key,
            made_us=self._clock.now_us(),
        )
        await self._define(client)
        return client

    async def revoke(self, source: str, client_id: str) -> OAuthClient:
        """Take a client out of use at once, and its tokens with it."""
        client = self._clients.get(client_id)
        if client is None or client.source != source:
            raise NotFoundError(f"Source '{source}' has no client '{client_id}'.")
        if client.revoked_us is None:
            client = structs.replace(client, revoked_us=self._clock.now_us())
            await self._define(client)
        return client

    async def _define(self, client: OAuthClient) -> None:
        body = msgspec.json.encode(client)
        await self._definitions.define(OAUTH_CLIENT, client.client_id, body)
        self._clients[client.client_id] = client

    def grant(self, told: str, host: str) -> Granted:
        """Give a token for an assertion, taken once; raise Refused for a bad one."""
        assertion, now_us = read(told), self._clock.now_us()
        client = self._clients.get(assertion.claims.iss)
        if client is None or client.revoked_us is not None:
            raise Refused("invalid_client", "There is no such client.")
        if assertion.key_id != client.key_id:
            raise Refused("invalid_client", "The client has no such key.")
        verify(assertion, read_key(client.public_key), host, now_us)
        self._take_once(f"{client.client_id}/{assertion.claims.jti}", now_us)
        expires_s = now_us // SECOND_US + LIFETIME_S
        return Granted(self._token(client.client_id, expires_s), LIFETIME_S)

    def _take_once(self, name: str, now_us: int) -> None:
        minute_us = 60 * SECOND_US
        while self._taken and next(iter(self._taken.values())) < now_us:
            self._taken.popitem(last=False)
        if name in self._taken or len(self._taken) >= _TAKEN_MAX:
            raise Refused("invalid_request", "The client_assertion was used before.")
        self._taken[name] = now_us + 11 * minute_us

    def _token(self, client_id: str, expires_s: int) -> str:
        said = f"{client_id}.{expires_s}"
        return f"{PREFIX}{said}.{self._mac(said)}"

    def _mac(self, said: str) -> str:
        digest = hmac.digest(self._secret, said.encode(), "sha256")
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    def credential(self, token: str) -> Credential | None:
        """Say whose a token is; None if it is nobody's, has expired or is revoked."""
        said, _, mac = token.removeprefix(PREFIX).rpartition(".")
        told_mac = mac.encode("utf-8", "surrogatepass")
        if len(token) > _TOKEN_CHARS_MAX or not token.isascii():
            return None
        if not hmac.compare_digest(told_mac, self._mac(said).encode()):
            return None
        client_id, _, expires_s = said.rpartition(".")
        client = self._clients.get(client_id)
        if client is None or client.revoked_us is not None:
            return None
        if int(expires_s) * SECOND_US <= self._clock.now_us():
            return None
        return self._credential(client)

    def _credential(self, client: OAuthClient) -> Credential | None:
        source = self._sources.get(client.source)
        if source is None:
            return None
        held = self._credentials.get(client.client_id)
        if held is None or held.source is not source:
            held = Credential(
                source=source, writer=Writer.SERVER, key_id=client.client_id
            )
            self._credentials[client.client_id] = held
        return held


class KeysAndTokens:
    """Tells whose a key or a token is: what `collect` asks for at its doors."""

    def __init__(self, sources: Sources, clients: OAuthClients) -> None:
        self._sources = sources
        self._clients = clients

    def credential(self, key: str) -> Credential | None:
        if key.startswith(PREFIX):
            return self._clients.credential(key)
        return self._sources.credential(key)

    def subject(self, token: str, source: str, now_us: int) -> Subject | TokenFault:
        return self._sources.subject(token, source, now_us)


def _client_of(definition: Definition) -> OAuthClient:
    return msgspec.json.decode(definition.body, type=OAuthClient)
