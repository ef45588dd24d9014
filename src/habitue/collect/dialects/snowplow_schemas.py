"""What Snowplow's own schemas say, in the names of our events; others keep theirs."""

from collections.abc import Callable
from typing import NamedTuple

from habitue.collect.dialects.web import Fields, present

_OWN_VENDOR = "com.snowplowanalytics."
# The schema of a shop's actions, and what they are called here.
_SHOP_ACTION = "snowplow_ecommerce_action"
_ACTIONS = {
    "product_view": "Product Viewed",
    "list_view": "Product List Viewed",
    "list_click": "Product Clicked",
    "add_to_cart": "Product Added",
    "remove_from_cart": "Product Removed",
    "checkout_step": "Checkout Step Completed",
    "transaction": "Order Completed",
    "refund": "Order Refunded",
    "promo_view": "Promotion Viewed",
    "promo_click": "Promotion Clicked",
}
_ABOUT_ONE = frozenset(
    {"Product Viewed", "Product Clicked", "Product Added", "Product Removed"}
)
_PRODUCT = {"id": "product_id", "unitPrice": "price", "creative_id": "creative"}
_TRANSACTION = {
    "transaction_id": "order_id",
    "discount_code": "coupon",
    "discount_amount": "discount",
    "refund_amount": "total",
    "refund_reason": "reason",
}
_NAMES = {
    "link_click": "Link Clicked",
    "submit_form": "Form Submitted",
    "site_search": "Products Searched",
    "application_install": "Application Installed",
    "application_foreground": "Application Foregrounded",
    "application_background": "Application Backgrounded",
    "deep_link_received": "Deep Link Opened",
}
_FIELDS = {"targetUrl": "url", "formId": "form_id", "unitPrice": "price"}


class Described(NamedTuple):
    """A self-describing event: its schema's vendor and name, its data, its entities."""

    vendor: str
    name: str
    data: Fields
    entities: dict[str, list[Fields]]


def tell(event: Described) -> Fields:
    """Give type, name and properties of a self-describing event.

    >>> tell(Described("com.acme", "store_visit", {"store": "WAW01"}, {}))
    {'type': 'track', 'event': 'store_visit', 'properties': {'store': 'WAW01'}}
    """
    if not event.vendor.startswith(_OWN_VENDOR):
        return _track(event.name, event.data)
    make = _MAKERS.get(event.name, _as_told)
    return make(event)


def _track(name: object, properties: Fields) -> Fields:
    return {"type": "track", "event": name, "properties": properties}


def _as_told(event: Described) -> Fields:
    return _track(_NAMES.get(event.name, event.name), _renamed(event.data, _FIELDS))


def _screen_seen(event: Described) -> Fields:
    name = event.data.get("name")
    return {"type": "screen", "name": name, "properties": event.data}


def _searched(event: Described) -> Fields:
    terms = event.data.get("terms")
    words = [str(term) for term in terms] if isinstance(terms, list) else []
    return _track(_NAMES[event.name], {"query": " ".join(words), **event.data})


def _shopped(event: Described) -> Fields:
    told = event.data.get("type")
    name = _ACTIONS.get(str(told), told)
    products = [_renamed(one, _PRODUCT) for one in event.entities.get("product", ())]
    properties = {
        **present(
            {"list_id": event.data.get("id"), "category": event.data.get("name")}
        ),
        **(products[0] if products and name in _ABOUT_ONE else {}),
        **_of_order(event),
        **_of_promotion(event),
        **present({"products": products}),
    }
    return _track(name, properties)


def _of_order(event: Described) -> Fields:
    found: Fields = {}
    for name in ("cart", "checkout_step", "transaction", "refund"):
        for one in event.entities.get(name, ())[:1]:
            found |= _renamed(one, _TRANSACTION)
    if "revenue" in found:
        # All that was paid, as Snowplow means it.
        found["total"] = found.pop("revenue")
    return found


def _of_promotion(event: Described) -> Fields:
    for one in event.entities.get("promotion", ())[:1]:
        return _renamed(one, {"id": "promotion_id", "creative_id": "creative"})
    return {}


_MAKERS: dict[str, Callable[[Described], Fields]] = {
    "screen_view": _screen_seen,
    "site_search": _searched,
    _SHOP_ACTION: _shopped,
}


def _renamed(fields: Fields, names: dict[str, str]) -> Fields:
    return {
        names.get(name, name): value
        for name, value in fields.items()
        if value is not None
    }
