"""The known events as JSON Schemas, for who builds what sends them.

A schema says what is expected. The door takes an event that tells less, all but those
that the shop alone may tell; what is missing is missing where it would be used.
"""

from typing import Any

from habitue.collect.vocabulary.catalogue import CATALOGUE, SPOKEN, VocabularyEvent

DRAFT = "https://json-schema.org/draft/2020-12/schema"

_ID = {"type": ["string", "integer"], "maxLength": 128}
_AMOUNT = {"type": ["number", "string"], "description": "In units of the currency."}
_NUMBER = {"type": ["number", "string"]}
_TEXT = {"type": "string"}
_TIME = {"type": "string", "description": "RFC 3339."}
_CURRENCY = {"type": "string", "pattern": "^[A-Za-z]{3}$"}
_PRODUCTS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "product_id": _ID,
            "sku": _ID,
            "name": _TEXT,
            "category": _TEXT,
            "brand": _TEXT,
            "price": _AMOUNT,
            "quantity": _NUMBER,
        },
    },
}
_BY_NAME: dict[str, dict[str, Any]] = {
    "products": _PRODUCTS,
    "currency": _CURRENCY,
    "filters": {"type": "array"},
    "sorts": {"type": "array"},
    "answers": {"type": ["array", "object"]},
    **dict.fromkeys(("price", "price_before", "total", "value", "discount"), _AMOUNT),
    **dict.fromkeys(("quantity", "duration_s", "dwell_s", "length", "rssi"), _NUMBER),
    **dict.fromkeys(("in", "out", "points", "rating", "score"), _NUMBER),
    **dict.fromkeys(("text", "name", "category", "channel", "query"), _TEXT),
    **dict.fromkeys(("start_at", "changed_at", "updated_at"), _TIME),
}


def schema_of(event: VocabularyEvent) -> dict[str, Any]:
    """Give the schema of an event as it is sent to the door.

    >>> schema_of(CATALOGUE[0])["properties"]["properties"]["required"]
    ['query']
    """
    names = sorted({name for group in event.required for name in group})
    told: dict[str, Any] = {
        "type": "object",
        "properties": {name: _type_of(name) for name in names},
        "required": [group[0] for group in event.required if len(group) == 1],
    }
    choices = [group for group in event.required if len(group) > 1]
    if choices:
        told["allOf"] = [
            {"anyOf": [{"required": [name]} for name in group]} for group in choices
        ]
    return {
        "$schema": DRAFT,
        "$id": f"urn:habitue:event:{event.kind}",
        "title": event.name,
        "description": event.says,
        "type": "object",
        "properties": {
            "type": {"const": "track"},
            "event": {"enum": [event.name, *_spoken(event)]},
            "messageId": {"type": "string"},
            "timestamp": _TIME,
            "properties": told,
        },
        "required": ["type", "event", "properties"],
        "x-stage": event.stage.value,
        "x-channels": list(event.channels),
        "x-told-by": event.claim.value,
    }


def schemas() -> list[dict[str, Any]]:
    """Give the schemas of all known events, in the order of the catalogue."""
    return [schema_of(event) for event in CATALOGUE]


def _spoken(event: VocabularyEvent) -> list[str]:
    """Give the other names under which an event may be sent."""
    found = []
    for alias in event.aliases:
        origin, _, name = alias.partition(":")
        if origin in SPOKEN and name:
            found += [alias, name]
        elif not name:
            found.append(alias)
    return [name for name in dict.fromkeys(found) if name != event.name]


def _type_of(name: str) -> dict[str, Any]:
    if name in _BY_NAME:
        return _BY_NAME[name]
    return _ID if name.endswith("_id") else {}
