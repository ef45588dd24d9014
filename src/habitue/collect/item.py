"""An item on its way through the steps, and what arrived with it."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import force_setattr

from habitue.base.ids import NewId
from habitue.collect.dialect import Dialect
from habitue.collect.dialects import DIALECTS
from habitue.collect.limits import Limits
from habitue.collect.marking import Marking
from habitue.collect.ordinary_wire import allows_ordinary
from habitue.collect.planned import Plan
from habitue.collect.port import Credential, Credentials, Normalise
from habitue.collect.reason import Warned
from habitue.collect.wire import Wire
from habitue.model.event import Event, Unused
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy, Role
from habitue.model.source import Mode, Writer

# Credentials there are terms of at one time.
_TERMS_MAX = 1_000


class Terms(Struct, frozen=True, gc=False):
    """What holds for all that comes with one credential, whatever is in it."""

    credential: Credential
    bytes_max: int
    # How far back an event may have happened; None for as far as time goes.
    reach_us: int | None
    # Plain unless a token comes along.
    plain: bool
    verified: bool
    operator: str | None
    writer: Writer
    source: str
    country: str
    shared_device: bool
    historical: bool
    # The import whose items these are, if any.
    imported: str
    # Kinds that this writer may not tell.
    barred: frozenset[str]


# Stands in an arrival until its own are found, which is when it is made.
_NO_TERMS = cast("Terms", None)


class Rules(Struct, frozen=True, kw_only=True):
    """What the steps are told once: kinds, limits, and what is handed in."""

    policy: KindPolicy
    normalise: Normalise
    credentials: Credentials
    new_id: NewId
    limits: Limits = Limits()
    dialects: tuple[Dialect, ...] = DIALECTS
    # Whether browsers' events that tell no address get the one they came from.
    keeps_ip: bool = True
    # The shop's, for amounts that another system pushes without one; "" for none.
    currency: str = ""
    # By what robots and staff are known.
    marking: Marking = Marking()
    # By source: what its events have to hold.
    plans: Mapping[str, Plan] = {}
    # Taken out of the policy: the role and the rank of each kind, 0 is the highest.
    roles: Mapping[str, Role] = {}
    ranks: Mapping[str, int] = {}
    # The kinds that each class of writers may not tell.
    barred: Mapping[Writer, frozenset[str]] = {}
    # Whether the limits leave room for all that is ordinary.
    ordinary: bool = False
    # By the identity of a credential, which the terms hold so that none takes it over.
    held: dict[int, Terms] = {}

    def __post_init__(self) -> None:
        kinds = self.policy.kinds
        force_setattr(self, "roles", {kind.name: kind.role for kind in kinds})
        force_setattr(self, "ranks", {kind.name: at for at, kind in enumerate(kinds)})
        barred = {writer: self.policy.barred(writer) for writer in Writer}
        force_setattr(self, "barred", barred)
        force_setattr(self, "ordinary", allows_ordinary(self.limits))
        force_setattr(self, "held", {})

    def dialect(self, name: str) -> Dialect | None:
        """Find a dialect by its name."""
        return next((one for one in self.dialects if one.name == name), None)

    def terms(self, credential: Credential) -> Terms:
        """Give what holds for all that comes with a credential."""
        found = self.held.get(id(credential))
        if found is None:
            if len(self.held) >= _TERMS_MAX:
                self.held.clear()
            found = self.held[id(credential)] = self._terms(credential)
        return found

    def _terms(self, credential: Credential) -> Terms:
        limits, source = self.limits, credential.source
        public = credential.writer is Writer.PUBLIC
        bulk = credential.bulk or credential.large
        return Terms(
            credential=credential,
            bytes_max=limits.bulk_event_bytes_max if bulk else limits.event_bytes_max,
            reach_us=None if source.historical else limits.reach_us,
            # Where a token is asked for, each item is a case of its own.
            plain=self.ordinary and not (public and source.mode is Mode.SIGNED),
            verified=not public or source.mode is Mode.TRUSTED,
            operator=None if public else credential.operator,
            writer=credential.writer,
            source=source.name,
            country=source.country,
            shared_device=source.shared_device,
            historical=source.historical,
            imported=credential.imported,
            barred=self.barred[credential.writer],
        )


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
    # The key that was told, which is never kept.
    key: str = ""
    # Where the visitor's own request came from; empty where another's brought it.
    address: str = ""
    # Verifies a token that an item brings itself.
    verify: Callable[[str], Identifier | str] | None = None
    # Found from the above, once for all items: how large one may be, when it may have
    # happened, whether none brings a token, and what holds for all of a credential.
    bytes_max: int = 0
    earliest_us: int = 0
    latest_us: int = 0
    plain: bool = False
    terms: Terms = _NO_TERMS

    def __post_init__(self) -> None:
        rules, received_us = self.rules, self.received_us
        terms = rules.terms(self.credential)
        force_setattr(self, "terms", terms)
        force_setattr(self, "bytes_max", terms.bytes_max - len(self.around))
        reach_us = received_us if terms.reach_us is None else terms.reach_us
        force_setattr(self, "earliest_us", received_us - reach_us)
        force_setattr(self, "latest_us", received_us + rules.limits.future_us)
        # With a token each item is a case of its own.
        signed = self.subject is not None and self.credential.writer is Writer.PUBLIC
        force_setattr(self, "plain", terms.plain and not signed)


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
