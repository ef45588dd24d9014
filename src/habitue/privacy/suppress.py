"""Keeps who was erased from coming back: by keyed hashes, so that nobody can be read.

The hashes are definitions, one for each erasure; the secret they are made with is none,
and stands in no log. Without it nothing can be told from them, and with it only
whether a value that somebody has already is among them.
"""

import hmac
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct, structs

from habitue.base.errors import NotFoundError, StorageError
from habitue.base.ids import RandomBytes
from habitue.model.certificate import SUPPRESSION
from habitue.model.identifier import Identifier
from habitue.privacy.port import Definitions, SecretStore

_SECRET = "suppression"  # noqa: S105 - the name of a secret
_SECRET_BYTES = 32
_HASH_CHARS = 32


class Suppression(Struct, frozen=True, kw_only=True):
    """Identifiers, as hashes, of which nothing is taken since an erasure.

    by and at_us: who asked for it, and when; lifted_by: who let them in again.
    """

    erasure_id: str
    hashes: tuple[str, ...]
    by: str
    at_us: int
    lifted_by: str | None = None
    lifted_us: int | None = None


class LostSecretError(StorageError):
    """The secret 'suppression' is gone, so nobody knows whom not to take.

    Put it back from a backup, or lift all suppressions.
    """


class Suppressions:
    """All suppressions, in memory; every change goes through the log first."""

    def __init__(
        self, definitions: Definitions, secrets: SecretStore, random_bytes: RandomBytes
    ) -> None:
        self._definitions = definitions
        self._secrets = secrets
        self._random_bytes = random_bytes
        self._all: dict[str, Suppression] = {}
        self._hashes: frozenset[str] = frozenset()
        self._secret = b""
        self.reload()

    def reload(self) -> None:
        """Read again what the log defines."""
        told = self._definitions.definitions(SUPPRESSION)
        read = [msgspec.json.decode(one.body, type=Suppression) for one in told]
        self._all = {one.erasure_id: one for one in read}
        self._hashes = frozenset(
            name for one in read if one.lifted_us is None for name in one.hashes
        )

    def holds(self, identifiers: Sequence[Identifier]) -> bool:
        """Say whether one of these is suppressed."""
        # Of most shops nothing is, and it is asked for each item.
        if not self._hashes:
            return False
        return any(self.hash(one) in self._hashes for one in identifiers)

    def hash(self, one: Identifier) -> str:
        """Hash an identifier with the secret, which is made at first use."""
        if not self._secret:
            self._secret = self._secrets.get(_SECRET) or self._made()
        told = f"{one.kind}\x00{one.value}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._secret, told, "sha256").hex()[:_HASH_CHARS]

    def _made(self) -> bytes:
        if self._hashes:
            raise LostSecretError
        secret = self._random_bytes(_SECRET_BYTES)
        self._secrets.put(_SECRET, secret)
        return secret

    def all(self) -> list[Suppression]:
        """Give all, by when they were asked for."""
        return sorted(self._all.values(), key=lambda one: (one.at_us, one.erasure_id))

    def of(self, one: Identifier) -> list[Suppression]:
        """Give those in force that hold an identifier."""
        name = self.hash(one)
        return [
            each
            for each in self.all()
            if each.lifted_us is None and name in each.hashes
        ]

    async def add(
        self, erasure_id: str, identifiers: Iterable[Identifier], by: str, at_us: int
    ) -> int:
        """Suppress identifiers; give how many there are."""
        hashes = tuple(sorted({self.hash(one) for one in identifiers}))
        held = self._all.get(erasure_id)
        if held is not None:
            hashes = tuple(sorted({*held.hashes, *hashes}))
        await self._put(
            Suppression(erasure_id=erasure_id, hashes=hashes, by=by, at_us=at_us)
        )
        return len(hashes)

    async def lift(self, erasure_id: str, by: str, at_us: int) -> Suppression:
        """Let in again whom an erasure suppressed."""
        held = self._all.get(erasure_id)
        if held is None:
            raise NotFoundError(f"No erasure '{erasure_id}' suppresses anybody.")
        if held.lifted_us is None:
            held = structs.replace(held, lifted_by=by, lifted_us=at_us)
            await self._put(held)
        return held

    async def _put(self, one: Suppression) -> None:
        body = msgspec.json.encode(one)
        await self._definitions.define(SUPPRESSION, one.erasure_id, body)
        self.reload()
