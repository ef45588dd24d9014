"""Sources and their keys, kept as definitions; of a key only its hash is kept."""

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import structs

from habitue.access.adopted import check_adopted
from habitue.access.key import KEY_CHARS_MAX, PREFIXES, Key, check_scopes, digest_of
from habitue.access.permission import Permission, Role
from habitue.access.port import Definitions, SecretStore
from habitue.access.token import verify
from habitue.base.clock import Clock
from habitue.base.errors import ConflictError, InvalidError, NotFoundError
from habitue.base.ids import new_id, new_secret
from habitue.collect.port import Credential, Subject, TokenFault
from habitue.log.port import Definition
from habitue.model.source import Mode, Source, Writer

SOURCE, KEY = "source", "key"
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
# Names under which the house itself writes into the log.
RESERVED = frozenset(
    {"habitue", "operator", "system", "definition", "erased", "tick", "catalog"}
    | {"audit", "segment", "scores", "carried"}
)
_SIGNING_KEYS_MAX = 2


class Sources:
    """All sources and keys, in memory; every change goes through the log first."""

    def __init__(
        self,
        definitions: Definitions,
        secrets: SecretStore,
        clock: Clock,
        new_key: Callable[[], str] = new_secret,
        new_name: Callable[[], str] = new_id,
    ) -> None:
        self._definitions = definitions
        self._secrets = secrets
        self._clock = clock
        self._new_key = new_key
        self._new_name = new_name
        self._sources: dict[str, Source] = {}
        self._keys: dict[str, Key] = {}
        self._by_digest: dict[str, Key] = {}
        # By the key itself, once it was found by its hash: each key is here once.
        self._credentials: dict[str, Credential] = {}
        self._signing: dict[str, dict[str, bytes]] = {}
        # One change at a time: each is checked against what the one before it made.
        self._turn = asyncio.Lock()
        self.reload()

    def reload(self) -> None:
        """Read what is defined; what stands in memory is replaced."""
        self._sources = {
            found.name: found
            for found in map(_source_of, self._definitions.definitions(SOURCE))
        }
        self._keys, self._by_digest, self._credentials = {}, {}, {}
        for definition in self._definitions.definitions(KEY):
            self._hold(msgspec.json.decode(definition.body, type=Key))
        self._signing = {}

    def _hold(self, key: Key) -> None:
        self._credentials.clear()
        self._keys[key.key_id] = key
        self._by_digest[key.digest] = key

    def all(self) -> list[Source]:
        """List all sources by name."""
        return sorted(self._sources.values(), key=lambda source: source.name)

    def get(self, name: str) -> Source | None:
        """Find a source by its name."""
        return self._sources.get(name)

    def keys(self, source: str) -> list[Key]:
        """List the keys of a source, oldest first."""
        found = (key for key in self._keys.values() if key.source == source)
        return sorted(found, key=lambda key: (key.made_us, key.key_id))

    def held_by(self, operator: str) -> list[Key]:
        """List the keys of somebody that hold: their tokens, and their imports'."""
        keys = self._keys.values()
        return [key for key in keys if key.operator == operator and key.holds]

    async def add(
        self, source: Source, scopes: Sequence[str] = ()
    ) -> tuple[Source, str]:
        """Define a source and give its first key, which is shown this once.

        scopes: what the key is for, where it is not to send events alone.
        """
        check_source(source)
        check_scopes(source, scopes)
        async with self._turn:
            if source.name in self._sources:
                raise ConflictError(
                    f"There is a source '{source.name}' already; choose another name,"
                    " or give it a new key."
                )
            await self._define_source(source)
            key = await self._make_key(source.name, source.kind, scopes=scopes)
            return source, key

    async def change(self, name: str, **changes: Any) -> Source:
        """Change what is set of a source; its name and kind stay."""
        if changes.keys() & {"name", "kind"}:
            raise InvalidError("Name and kind of a source stay; add another source.")
        async with self._turn:
            source = structs.replace(self._known(name), **changes)
            check_source(source)
            await self._define_source(source)
        return source

    async def _define_source(self, source: Source) -> None:
        body = msgspec.json.encode(source)
        await self._definitions.define(SOURCE, source.name, body)
        self._sources[source.name] = source
        self._credentials.clear()

    async def _make_key(
        self,
        source: str,
        writer: Writer,
        operator: str | None = None,
        role: Role | None = None,
        scopes: Sequence[str] = (),
    ) -> str:
        secret = f"{PREFIXES[writer]}_{self._new_key()}"
        key = Key(
            key_id=self._new_name(),
            source=source,
            writer=writer,
            digest=digest_of(secret),
            made_us=self._clock.now_us(),
            operator=operator,
            role=role,
            scopes=tuple(sorted(set(scopes))),
        )
        await self._define_key(key)
        return secret

    async def _define_key(self, key: Key) -> None:
        await self._definitions.define(KEY, key.key_id, msgspec.json.encode(key))
        self._hold(key)

    async def issue(
        self,
        name: str,
        *,
        bulk: bool = False,
        scopes: Sequence[str] = (),
        by: str | None = None,
    ) -> str:
        """Give a source one more key; the others hold as before.

        A bulk key is for importing a file: its items may be large, and they wait
        for everybody else's. by: who imports. scopes: what a server's key is for,
        where it is not to send events alone.
        """
        source = self._known(name)
        check_scopes(source, scopes)
        if bulk and scopes:
            raise InvalidError("A key for an import is for nothing else; leave scopes.")
        role = Role.IMPORT_KEY if bulk else None
        return await self._make_key(
            source.name, source.kind, operator=by, role=role, scopes=scopes
        )

    async def adopt(self, name: str, told: str) -> str:
        """Take a key that clients of another product hold already; give its id.

        One of the source's own that was revoked holds again.
        """
        source = self._known(name)
        check_adopted(source, told, PREFIXES.values())
        async with self._turn:
            held = self._by_digest.get(digest_of(told))
            if held is not None and (held.source != name or held.holds):
                raise ConflictError(
                    "This key is taken already; revoke it where it is, or give the"
                    f" clients of '{name}' a key of their own."
                )
            if held is not None:
                key = structs.replace(held, revoked_us=None)
            else:
                key = Key(
                    key_id=self._new_name(),
                    source=name,
                    writer=source.kind,
                    digest=digest_of(told),
                    made_us=self._clock.now_us(),
                    adopted=True,
                )
            await self._define_key(key)
        return key.key_id

    async def revoke(self, key_id: str) -> Key:
        """Take a key out of use at once."""
        async with self._turn:
            key = self._keys.get(key_id)
            if key is None:
                raise NotFoundError(f"There is no key '{key_id}'.")
            if key.revoked_us is None:
                key = structs.replace(key, revoked_us=self._clock.now_us())
                await self._define_key(key)
        return key

    async def add_operator(self, name: str, role: Role) -> str:
        """Give an operator a token, which is shown this once."""
        if name in RESERVED:
            raise InvalidError(f"'{name}' names the house itself; use their own name.")
        return await self._make_key("operator", Writer.OPERATOR, name, role)

    def key(self, told: str) -> Key | None:
        """Find the key that was told, if it holds; by its hash, so in constant time."""
        if len(told) > KEY_CHARS_MAX:
            return None
        found = self._by_digest.get(digest_of(told))
        return found if found and found.holds else None

    def credential(self, key: str) -> Credential | None:
        """Say whose key it is: what `collect` asks for at its doors."""
        held = self._credentials.get(key)
        if held is None:
            held = self._credential(key)
            if held is not None:
                self._credentials[key] = held
        return held

    def _credential(self, key: str) -> Credential | None:
        found = self.key(key)
        if found is None or not found.may(Permission.EVENTS_WRITE):
            return None
        source = self._sources.get(found.source)
        if found.writer is Writer.OPERATOR:
            source = Source(name="operator", kind=Writer.OPERATOR)
        if source is None:
            return None
        return Credential(
            source=source,
            writer=found.writer,
            key_id=found.key_id,
            # What a file tells nobody here did, whoever imports it.
            operator=found.operator if found.writer is Writer.OPERATOR else None,
            bulk=found.role is Role.IMPORT_KEY,
        )

    def subject(self, token: str, source: str, now_us: int) -> Subject | TokenFault:
        """Verify a signed token of a source, and say whom it names."""
        return verify(token, self._signing_keys(source), source, now_us)

    def new_signing_secret(self, name: str) -> tuple[str, str]:
        """Make a secret to sign tokens with; give its kid and the secret.

        The former one goes on to verify, the one before it no longer does.
        """
        source = self._known(name)
        if source.kind is not Writer.PUBLIC:
            raise InvalidError(f"Source '{name}' is not public, so it needs no tokens.")
        held = self._signing_keys(name)
        kid, secret = self._new_name()[:8], self._new_key()
        kept = list(held.items())[1 - _SIGNING_KEYS_MAX :]
        keys = {**dict(kept), kid: secret.encode()}
        told = {one: value.decode() for one, value in keys.items()}
        self._secrets.put(_signing_name(name), msgspec.json.encode(told))
        self._signing[name] = keys
        return kid, secret

    def _signing_keys(self, name: str) -> dict[str, bytes]:
        held = self._signing.get(name)
        if held is None:
            told = self._secrets.get(_signing_name(name)) or b"{}"
            read = msgspec.json.decode(told, type=dict[str, str])
            held = {kid: secret.encode() for kid, secret in read.items()}
            self._signing[name] = held
        return held

    def _known(self, name: str) -> Source:
        source = self._sources.get(name)
        if source is None:
            raise NotFoundError(f"There is no source '{name}'.")
        return source


def _signing_name(source: str) -> str:
    return f"signing-{source}"


def _source_of(definition: Definition) -> Source:
    return msgspec.json.decode(definition.body, type=Source)


def check_source(source: Source) -> None:
    """Refuse a source that can't work, with the way out."""
    if not _NAME.fullmatch(source.name) or source.name in RESERVED:
        raise InvalidError(
            f"'{source.name}' can't name a source; use small letters, digits, - _ and"
            " ., up to 64 of them, and no reserved name."
        )
    if source.kind not in {Writer.PUBLIC, Writer.SERVER}:
        raise InvalidError(
            f"A source is public or server; '{source.kind}' is a class of writers."
        )
    if source.kind is Writer.SERVER and source.network_cookie:
        raise InvalidError("Only a public source has visitors to give a cookie to.")
    if source.kind is Writer.SERVER and source.mode is not Mode.JOINS:
        raise InvalidError("Only a public source has a mode; a server is believed.")
