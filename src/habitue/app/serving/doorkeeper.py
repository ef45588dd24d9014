"""Who calls the API: the folder's operator token, an operator's, or a server's key."""

import hmac

from msgspec import Struct

from habitue.access.key import Key
from habitue.access.operators import HOUSE
from habitue.access.permission import Permission, Role, may
from habitue.access.scope import Sees, Sight
from habitue.access.sources import Sources
from habitue.api.port import Caller
from habitue.base.clock import MINUTE_US, Clock
from habitue.model.source import Writer

# Reads a caller may make in a minute.
READS_A_MINUTE = 60_000
_WHOLE = frozenset({Permission.NAMES_READ, Permission.CONTACTS_READ})


class HeldKey(Struct, frozen=True):
    """A caller who holds a source's key, and that key."""

    name: str
    key: Key
    # A key is the shop's own, and not of some stores.
    sees: None = None

    @property
    def role(self) -> str:
        return f"{self.key.writer}_key"

    @property
    def source(self) -> str | None:
        return self.key.source

    def may(self, permission: Permission) -> bool:
        if permission in _WHOLE:
            # The shop's own systems read people as they are, if they read them.
            permission = Permission.PEOPLE_READ
        return self.key.may(permission)


class HeldRole(Struct, frozen=True):
    """A caller and the role it holds."""

    name: str
    role: Role
    sees: Sees | None = None

    @property
    def source(self) -> str | None:
        return None

    def may(self, permission: Permission) -> bool:
        return may(self.role, permission)


class Doorkeeper:
    """Tells who a credential belongs to, and counts what each caller uses."""

    def __init__(
        self, operator_token: str, sources: Sources, clock: Clock, sight: Sight
    ) -> None:
        self._operator_token = operator_token.encode()
        self._sources = sources
        self._clock = clock
        self._sight = sight
        self._minute = 0
        self._used: dict[str, int] = {}

    def caller(self, authorization: str) -> HeldRole | HeldKey | None:
        """Find the caller by its Authorization header; None if it is nobody's."""
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            return None
        told = token.encode("utf-8", "surrogatepass")
        if hmac.compare_digest(told, self._operator_token):
            return HeldRole(HOUSE, Role.ADMINISTRATOR)
        key = self._sources.key(token)
        if key is None:
            return None
        if key.writer is Writer.OPERATOR and key.role is not None:
            name = key.operator or HOUSE
            return HeldRole(name, key.role, self._sight.of(name))
        return HeldKey(key.source, key)

    def is_counted(self, caller: Caller) -> bool:
        """Say whether it is a team member's own: their searches are counted."""
        return caller.source is None and caller.name != HOUSE

    def spend(self, caller: Caller) -> tuple[int, int]:
        """Count one call of this minute; give (used, limit)."""
        self._turn()
        used = self._used[caller.name] = self._used.get(caller.name, 0) + 1
        return used, READS_A_MINUTE

    def left(self, caller: Caller) -> int:
        """Say how many calls the caller may still make in this minute."""
        self._turn()
        return max(0, READS_A_MINUTE - self._used.get(caller.name, 0))

    def _turn(self) -> None:
        minute = self._clock.now_us() // MINUTE_US
        if minute != self._minute:
            self._minute, self._used = minute, {}
