"""The ordinary item, read in one go; what is not ordinary goes through the steps.

The steps are the meaning, and this is a second engine for it, five times as quick:
whatever it takes comes out as the steps would have made it (a property test holds it
to that), and whatever it is not sure of it leaves to them. It says no by None.
"""

from habitue.collect.identify import Fields, is_naming, ranked, told_identifiers
from habitue.collect.item import Arrival
from habitue.collect.marking import marked
from habitue.collect.moment import TimeRule, read_time
from habitue.collect.ordinary_wire import Ordinary, decode
from habitue.collect.proved import proved
from habitue.collect.steps import SIGNED_OUT, TOLD_AT_CHARS_MAX
from habitue.collect.survey import may_hold_control_codes
from habitue.collect.vocabulary import RESERVED, canonical
from habitue.collect.wire import NOT_STRICT, TRAIT_NAMES
from habitue.model.event import Event
from habitue.model.identifier import IDENTIFIERS_MAX, Identifier

# What these tell changes more than the event's context.
_WEIGHTY = frozenset({"historical", "impersonated", "token"})

# The time of the event, how it was found, and as it was told.
_Moment = tuple[int, TimeRule, str | None]
_Named = tuple[Identifier, ...]


def read_ordinary(raw: bytes, arrival: Arrival) -> tuple[str, Event] | None:
    """Give the message id and the event of an ordinary item, None for another."""
    if not arrival.plain or len(raw) > arrival.bytes_max or may_hold_control_codes(raw):
        return None
    try:
        told = decode(raw)
    except NOT_STRICT:
        return None
    context = told.context or {}
    if arrival.context:
        context = {**arrival.context, **context}
    if not _WEIGHTY.isdisjoint(context):
        return None
    moment = _moment(told, arrival)
    if moment is None:
        return None
    identifiers = _identifiers(told, context, arrival)
    if identifiers is None or _is_barred(arrival.terms.barred, identifiers):
        return None
    event = _event(told, arrival, moment, identifiers, context)
    if event is None or _breaks(event, arrival):
        return None
    event = marked(event, arrival.rules.marking, arrival.address)
    return told.message_id or arrival.rules.new_id(), event


def _breaks(event: Event, arrival: Arrival) -> bool:
    # Of a file something may have to be left out.
    if arrival.terms.credential.bulk and proved(event) is not event:
        return True
    # Few sources have a plan.
    plans = arrival.rules.plans
    plan = plans.get(arrival.terms.source) if plans else None
    return plan is not None and bool(plan.breaches(event))


def _is_barred(barred: frozenset[str], identifiers: _Named) -> bool:
    # Of most shops nothing is.
    return bool(barred) and any(kind in barred for kind, _ in identifiers)


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


def _identifiers(told: Ordinary, context: Fields, arrival: Arrival) -> _Named | None:
    """Give the identifiers, ranked, each once; None if one is not usable."""
    rules, country = arrival.rules, arrival.terms.country
    device = told.anonymous_id
    if (
        # Most items of most shops: a device alone.
        device
        and told.user_id is None
        and not told.traits
        and not told.identifiers
        and not is_naming(context)
    ):
        alone = rules.normalise("anonymous_id", device, country, rules.policy)
        return (alone,) if type(alone) is Identifier else None
    taken: list[Identifier] = []
    for kind, value in told_identifiers(told, told.traits, told.identifiers, context):
        if value is None or value == "":
            continue
        found = rules.normalise(kind, value, country, rules.policy)
        if type(found) is not Identifier:
            return None
        if found not in taken:
            taken.append(found)
    if len(taken) > IDENTIFIERS_MAX:
        return None
    return tuple(ranked(rules.ranks, taken)) if len(taken) > 1 else tuple(taken)


def _event(
    told: Ordinary,
    arrival: Arrival,
    moment: _Moment,
    identifiers: _Named,
    context: Fields,
) -> Event | None:
    """Make the event; None for a track event without a name or of a reserved one."""
    properties, traits = told.properties or {}, told.traits or {}
    if told.type == "track":
        named = told.name if told.event is None else told.event
        as_told = named.strip() if named else ""
        if not as_told:
            return None
        name = canonical(as_told)
        if name in RESERVED:
            return None
        if name != as_told:
            context = {**context, "told_event": as_told}
    elif told.type == "identify":
        name = ""
    else:
        name = told.name.strip() if told.name else ""
        if told.category is not None:
            properties = {"category": told.category, **properties}
    if traits:
        traits = {TRAIT_NAMES.get(one, one): value for one, value in traits.items()}
    terms, (at_us, time_rule, told_at) = arrival.terms, moment
    return Event(
        type=told.type,
        name=name,
        at_us=at_us,
        time_rule=time_rule,
        told_at=told_at,
        writer=terms.writer,
        verified=terms.verified,
        identifiers=identifiers,
        ends=name == SIGNED_OUT or context.get("reset") is True,
        shared_device=terms.shared_device or context.get("sharedDevice") is True,
        historical=terms.historical,
        operator=terms.operator,
        imported=terms.imported,
        properties=properties,
        traits=traits,
        context=context,
    )
