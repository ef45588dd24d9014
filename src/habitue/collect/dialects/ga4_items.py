"""An event of the Measurement Protocol becomes an item in our own shape.

Its name stays: the vocabulary knows GA4's names as other names of our events.
"""

import hashlib
from typing import Any

import msgspec

from habitue.collect.dialect import Quarantined, Told, quarantine
from habitue.collect.dialects.web import (
    Fields,
    campaign_of,
    fields_in,
    objects,
    present,
    read_object,
)
from habitue.collect.reason import shown

_PARAMS = {
    "transaction_id": "order_id",
    "search_term": "query",
    "item_list_id": "list_id",
    "item_list_name": "category",
    "virtual_currency_name": "unit",
}
_ITEM = {
    "item_id": "product_id",
    "item_name": "name",
    "item_brand": "brand",
    "item_category": "category",
    "item_variant": "variant",
    "index": "position",
}
# Events about one product, whose properties say which.
_ABOUT_ONE = frozenset(
    {"view_item", "select_item", "add_to_cart", "remove_from_cart", "add_to_wishlist"}
)
# Params that are kept with the page or the session.
_MOVED = frozenset(
    {"items", "page_location", "page_title", "page_referrer", "session_id"}
)
_DIGEST_BYTES = 16
_encode = msgspec.json.Encoder().encode


def translate(raw: bytes, told: Told) -> bytes | Quarantined:
    """Make an item of an event; told says who and when, for all of a request."""
    event = read_object(raw)
    if isinstance(event, Quarantined):
        return event
    params = event.get("params")
    if params is not None and not isinstance(params, dict):
        return quarantine("field_not_an_object", field="params", shown=shown(params))
    params = params or {}
    at = event.get("timestamp_micros") or told.get("timestamp")
    item = {
        "messageId": _message_id(raw, told, at),
        "userId": told.get("userId"),
        "anonymousId": told.get("clientId"),
        "timestamp": at,
        **_named(event.get("name"), params),
        "traits": _traits(told.get("userProperties")),
        "context": _context(params, told),
    }
    return _encode(present(item))


def _message_id(raw: bytes, told: Told, at: object) -> str | None:
    """Name an event by what it is, if it says when it was; else each one counts.

    The protocol has no ids, so what is sent again is known only by being the same:
    without its time, two cups of tea in one basket would be one.
    """
    if at is None:
        return None
    whole = _encode((told.get("clientId"), told.get("userId"), at)) + raw
    return hashlib.blake2b(whole, digest_size=_DIGEST_BYTES).hexdigest()


def _named(name: Any, params: Fields) -> Fields:
    match name:
        case "page_view":
            told = {**_page(params), **_properties(params)}
            return {
                "type": "page",
                "name": params.get("page_title"),
                "properties": told,
            }
        case "screen_view":
            screen = params.get("screen_name") or params.get("firebase_screen")
            told = _properties(params)
            return {"type": "screen", "name": screen, "properties": told}
        case _:
            told = _properties(params, about_one=name in _ABOUT_ONE)
            return {"type": "track", "event": name, "properties": told}


def _properties(params: Fields, *, about_one: bool = False) -> Fields:
    products = [_renamed(one, _ITEM) for one in objects(params.get("items"))]
    said = {name: value for name, value in params.items() if name not in _MOVED}
    return {
        **(products[0] if products and about_one else {}),
        **_renamed(said, _PARAMS),
        **present({"products": products}),
    }


def _traits(told: object) -> Fields:
    """Give user properties as traits: {"tier": {"value": "gold"}} is a gold tier."""
    return {
        name: one["value"] if isinstance(one, dict) and "value" in one else one
        for name, one in fields_in(told).items()
    }


def _page(params: Fields) -> Fields:
    return present(
        {
            "url": params.get("page_location"),
            "title": params.get("page_title"),
            "referrer": params.get("page_referrer"),
        }
    )


def _context(params: Fields, told: Told) -> Fields:
    return present(
        {
            "page": _page(params),
            "campaign": campaign_of(params.get("page_location")),
            "sessionId": params.get("session_id"),
            "locale": params.get("language"),
            "consent_mode": told.get("consent"),
            "library": {"name": "ga4-measurement-protocol"},
        }
    )


def _renamed(fields: Fields, names: dict[str, str]) -> Fields:
    return {
        names.get(name, name): value
        for name, value in fields.items()
        if value is not None
    }
