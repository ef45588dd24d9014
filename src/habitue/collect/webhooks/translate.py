"""A verified delivery becomes items in the shape that every door takes."""

import hashlib
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from habitue.collect.identify import as_text
from habitue.collect.survey import clean, fault
from habitue.collect.webhooks import path
from habitue.collect.webhooks.delivery import Delivery
from habitue.collect.webhooks.provider import Provider, Rule, Unpack
from habitue.collect.webhooks.value import Around, Value, evaluate, is_nothing
from habitue.collect.wire import NOT_STRICT

ID_CHARS_MAX = 200
TOPIC_CHARS_MAX = 200
# A document within a document begins deep already.
INNER_DEPTH_MAX = 24


class Made(Struct, frozen=True):
    """An item made of a delivery, and the fields for which it said nothing."""

    item: dict[str, Any]
    empty: tuple[str, ...]


class Translation(Struct, frozen=True, kw_only=True):
    """What a delivery says: its topic, its id, and the items made of it."""

    topic: str
    id: str
    made: tuple[Made, ...] = ()
    # Its topic is one that the file leaves out on purpose.
    ignored: bool = False
    # Rules are for its topic, though for nothing that it says.
    known: bool = False


def translate(
    delivery: Delivery,
    provider: Provider,
    time_zone: str,
    items_max: int,
    currency: str = "",
) -> Translation:
    """Make the items of a delivery, up to one more than the limit.

    currency: of amounts that come without one, where the mapping asks for it.
    """
    document = _unpacked(delivery.tidy(), provider.unpack)
    around, scopes = Around(delivery, time_zone, currency), (document,)
    topic = (_text(provider.topic, scopes, around) or "")[:TOPIC_CHARS_MAX]
    told = _text(provider.id, scopes, around)
    delivery_id = _bounded(told) if told else _hashed(topic, delivery.body)
    if any(fits(one, topic) for one in provider.ignore):
        return Translation(topic=topic, id=delivery_id, ignored=True)
    rules = [one for one in provider.rules if _is_for(one, topic)]
    made: list[Made] = []
    for one in _all(rules, scopes, around):
        own = one.item.pop("messageId", None)
        place = f"/{len(made)}" if made else ""
        one.item["messageId"] = own or _bounded(delivery_id + place)
        made.append(one)
        if len(made) > items_max:
            break
    return Translation(topic=topic, id=delivery_id, made=tuple(made), known=bool(rules))


def fits(pattern: str, topic: str) -> bool:
    """Say whether a topic is meant; a star at the end stands for anything.

    >>> fits("orders/*", "orders/paid"), fits("orders/paid", "orders/paid/x")
    (True, False)
    """
    if pattern.endswith("*"):
        return topic.startswith(pattern[:-1])
    return topic == pattern


def _is_for(rule: Rule, topic: str) -> bool:
    return not rule.topics or any(fits(one, topic) for one in rule.topics)


def _all(rules: list[Rule], scopes: path.Scopes, around: Around) -> Iterator[Made]:
    for rule in rules:
        within = [scopes] if rule.each is None else path.walk(rule.each, scopes)
        for inner in within:
            if _applies(rule, inner, around):
                yield _made(rule, inner, around)


def _applies(rule: Rule, scopes: path.Scopes, around: Around) -> bool:
    for where, wanted in rule.when.items():
        if not _says(where, wanted, scopes, around):
            return False
    return not any(
        _says(where, wanted, scopes, around) for where, wanted in rule.unless.items()
    )


def _says(
    where: str, wanted: tuple[str, ...], scopes: path.Scopes, around: Around
) -> bool:
    if where.startswith("header:"):
        found: Any = around.delivery.headers.get(where[7:].lower())
    else:
        found = path.get(path.parse(where), scopes)
    if isinstance(found, (dict, list)):
        return "*" in wanted and not is_nothing(found)
    text = str(found).lower() if isinstance(found, bool) else as_text(found)
    return bool(text) and any(fits(one, text or "") for one in wanted)


def _made(rule: Rule, scopes: path.Scopes, around: Around) -> Made:
    item: dict[str, Any] = {"type": rule.type}
    empty: list[str] = []
    own = _text(rule.id, scopes, around)
    if own:
        item["messageId"] = _bounded(own)
    if rule.event is not None:
        item["event"] = evaluate(rule.event, scopes, around)
    if rule.time is not None:
        item["timestamp"] = evaluate(rule.time, scopes, around)
        if is_nothing(item["timestamp"]):
            empty.append("time")
    for part, fields in rule.fields.items():
        empty += _fill(item, part, fields, scopes, around)
    consents = list(_consents(rule, scopes, around))
    if consents:
        item.setdefault("context", {})["consents"] = consents
    return Made(item, tuple(empty))


def _fill(
    item: dict[str, Any],
    part: str,
    fields: dict[str, Value],
    scopes: path.Scopes,
    around: Around,
) -> Iterator[str]:
    """Put fields into a part of an item; give those for which nothing is said."""
    for name, value in fields.items():
        found = evaluate(value, scopes, around)
        if is_nothing(found):
            yield f"{part}.{name}"
        else:
            _put(item.setdefault(part, {}), name, found)


def _put(fields: dict[str, Any], name: str, found: Any) -> None:
    # A name of * stands for all of an object's own names.
    if name == "*" and isinstance(found, dict):
        fields.update(found)
    else:
        fields[name] = found


def _consents(
    rule: Rule, scopes: path.Scopes, around: Around
) -> Iterator[dict[str, Any]]:
    """Give what was allowed and forbidden; a line that says neither is left out."""
    for told in rule.consents:
        found = {name: evaluate(one, scopes, around) for name, one in told.items()}
        if found.get("granted") is not None:
            yield {name: one for name, one in found.items() if not is_nothing(one)}


def _text(value: Value | None, scopes: path.Scopes, around: Around) -> str | None:
    return None if value is None else as_text(evaluate(value, scopes, around))


def _bounded(told: str) -> str:
    if len(told) <= ID_CHARS_MAX:
        return told
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def _hashed(topic: str, body: bytes) -> str:
    """Name a delivery that has no id by what it says: sent again it is the same."""
    return hashlib.sha256(topic.encode("utf-8", "replace") + b"\n" + body).hexdigest()


def _unpacked(document: Any, unpack: tuple[Unpack, ...]) -> Any:
    """Read texts within the body that are JSON themselves, each in its place."""
    for one in unpack:
        *outer, last = path.parse(one.path).steps
        holder = path.get(path.Path("", 0, tuple(outer)), (document,))
        if isinstance(holder, dict) and isinstance(last, str):
            read = _read_inner(holder.get(last), one)
            if read is not None:
                holder[last] = read
    return document


def _read_inner(told: Any, one: Unpack) -> Any:
    if not isinstance(told, str):
        return None
    try:
        raw = b64decode(told, validate=True) if one.base64 else told.encode()
        value = msgspec.json.decode(raw)
    except (*NOT_STRICT, ValueError):
        return None
    return None if fault(value, INNER_DEPTH_MAX) else clean(value)
