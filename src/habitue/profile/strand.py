"""One event into one strand's state, apart from the objects it reports."""

from habitue.model.event import Event
from habitue.model.kind import DEFAULT_KINDS, Role
from habitue.profile.combine import keep_bounce
from habitue.profile.count import campaign_of, count_event, touch
from habitue.profile.ledger import CONSENT_EVENTS, tell_consents
from habitue.profile.parse import first_name, text
from habitue.profile.rows import (
    BOUNCES_MAX,
    BounceRow,
    StrandState,
    TouchRow,
    admit,
)
from habitue.profile.traits import CONTEXT_TRAITS, tell_trait, tell_traits

DEVICE_KINDS = frozenset(
    kind.name for kind in DEFAULT_KINDS if kind.role is Role.DEVICE
)
_BOUNCES = {"Email Bounced": "email", "SMS Failed": "phone"}


def fold_event(
    state: StrandState,
    event: Event,
    where: tuple[str, str, int],
    received_us: int,
) -> None:
    """Fold an event of (source, message_id, offset) into a strand; mutates state.

    Folding is commutative: the state depends only on which events were folded.
    """
    count_event(state, event, where[0], received_us)
    state.known |= known_by(event)
    if event.traits:
        tell_traits(state, event, event.traits, where)
    context = event.context
    if context:
        _fold_context(state, event, where)
    if event.name in CONSENT_EVENTS or "consents" in context:
        tell_consents(state, event, where)
    if event.name in _BOUNCES and event.verified:
        _bounce(state, event, where)


def known_by(event: Event) -> int:
    """Say whether an event names an anchor or a contact: 1 verified, 2 claimed."""
    for kind, _ in event.identifiers:
        if kind not in DEVICE_KINDS:
            return 1 if event.verified else 2
    return 0


def _fold_context(
    state: StrandState, event: Event, where: tuple[str, str, int]
) -> None:
    context = event.context
    for name in CONTEXT_TRAITS:
        if name in context and name not in event.traits:
            tell_trait(state, event, (name, context[name]), where)
    if "campaign" in context:
        words = campaign_of(context["campaign"])
        if words:
            touch(state, TouchRow(event.at_us, *where, words))


def _bounce(state: StrandState, event: Event, where: tuple[str, str, int]) -> None:
    kind = _BOUNCES[event.name]
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
    if name not in state.bounces and len(state.bounces) >= BOUNCES_MAX:
        state.warned["bounces"] = 1
    if admit(state.bounces, name, BOUNCES_MAX):
        reason = first_name(told, "reason", "error_code") or "undeliverable"
        row = BounceRow(event.at_us, where[0], where[1], reason)
        keep_bounce(state.bounces, name, row)
