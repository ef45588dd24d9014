"""An item on its way through the steps, and what arrived with it."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr

from habitue.base.ids import NewId
from habitue.collect.limits import Limits
from habitue.collect.port import Credential, Credentials, Normalise
from habitue.collect.reason import Warned
from habitue.collect.wire import Wire
from habitue.model.event import Event, Unused
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy, Role
from habitue.model.source import Writer


class Rules(Struct, frozen=True, kw_only=True):
    """What the steps are told once: kinds, limits, and what is handed in."""

    policy: KindPolicy
    normalise: Normalise
    credentials: Credentials
    new_id: NewId
    limits: Limits = Limits()
    # Taken out of the policy: the role and the rank of each kind, 0 is the highest.
    roles: Mapping[str, Role] = {}
    ranks: Mapping[str, int] = {}

    def __post_init__(self) -> None:
        kinds = self.policy.kinds
        force_setattr(self, "roles", {kind.name: kind.role for kind in kinds})
        force_setattr(self, "ranks", {kind.name: at for at, kind in enumerate(kinds)})


class Arrival(Struct, frozen=True, kw_only=True):
    """What all items of one request share: whose key, when, and what it says of all."""

    rules: Rules
    credential: Credential
    received_us: int
    # When the whole batch was sent; an item's own word goes before it.
    sent_us: int | None = None
    context: dict[str, Any] | None = None
    # What the batch said of all its items, to be kept around one in quarantine.
    around: bytes = b""
    # Whom the request's token speaks for, or why it speaks for nobody.
    subject: Identifier | str | None = None
    # Verifies a token that an item brings itself.
    verify: Callable[[str], Identifier | str] | None = None


class Item(Struct, gc=False):
    """One item on its way: the raw bytes, and what the steps have found so far."""

    raw: bytes
    arrival: Arrival
    wire: Wire = Wire()
    loose: bool = False
    type: Any = ""
    name: str = ""
    message_id: str = ""
    at_us: int = 0
    time_rule: Any = "received"
    told_at: str | None = None
    writer: Writer = Writer.PUBLIC
    verified: bool = False
    identifiers: tuple[Identifier, ...] = ()
    unused: tuple[Unused, ...] = ()
    formerly: Identifier | None = None
    historical: bool = False
    impersonated: bool = False
    operator: str | None = None
    properties: dict[str, Any] = {}
    traits: dict[str, Any] = {}
    context: dict[str, Any] = {}
    # Identifiers by kind, as the item itself lists them.
    listed: dict[str, Any] = {}
    warnings: tuple[Warned, ...] = ()
    event: Event | None = None
