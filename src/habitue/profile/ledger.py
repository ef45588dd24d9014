"""The consent ledger: who allowed and forbade what, by contact point.

Kept is the latest grant, withdrawal and pending grant for each contact point,
purpose and channel. What a browser says is a claim, and kept for the device it says
it is, whomever it names. What follows from all this is habitue.profile.permission.
"""

from collections.abc import Collection, Iterator
from typing import Any

from habitue.model.consent import (
    GRANTS,
    WITHDRAWALS,
    Consent,
    ConsentEntry,
    is_granted,
)
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.kind import DEVICE_KINDS
from habitue.profile.parse import moment, text
from habitue.profile.rows import (
    CLAIMED_CONSENTS_MAX,
    CONSENTS_MAX,
    SEP,
    ConsentRow,
    StrandState,
    admit,
    warn,
    warn_again,
)

ANY = "*"
CONTACT_MAX = 320
MARKETING = "marketing"
_ADDRESS_KINDS = {
    "email": "email",
    "sms": "phone",
    "phone": "phone",
    "call": "phone",
    "whatsapp": "phone",
    "push": "device_id",
}
CONSENT_EVENTS = GRANTS | WITHDRAWALS
_LISTS = frozenset({"Subscribed", "Unsubscribed"})


def tell_consents(
    state: StrandState,
    event: Event,
    where: tuple[str, str, int],
    devices: Collection[str] = DEVICE_KINDS,
) -> None:
    """Fold what an event says of consent; mutates the state."""
    listed = list(_listed(event))
    if event.name in CONSENT_EVENTS:
        listed.insert(0, _of_event(event))
    for told in listed:
        _tell(state, event, told, _contact(event, told, devices), where)


def _of_event(event: Event) -> dict[str, Any]:
    told = dict(event.properties)
    told["granted"] = event.name in GRANTS
    if event.name == "Email Marked as Spam":
        told["channel"] = "email"
        told.setdefault("purpose", MARKETING)
    if event.name in _LISTS:
        topic = text(told.get("list_id")) or text(told.get("topic"))
        purpose = text(told.get("purpose")) or MARKETING
        told["purpose"] = f"{purpose}/{topic}" if topic else purpose
    return told


def _listed(event: Event) -> Iterator[dict[str, Any]]:
    listed = event.context.get("consents")
    if isinstance(listed, (list, tuple)):
        yield from (told for told in listed[:50] if isinstance(told, dict))


def _tell(
    state: StrandState,
    event: Event,
    told: dict[str, Any],
    contact: str,
    where: tuple[str, str, int],
) -> None:
    granted = is_granted(told.get("granted"))
    if granted is None or not contact:
        warn_again(state, "consent_unclear")
        return
    source, message_id, offset = where
    at_us = moment(told.get("at"))
    name = SEP.join(
        (
            "g" if granted else "w",
            contact,
            text(told.get("purpose")).lower() or MARKETING,
            text(told.get("channel"), 32).lower() or ANY,
        )
    )
    row = ConsentRow(
        event.at_us if at_us is None else min(at_us, event.at_us),
        source,
        message_id,
        offset,
        event.name,
        (
            text(told.get("text"), 2000),
            text(told.get("text_version")),
            text(told.get("legal_basis")),
            text(told.get("by")) or (event.operator or ""),
            text(told.get("where")) or text(told.get("place")),
        ),
    )
    held, limit = _held(state, event.verified)
    if name not in held and len(held) >= limit:
        warn(state, "consents" if event.verified else "claimed_consents")
    if admit(held, name, limit):
        enter(held, name, row)


def _held(state: StrandState, verified: bool) -> tuple[dict[str, ConsentRow], int]:
    if verified:
        if state.consents is None:
            state.consents = {}
        return state.consents, CONSENTS_MAX
    if state.claimed_consents is None:
        state.claimed_consents = {}
    return state.claimed_consents, CLAIMED_CONSENTS_MAX


def enter(held: dict[str, ConsentRow], name: str, row: ConsentRow) -> None:
    """Keep the later of two entries; mutates the dict."""
    old = held.get(name)
    if old is None or entry_order(row) > entry_order(old):
        held[name] = row


def entry_order(row: ConsentRow) -> tuple[int, str, str]:
    return row.at_us, row.source, row.message_id


def _contact(event: Event, told: dict[str, Any], devices: Collection[str]) -> str:
    """Give the contact point that is meant: the one named, or the event's own."""
    if not event.verified:
        return _device(event, devices)
    kind = _ADDRESS_KINDS.get(text(told.get("channel"), 32).lower(), "")
    named = text(told.get("contact"), CONTACT_MAX)
    if named:
        return _contact_of(named, kind)
    for identifier in event.identifiers:
        if identifier.kind == kind:
            return _written(identifier)
    addressed = _addressed(event, told, kind)
    if addressed:
        return _contact_of(addressed, kind)
    return _written(event.identifiers[0]) if event.identifiers else ""


def _addressed(event: Event, told: dict[str, Any], kind: str) -> str:
    """Give the address in an event's own words, as mail providers write it."""
    traits = event.context.get("traits")
    of_context = traits.get(kind) if isinstance(traits, dict) else None
    return text(told.get(kind), CONTACT_MAX) or text(of_context, CONTACT_MAX)


def _contact_of(named: str, kind: str) -> str:
    """Write a contact point as kind:value, an e-mail address in lower case."""
    if ":" in named:
        kind, _, named = named.partition(":")
    elif not kind:
        kind = "email" if "@" in named else "phone"
    return f"{kind}:{named.lower() if kind == 'email' else named}"


def _written(identifier: Identifier) -> str:
    return str(identifier)[:CONTACT_MAX].replace(SEP, " ")


def _device(event: Event, devices: Collection[str]) -> str:
    for identifier in reversed(event.identifiers):
        if identifier.kind in devices:
            return _written(identifier)
    return _last(event.identifiers)


def _last(identifiers: tuple[Identifier, ...]) -> str:
    return _written(identifiers[-1]) if identifiers else ""


def ledger(state: StrandState) -> tuple[ConsentEntry, ...]:
    """Give all entries that still decide something, newest first."""
    entries = [
        _entry(name, row, claimed=claimed)
        for held, claimed in ((state.consents, False), (state.claimed_consents, True))
        for name, row in (held or {}).items()
    ]
    entries.sort(key=newest, reverse=True)
    return tuple(entries)


def newest(entry: ConsentEntry) -> tuple[int, str, str, str]:
    """Give what orders entries in time, ties by their keys."""
    return entry.at_us, entry.source, entry.message_id, entry.contact


def _entry(name: str, row: ConsentRow, *, claimed: bool) -> ConsentEntry:
    word, contact, purpose, channel = name.split(SEP)
    state = Consent.GRANTED if word == "g" else Consent.WITHDRAWN
    said, version, basis, by, place = row.told
    return ConsentEntry(
        contact=contact,
        purpose=purpose,
        channel=channel,
        state=Consent.PENDING if claimed and word == "g" else state,
        at_us=row.at_us,
        source=row.source,
        message_id=row.message_id,
        offset=row.offset,
        claimed=claimed,
        event=row.event,
        text=said or None,
        text_version=version or None,
        legal_basis=basis or None,
        by=by or None,
        place=place or None,
    )
