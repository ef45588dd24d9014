"""The steps an item takes on its way to an event; each a plain function."""

from typing import Any

from msgspec import structs

from habitue.collect.identify import as_text
from habitue.collect.item import Item
from habitue.collect.moment import place_in_time, read_time
from habitue.collect.reason import Quarantined, quarantine, shown, warn
from habitue.collect.survey import (
    clean,
    fault,
    may_be_deep,
    may_hold_control_codes,
    may_hold_long_numbers,
)
from habitue.collect.vocabulary import canonical
from habitue.collect.wire import (
    NOT_STRICT,
    TRAIT_NAMES,
    Wire,
    decode,
    decode_loosely,
    from_object,
)
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.source import Writer

TYPES = frozenset({"track", "identify", "page", "screen", "alias", "group"})
SIGNED_OUT = "Signed Out"
TOLD_AT_CHARS_MAX = 64
# The fields that have to be objects, where they go, and the names of their limits.
_OBJECTS = (
    ("properties", "properties", "properties_max"),
    ("traits", "traits", "traits_max"),
    ("context", "context", "properties_max"),
    ("identifiers", "listed", "properties_max"),
)


def measure(item: Item) -> Item | Quarantined:
    """Step: an event over the limit is quarantined before anything is read of it.

    What its batch says of all its items counts with each, for it becomes part of it.
    """
    told_for_all, limit = len(item.arrival.around), item.arrival.bytes_max
    size = len(item.raw)
    if size <= limit:
        return item
    return quarantine(
        "event_too_big", size=size + told_for_all, limit=limit + told_for_all
    )


def read(item: Item) -> Item | Quarantined:
    """Step: read the JSON of the item, strictly first and then as well as it goes."""
    try:
        item.wire = decode(item.raw)
    except NOT_STRICT:
        return _read_loosely(item)
    return item


def _read_loosely(item: Item) -> Item | Quarantined:
    item.loose = True
    try:
        value = decode_loosely(item.raw)
    except UnicodeDecodeError:
        return quarantine("not_utf8")
    except RecursionError:
        return quarantine("too_deep", limit=item.arrival.rules.limits.depth_max)
    except ValueError:
        return quarantine("not_json")
    if not isinstance(value, dict):
        return quarantine("not_an_object", shown=shown(value))
    item.wire = from_object(value)
    return item


def survey(item: Item) -> Item | Quarantined:
    """Step: bound depth and numbers, and take out control codes and half letters.

    Most items can't hold any of these, which counting in the raw bytes shows.
    """
    limit = item.arrival.rules.limits.depth_max
    if item.loose or may_be_deep(item.raw, limit) or may_hold_long_numbers(item.raw):
        for name in item.wire.__struct_fields__:
            # The item itself is the first level.
            found = fault(getattr(item.wire, name), limit - 1)
            if found:
                return quarantine(found, limit=limit)
    if item.loose or may_hold_control_codes(item.raw):
        fields = structs.asdict(item.wire)
        item.wire = Wire(**{name: clean(part) for name, part in fields.items()})
    return item


def shape(item: Item) -> Item | Quarantined:
    """Step: properties, traits, context are objects, and not too large ones."""
    wire, limits = item.wire, item.arrival.rules.limits
    for field, place, limit in _OBJECTS:
        value = getattr(wire, field)
        if value is None:
            continue
        if not isinstance(value, dict):
            return quarantine("field_not_an_object", field=field, shown=shown(value))
        if value:
            wrong = _bounded(
                value, field, getattr(limits, limit), limits.name_chars_max
            )
            if wrong:
                return wrong
            setattr(item, place, value)
    shared = item.arrival.context
    if shared:
        item.context = {**shared, **item.context}
    return item


def _bounded(
    fields: dict[str, Any], field: str, limit: int, chars_max: int
) -> Quarantined | None:
    if len(fields) > limit:
        return quarantine("too_many_fields", field=field, size=len(fields), limit=limit)
    if max(map(len, fields)) > chars_max:
        return quarantine("field_name_too_long", field=field, limit=chars_max)
    return None


def name_type(item: Item) -> Item | Quarantined:
    """Step: one of the six types."""
    told = item.wire.type if item.wire.type is not None else item.wire.action
    if told is None:
        return quarantine("type_missing")
    if isinstance(told, str):
        kind = told if told in TYPES else told.strip().lower()
        if kind in TYPES:
            item.type = kind
            return item
    return quarantine("type_unknown", shown=shown(told))


def name_event(item: Item) -> Item | Quarantined:
    """Step: the name, known ones under the name that has a meaning here."""
    limit = item.arrival.rules.limits.name_chars_max
    told = as_text(_told_name(item)) or ""
    name = told.strip()
    if item.type == "track" and not name:
        return quarantine("event_without_name")
    if len(name) > limit:
        return quarantine("name_too_long", size=len(name), limit=limit)
    item.name = canonical(name) if item.type == "track" else name
    if item.name != name:
        item.context = {**item.context, "told_event": name}
    return item


def _told_name(item: Item) -> Any:
    wire = item.wire
    match item.type:
        case "track":
            return wire.name if wire.event is None else wire.event
        case "page" | "screen":
            return wire.name
        case _:
            return None


def name_message(item: Item) -> Item | Quarantined:
    """Step: the message id; an item without one gets an id of its own."""
    wire, limit = item.wire, item.arrival.rules.limits.message_id_chars_max
    told = wire.message_id_snake if wire.message_id is None else wire.message_id
    if told is None or told == "":
        item.message_id = item.arrival.rules.new_id()
        return item
    text = as_text(told)
    if text is None or len(text) > limit:
        return quarantine("message_id_unusable", limit=limit, shown=shown(told))
    item.message_id = text
    return item


def place(item: Item) -> Item:
    """Step: when it happened; an unreadable time is no reason to lose the event."""
    arrival, wire = item.arrival, item.wire
    item.historical = arrival.credential.source.historical or _tells_history(item)
    told = wire.original_timestamp
    if told is None:
        told = wire.timestamp
    original_us, sent_us = None, arrival.sent_us
    if told is not None:
        original_us = _read(item, told, "timestamp")
        item.told_at = str(told)[:TOLD_AT_CHARS_MAX]
    if wire.sent_at is not None:
        sent_us = _read(item, wire.sent_at, "sentAt")
    item.at_us, item.time_rule = place_in_time(
        original_us, sent_us, arrival.received_us, arrival.rules.limits, item.historical
    )
    if item.time_rule == "bounded":
        item.warnings = (*item.warnings, warn("time_out_of_bounds"))
    return item


def _tells_history(item: Item) -> bool:
    # A browser that could say so would keep its events from ever triggering.
    if not item.context or item.arrival.credential.writer is Writer.PUBLIC:
        return False
    return item.context.get("historical") is True


def _read(item: Item, told: object, field: str) -> int | None:
    at_us = read_time(told)
    if at_us is None:
        item.warnings = (*item.warnings, warn("time_unreadable", field=field))
    return at_us


def fit_type(item: Item) -> Item | Quarantined:
    """Step: what a type needs, and whose traits they are."""
    if item.traits:
        item.traits = {
            TRAIT_NAMES.get(name, name): told for name, told in item.traits.items()
        }
    match item.type:
        case "alias":
            return _fit_alias(item)
        case "group":
            return _fit_group(item)
        case "page" | "screen":
            category = item.wire.category
            if isinstance(category, str):
                item.properties = {"category": category, **item.properties}
    return item


def _fit_alias(item: Item) -> Item | Quarantined:
    wire = item.wire
    told = wire.user_id_snake if wire.user_id is None else wire.user_id
    if not as_text(told):
        return quarantine("alias_without_user")
    return item


def _fit_group(item: Item) -> Item | Quarantined:
    group_id = as_text(item.wire.group_id)
    if not group_id:
        return quarantine("group_without_id")
    # A group's traits are the company's, never the person's who belongs to it.
    item.properties = {
        **item.properties,
        "group_id": group_id[:TOLD_AT_CHARS_MAX],
        "group_traits": item.traits,
    }
    item.traits = {}
    return item


def formerly(item: Item) -> Item:
    """Step: a verified alias says that a former user id and the new one are one."""
    previous = as_text(item.wire.previous_id)
    believed = item.verified and item.writer is not Writer.SIGNED
    if item.type != "alias" or not previous or not believed or item.impersonated:
        return item
    rules, source = item.arrival.rules, item.arrival.credential.source
    if "user_id" in rules.barred[item.writer]:
        return item
    found = rules.normalise("user_id", previous, source.country, rules.policy)
    if isinstance(found, Identifier) and found not in item.identifiers:
        item.formerly = found
    return item


def make_event(item: Item) -> Item:
    """Step: all that was found, as an event."""
    context = item.context
    item.event = Event(
        type=item.type,
        name=item.name,
        at_us=item.at_us,
        time_rule=item.time_rule,
        told_at=item.told_at,
        writer=item.writer,
        verified=item.verified,
        identifiers=item.identifiers,
        unused=item.unused,
        formerly=item.formerly,
        ends=item.name == SIGNED_OUT or context.get("reset") is True,
        shared_device=item.arrival.credential.source.shared_device
        or context.get("sharedDevice") is True,
        historical=item.historical,
        impersonated=item.impersonated,
        operator=item.operator,
        imported=item.arrival.credential.imported,
        properties=item.properties,
        traits=item.traits,
        context=context,
    )
    return item
