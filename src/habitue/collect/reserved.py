"""Events that the shop's own systems alone may tell: of its goods, prices and stores.

Nobody is named by them, so nothing of them is a claim to be weighed: a price that a
browser told would simply hold. So they are taken from who may tell them, and whole.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from habitue.base.money import to_minor
from habitue.collect.item import Item
from habitue.collect.reason import Quarantined, quarantine, warn
from habitue.collect.reason import shown as quoted
from habitue.collect.vocabulary import RESERVED
from habitue.model.source import WRITERS

_QUANTITY_MAX = 10**12


def reserve(item: Item) -> Item | Quarantined:
    """Step: what the shop alone may tell, and what it takes to be told."""
    event = RESERVED.get(item.name) if item.type == "track" else None
    if event is None:
        return item
    if WRITERS.index(item.writer) < WRITERS.index(event.claim):
        return quarantine("server_only", shown=quoted(item.name))
    if item.identifiers:
        return quarantine("names_somebody", shown=quoted(item.name))
    if item.time_rule == "bounded" and item.at_us > item.arrival.received_us:
        return quarantine("not_yet", shown=quoted(item.name))
    return _whole(item, event.required)


def _whole(item: Item, required: Sequence[Sequence[str]]) -> Item | Quarantined:
    told = item.properties
    if _is_told(told.get("price")) and _lacks_currency(item):
        # A shop system's hook tells of goods with a bare number: the rest is of use.
        item.warnings = (*item.warnings, warn("no_currency", field="price"))
        told = {name: value for name, value in told.items() if name != "price"}
    for names in required:
        if not any(_is_told(told.get(name)) for name in names):
            return quarantine("property_missing", field=" or ".join(names))
    unusable = _unusable(told)
    if unusable is not None:
        return quarantine(
            "property_unusable", field=unusable, shown=quoted(told[unusable])
        )
    return item


def _lacks_currency(item: Item) -> bool:
    of_goods = item.name in {"Product Created", "Product Updated"}
    return of_goods and not _is_told(item.properties.get("currency"))


def _is_told(value: object) -> bool:
    return value is not None and value != ""


def _unusable(told: dict[str, Any]) -> str | None:
    """Name a property that can't be read as what it has to be; None if all can."""
    for name in ("product_id", "store_id", "inventory_item_id"):
        if _is_told(told.get(name)) and not _is_name(told[name]):
            return name
    if _is_told(told.get("price")):
        currency = told.get("currency")
        if not _is_currency(currency):
            return "currency" if "currency" in told else "price"
        amount = to_minor(told["price"], str(currency).strip().upper())
        if amount is None or amount < 0:
            return "price"
    if _is_told(told.get("quantity")) and not _is_quantity(told["quantity"]):
        return "quantity"
    return None


def _is_name(value: object) -> bool:
    if isinstance(value, str):
        return 0 < len(value.strip()) <= 128
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_currency(value: object) -> bool:
    code = value.strip() if isinstance(value, str) else ""
    return len(code) == 3 and code.isascii() and code.isalpha()


def _is_quantity(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return False
    try:
        exact = Decimal(str(value).strip())
        return exact.is_finite() and abs(exact) <= _QUANTITY_MAX
    except ArithmeticError:
        return False
