"""An item on its way through the steps, and what arrived with it."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr

from habitue.base.ids import NewId
from habitue.collect.limits import Limits
from habitue.collect.ordinary_wire import allows_ordinary
from habitue.collect.port import Credential, Credentials, Normalise
from habitue.collect.reason import Warned
from habitue.collect.wire import Wire
from habitue.model.event import Event, Unused
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy, Role
from habitue.model.source import Mode, Writer


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
    # Whether the limits leave room for all that is ordinary.
    ordinary: bool = False

    def __post_init__(self) -> None:
        kinds = self.policy.kinds
        force_setattr(self, "roles", {kind.name: kind.role for kind in kinds})
        force_setattr(self, "ranks", {kind.name: at for at, kind in enumerate(kinds)})
        force_setattr(self, "ordinary", allows_ordinary(self.limits))


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
    # Found from the above, once for all items: how large one may be, when it may have
    # happened, and what its writer's word is worth where that is plain.
    bytes_max: int = 0
    earliest_us: int = 0
    latest_us: int = 0
    plain: bool = False
    verified: bool = False
    operator: str | None = None

    def __post_init__(self) -> None:
        limits, credential = self.rules.limits, self.credential
        source, public = credential.source, credential.writer is Writer.PUBLIC
        told_for_all = len(self.around)
        largest = (
            limits.bulk_event_bytes_max if credential.bulk else limits.event_bytes_max
        )
        force_setattr(self, "bytes_max", largest - told_for_all)
        earliest_us = 0 if source.historical else self.received_us - limits.reach_us
        force_setattr(self, "earliest_us", earliest_us)
        force_setattr(self, "latest_us", self.received_us + limits.future_us)
        # With a token, or where one is asked for, each item is a case of its own.
        signed = self.subject is not None or source.mode is Mode.SIGNED
        plain = self.rules.ordinary and not (public and signed)
        force_setattr(self, "plain", plain)
        force_setattr(self, "verified", not public or source.mode is Mode.TRUSTED)
        force_setattr(self, "operator", None if public else credential.operator)


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
