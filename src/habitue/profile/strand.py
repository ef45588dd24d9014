"""One event into one strand's state, apart from the objects it reports."""

from collections.abc import Collection

from habitue.model.event import Event
from habitue.model.kind import DEVICE_KINDS
from habitue.profile.combine import keep_bounce
from habitue.profile.count import count_event, count_visit, touch_of
from habitue.profile.ledger import CONSENT_EVENTS, tell_consents
from habitue.profile.parse import first_name, text
from habitue.profile.rows import (
    BOUNCES_MAX,
    BounceRow,
    StrandState,
    admit,
    warn,
)
from habitue.profile.traits import tell_trait

BOUNCES = {"Email Bounced": "email", "SMS Failed": "phone"}
_VERIFIED, _CLAIMED = 1, 2
# What of an event's surroundings is kept of the strand.
_TELLING = frozenset({"locale", "timezone", "campaign", "consents"})


def fold_event(
    state: StrandState,
    event: Event,
    where: tuple[str, str, int],
    received_us: int,
    devices: Collection[str] = DEVICE_KINDS,
) -> None:
    """Fold an event of (source, message_id, offset) into a strand; mutates state.

    devices: the kinds of identifiers that are devices.
    Folding is commutative: the state depends only on which events were folded.
    """
    count_event(state, event, where[0], received_us)
    if "store_id" in event.properties:
        count_visit(state, event)
    if not state.known & (_VERIFIED if event.verified else _CLAIMED):
        state.known |= known_by(event, devices)
    if event.traits:
        for trait, value in event.traits.items():
            tell_trait(state, event, trait, value, where)
    context = event.context
    if context:
        _fold_context(state, event, where)
    name = event.name
    if name in CONSENT_EVENTS or "consents" in context:
        tell_consents(state, event, where, devices)
    if name in BOUNCES and event.verified:
        _bounce(state, event, where)


def tells_more(event: Event) -> bool:
    """Say whether an event may change more of a strand than its counts and traits.

    >>> tells_more(Event(type="page", name="", at_us=0))
    False
    """
    context = event.context
    return event.name in CONSENT_EVENTS or (
        bool(context) and not _TELLING.isdisjoint(context)
    )


def known_by(event: Event, devices: Collection[str] = DEVICE_KINDS) -> int:
    """Say whether an event names an anchor or a contact: 1 verified, 2 claimed."""
    for kind, _ in event.identifiers:
        if kind not in devices:
            return _VERIFIED if event.verified else _CLAIMED
    return 0


def _fold_context(
    state: StrandState, event: Event, where: tuple[str, str, int]
) -> None:
    context = event.context
    # A trait told outright says more than the same one of the surroundings.
    if "locale" in context and "locale" not in event.traits:
        tell_trait(state, event, "locale", context["locale"], where)
    if "timezone" in context and "timezone" not in event.traits:
        tell_trait(state, event, "timezone", context["timezone"], where)
    if "campaign" in context:
        touch_of(state, event, where, context["campaign"])


def _bounce(state: StrandState, event: Event, where: tuple[str, str, int]) -> None:
    kind = BOUNCES[event.name]
    told = event.properties
    if kind == "email" and text(told.get("bounce_type")).lower() != "hard":
        return
    contact = first_name(told, kind).lower()
    for identifier in event.identifiers:
        if identifier.kind == kind:
            contact = identifier.value
    if not contact:
        return
    name = f"{kind}:{contact}"
    if state.bounces is None:
        state.bounces = {}
    if name not in state.bounces and len(state.bounces) >= BOUNCES_MAX:
        warn(state, "bounces")
    if admit(state.bounces, name, BOUNCES_MAX):
        reason = first_name(told, "reason", "error_code") or "undeliverable"
        row = BounceRow(event.at_us, where[0], where[1], reason)
        keep_bounce(state.bounces, name, row)
