"""Keys: what is kept of one, what it opens, and what it can be made for."""

import hashlib
from collections.abc import Sequence

from msgspec import Struct

from habitue.access.permission import SCOPES, Permission, Role, may
from habitue.base.errors import InvalidError
from habitue.model.source import Source, Writer

PREFIXES = {Writer.PUBLIC: "pk", Writer.SERVER: "sk", Writer.OPERATOR: "op"}
# No key is longer; hashing more would only warm the machine.
KEY_CHARS_MAX = 200


class Key(Struct, frozen=True, kw_only=True):
    """A key of a source or an operator: its hash, and whether it holds."""

    key_id: str
    source: str
    writer: Writer
    digest: str
    made_us: int
    revoked_us: int | None = None
    # Who holds it and what for, where it is an operator's; who imports, where it is an
    # import's, which says no more for that.
    operator: str | None = None
    role: Role | None = None
    # All that a server's key was made for; none: to send events.
    scopes: tuple[str, ...] = ()
    # Whether it was made elsewhere, and clients hold it already.
    adopted: bool = False

    def may(self, permission: Permission) -> bool:
        """Say whether the key opens something; one that many can see only sends."""
        if self.writer is Writer.SERVER:
            held = self.scopes or (Permission.EVENTS_WRITE,)
            return permission in SCOPES and permission in held
        if self.writer is Writer.OPERATOR:
            return self.role is not None and may(self.role, permission)
        return may(Role.PUBLIC_KEY, permission)

    @property
    def holds(self) -> bool:
        """Say whether the key opens anything: it does until it is revoked."""
        return self.revoked_us is None


def digest_of(key: str) -> str:
    """Give what is kept of a key; 192 random bits need no salt and no stretching."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def check_scopes(source: Source, scopes: Sequence[str]) -> None:
    """Refuse what no key of the source can be for, with the way out."""
    if scopes and source.kind is not Writer.SERVER:
        raise InvalidError(
            f"A key of '{source.name}' stands where anybody can see it, so it sends"
            " events and nothing else; give scopes to a key of a server source."
        )
    unknown = sorted(set(scopes) - SCOPES)
    if unknown:
        raise InvalidError(
            f"A key can't be made for {', '.join(unknown)}; it can be for"
            f" {', '.join(sorted(SCOPES))}."
        )
