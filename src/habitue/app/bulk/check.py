"""The server's look at an entry that an import made ready: what may it say.

Whoever holds an import's key may tell what a source's server may tell, and nothing
else: the checks give an entry only where the steps of the door could have made it.
Two things are taken on trust, since a wrong one harms nobody but who imports: that a
phone number in international form is a possible one, and that the time was read from
the text that stands beside it.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from habitue.app.bulk.known import Known
from habitue.base.clock import DAY_US
from habitue.collect.item import Arrival
from habitue.collect.limits import INTEGER_MAX, Limits
from habitue.collect.marking import marked
from habitue.collect.ordinary_wire import NAME_CHARS_MAX, NESTED_MAX, fields
from habitue.collect.pipeline import Taken, set_aside
from habitue.collect.planned import judged
from habitue.collect.proved import proved
from habitue.collect.reason import Quarantined
from habitue.collect.steps import SIGNED_OUT
from habitue.collect.survey import may_hold_control_codes
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.identifier import IDENTIFIERS_MAX, Identifier

REASON = "not_ready"
DETAIL = (
    "The line was made into something that this server does not take. Command and "
    "server may be of two versions: import the file with the server's own."
)
_TRAITS_MAX, _FIELDS_MAX = 200, 500
_TOLD_CHARS_MAX = 64
# What these tell is decided by the server, or by steps that are not taken here.
_WEIGHTY = frozenset({"impersonated", "token"})


if TYPE_CHECKING:
    _Fields = dict[str, Any]
    _Traits = dict[str, Any]
else:
    # msgspec checks depth, sizes and numbers while it reads.
    _Fields, _Traits = fields(_FIELDS_MAX), fields(_TRAITS_MAX)


class Ready(Event, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """An event in the form in which an import makes it ready."""

    type: Literal["track", "identify", "page", "screen"]
    name: Annotated[str, Meta(max_length=NAME_CHARS_MAX)]
    at_us: Annotated[int, Meta(ge=0, le=INTEGER_MAX)]
    time_rule: Literal["told", "received"] = "received"
    told_at: Annotated[str, Meta(max_length=_TOLD_CHARS_MAX)] | None = None
    verified: Literal[True] = True
    identifiers: Annotated[
        tuple[Identifier, ...], Meta(max_length=IDENTIFIERS_MAX)
    ] = ()
    unused: Annotated[tuple[Any, ...], Meta(max_length=0)] = ()
    formerly: None = None
    impersonated: Literal[False] = False
    properties: _Fields = {}
    traits: _Traits = {}
    context: _Fields = {}


_decode = msgspec.json.Decoder(Ready).decode
_encode = msgspec.json.Encoder().encode
# What msgspec raises for what it does not take.
_NOT_READY = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Wire(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """An event told anew as an item of the door."""

    type: str
    message_id: str
    event: str | None = None
    name: str | None = None
    timestamp: str | None = None
    identifiers: dict[str, list[str]] = {}
    properties: dict[str, Any] = {}
    traits: dict[str, Any] = {}
    context: dict[str, Any] = {}


class Retold(Struct, frozen=True, gc=False):
    """Gives an entry as the item that the door would make it of again.

    Called where the log itself sets the entry aside, so that a replay reads it.
    """

    message_id: str
    event: Event

    def __call__(self) -> bytes:
        event = self.event
        told: dict[str, list[str]] = {}
        for kind, value in event.identifiers:
            told.setdefault(kind, []).append(value)
        track = event.type == "track"
        history = {"historical": True} if event.historical else {}
        wire = Wire(
            type=event.type,
            message_id=self.message_id,
            event=event.name if track else None,
            name=None if track else event.name or None,
            timestamp=event.told_at,
            identifiers=told,
            properties=event.properties,
            traits=event.traits,
            context={**history, **event.context},
        )
        return msgspec.json.encode(wire)


class Checker:
    """Looks at the entries of one request; whose key it came with says what may be."""

    def __init__(self, arrival: Arrival, known: Known) -> None:
        self._arrival = arrival
        self._known = known
        self._source = arrival.credential.source

    def take(self, message_id: str, body: bytes) -> Taken | None:
        """Give the entry for the log; None if the steps could not have made it."""
        arrival = self._arrival
        if len(body) > arrival.bytes_max or may_hold_control_codes(body):
            return None
        try:
            event = _decode(body)
        except _NOT_READY:
            return None
        if not (
            self._named(message_id, event)
            and self._timed(event)
            and self._written(event)
            and self._known.holds(event.identifiers)
        ):
            return None
        # The steps would have left something out, or kept it aside.
        if proved(event) is not event:
            return None
        # Whoever made it ready knows neither the source's plan nor the list of staff.
        planned = judged(event, arrival.rules.plans.get(self._source.name))
        if isinstance(planned, Quarantined):
            original = Retold(message_id, event)()
            return set_aside(original, arrival, planned, message_id)
        found = marked(planned, arrival.rules.marking)
        entry = Entry(
            source=self._source.name,
            message_id=message_id,
            body=body if found is event else _encode(found),
            original=Retold(message_id, event),
        )
        return Taken(entry, (), found)

    def _named(self, message_id: str, event: Event) -> bool:
        limit, name = self._arrival.rules.limits.message_id_chars_max, event.name
        if not 0 < len(message_id) <= limit or not message_id.isprintable():
            return False
        if event.type == "identify":
            return not name
        if event.type == "track":
            return self._known.has_name(name)
        return name == name.strip()

    def _timed(self, event: Event) -> bool:
        arrival, at_us = self._arrival, event.at_us
        if event.time_rule == "received":
            # Stamped by the child, which may have waited for its turn.
            return event.told_at is None and abs(at_us - arrival.received_us) < DAY_US
        return event.told_at is not None and (
            (0 if event.historical else arrival.earliest_us)
            <= at_us
            <= arrival.latest_us
        )

    def _written(self, event: Event) -> bool:
        arrival, source, context = self._arrival, self._source, event.context
        history = source.historical or event.historical
        return (
            event.writer is arrival.credential.writer
            and event.operator == arrival.credential.operator
            and event.imported == arrival.credential.imported
            and event.historical is history
            and event.historical >= (context.get("historical") is True)
            and event.ends is (event.name == SIGNED_OUT or context.get("reset") is True)
            and event.shared_device
            is (source.shared_device or context.get("sharedDevice") is True)
            and _WEIGHTY.isdisjoint(context)
        )


def allows_ready(limits: Limits) -> bool:
    """Say whether what is ready lies within the limits of the door."""
    return (
        limits.properties_max >= _FIELDS_MAX
        and limits.traits_max >= _TRAITS_MAX
        and limits.name_chars_max >= NAME_CHARS_MAX
        and limits.depth_max > NESTED_MAX
    )
