"""The ordinary item, read in one go; what is not ordinary goes through the steps.

The steps are the meaning, and this is a second engine for it, four times as quick:
whatever it takes comes out as the steps would have made it (a property test holds it
to that), and whatever it is not sure of it leaves to them. It says no by None.
"""

from msgspec import Struct

from habitue.collect.identify import Fields, ranked, told_identifiers
from habitue.collect.item import Arrival
from habitue.collect.moment import TimeRule, read_time
from habitue.collect.ordinary_wire import Ordinary, decode
from habitue.collect.steps import SIGNED_OUT, TOLD_AT_CHARS_MAX
from habitue.collect.survey import may_hold_control_codes
from habitue.collect.vocabulary import canonical
from habitue.collect.wire import NOT_STRICT, TRAIT_NAMES
from habitue.model.event import Event
from habitue.model.identifier import IDENTIFIERS_MAX, Identifier

# What these tell changes more than the event's context.
_WEIGHTY = frozenset({"historical", "impersonated", "token"})

# The time of the event, how it was found, and as it was told.
_Moment = tuple[int, TimeRule, str | None]


class _Found(Struct, gc=False):
    name: str
    moment: _Moment
    identifiers: tuple[Identifier, ...]
    context: Fields


def read_ordinary(raw: bytes, arrival: Arrival) -> tuple[str, Event] | None:
    """Give the message id and the event of an ordinary item, None for another."""
    if not arrival.plain or len(raw) > arrival.bytes_max or may_hold_control_codes(raw):
        return None
    try:
        told = decode(raw)
    except NOT_STRICT:
        return None
    context = _context(told, arrival)
    name = _name(told)
    moment = _moment(told, arrival)
    if context is None or name is None or moment is None:
        return None
    identifiers = _identifiers(told, context, arrival)
    if identifiers is None:
        return None
    message_id = told.message_id or arrival.rules.new_id()
    found = _Found(name, moment, identifiers, context)
    return message_id, _event(told, arrival, found)


def _context(told: Ordinary, arrival: Arrival) -> Fields | None:
    context = told.context or {}
    if arrival.context:
        context = {**arrival.context, **context}
    return context if _WEIGHTY.isdisjoint(context) else None


def _name(told: Ordinary) -> str | None:
    """Give the name as it was told; None for a track event that has none."""
    match told.type:
        case "track":
            name = told.name if told.event is None else told.event
            return (name.strip() or None) if name else None
        case "identify":
            return ""
        case _:
            return told.name.strip() if told.name else ""


def _moment(told: Ordinary, arrival: Arrival) -> _Moment | None:
    text, sent_us = told.original_timestamp, arrival.sent_us
    if text is None:
        text = told.timestamp
    if told.sent_at is not None:
        sent_us = read_time(told.sent_at)
        if sent_us is None:
            return None
    if text is None:
        return arrival.received_us, "received", None
    at_us = read_time(text)
    if at_us is None:
        return None
    rule: TimeRule = "told"
    if sent_us is not None:
        at_us, rule = arrival.received_us - (sent_us - at_us), "sent"
    if not arrival.earliest_us <= at_us <= arrival.latest_us:
        return None
    return at_us, rule, text[:TOLD_AT_CHARS_MAX]


def _identifiers(
    told: Ordinary, context: Fields, arrival: Arrival
) -> tuple[Identifier, ...] | None:
    """Give the identifiers, ranked, each once; None if one is not usable."""
    rules, country = arrival.rules, arrival.credential.source.country
    normalise, policy = rules.normalise, rules.policy
    taken: list[Identifier] = []
    for kind, value in told_identifiers(told, told.traits, told.identifiers, context):
        if value is None or value == "":
            continue
        found = normalise(kind, value, country, policy)
        if type(found) is not Identifier:
            return None
        if found not in taken:
            taken.append(found)
    if len(taken) > IDENTIFIERS_MAX:
        return None
    return tuple(ranked(rules.ranks, taken)) if len(taken) > 1 else tuple(taken)


def _event(told: Ordinary, arrival: Arrival, found: _Found) -> Event:
    source, context, name = arrival.credential.source, found.context, found.name
    at_us, time_rule, told_at = found.moment
    properties, traits = told.properties or {}, told.traits or {}
    if told.type == "track":
        name = canonical(name)
        if name != found.name:
            context = {**context, "told_event": found.name}
    elif told.category is not None and told.type != "identify":
        properties = {"category": told.category, **properties}
    if traits:
        traits = {TRAIT_NAMES.get(one, one): value for one, value in traits.items()}
    return Event(
        type=told.type,
        name=name,
        at_us=at_us,
        time_rule=time_rule,
        told_at=told_at,
        writer=arrival.credential.writer,
        verified=arrival.verified,
        identifiers=found.identifiers,
        ends=name == SIGNED_OUT or context.get("reset") is True,
        shared_device=source.shared_device or context.get("sharedDevice") is True,
        historical=source.historical,
        operator=arrival.operator,
        properties=properties,
        traits=traits,
        context=context,
    )
