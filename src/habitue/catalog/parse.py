"""From an event to what it tells of the catalogue."""

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from habitue.base.clock import DAY_US, to_us
from habitue.base.money import MINOR_MAX, to_minor
from habitue.catalog.rows import (
    DELETED,
    FIELD_BYTES_MAX,
    FIELD_NAME_MAX,
    FIELDS_MAX,
    SEP,
)
from habitue.model.event import Event
from habitue.model.product import UNCOUNTED
from habitue.model.source import Writer

PRODUCT, STORE = "product", "store"
# What a source counts stock by where it isn't its products; the field that names one.
ITEM, ITEM_FIELD = "item", "inventory_item_id"

# event -> whose facts it tells, and whether the thing is there.
_THINGS = {
    "Product Created": (PRODUCT, True),
    "Product Updated": (PRODUCT, True),
    "Product Deleted": (PRODUCT, False),
    "Price Changed": (PRODUCT, None),
    "Stock Changed": (PRODUCT, None),
    "Store Opened": (STORE, True),
    "Store Updated": (STORE, True),
    "Store Closed": (STORE, False),
}
FACTS = frozenset(_THINGS)
# What these tell stands in a history, not among the fields.
_NO_FIELDS = frozenset(
    {
        *("product_id", "store_id", "price", "currency", "quantity"),
        *("updated_at", DELETED),
    }
)
_WRITERS = frozenset({Writer.SERVER, Writer.OPERATOR})
_encode = msgspec.json.Encoder(order="deterministic").encode


class Where(NamedTuple):
    """Where a report stands in the log, and who sent it."""

    source: str
    message_id: str
    offset: int
    received_us: int


class Level(NamedTuple):
    """A price or a stock that is told: of which list, and how high."""

    # The store and, of a price, the currency.
    of: tuple[str, ...]
    amount: int


class Fact(Struct, frozen=True):
    """What an event tells of one product or store, or of an item of stock."""

    kind: str
    name: str
    updated_us: int
    # None where the event tells of nothing but a price or a stock.
    fields: dict[str, Any] | None
    price: Level | None = None
    stock: Level | None = None
    # By which its stock is counted, where a product is told with one.
    item: str = ""


def fact_of(event: Event, where: Where) -> Fact | None:
    """Give what an event tells of the catalogue; None if nothing.

    It is the shop's own systems that tell it, and of goods: an event of a browser or
    one that names somebody is none, whatever it is called.
    """
    found = _THINGS.get(event.name)
    if found is None or event.identifiers or event.writer not in _WRITERS:
        return None
    kind, there = found
    told = event.properties
    name = text(told.get("product_id" if kind == PRODUCT else "store_id"))
    item = text(told.get(ITEM_FIELD))
    if not name and item and event.name == "Stock Changed":
        kind, name = ITEM, item
    if not name:
        return None
    return Fact(
        kind=kind,
        name=name,
        updated_us=_updated(event, where),
        fields=None if there is None else _fields(told, there),
        price=price_of(told) if kind == PRODUCT else None,
        stock=None if kind == STORE else stock_of(told),
        item=item if kind == PRODUCT and there is not None else "",
    )


def price_of(told: dict[str, Any]) -> Level | None:
    """Give the price that is told, in minor units; None if none can be read.

    >>> price_of({"price": "12.99", "currency": "pln", "store_id": 4})
    Level(of=('4', 'PLN'), amount=1299)
    """
    currency = text(told.get("currency")).upper()
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
        return None
    amount = to_minor(told.get("price"), currency)
    if amount is None or amount < 0:
        return None
    return Level((text(told.get("store_id")), currency), amount)


def stock_of(told: dict[str, Any]) -> Level | None:
    """Give the stock that is told, in thousandths; None if none can be read.

    A shop that doesn't count a product tells by in_stock alone whether it has any.

    >>> stock_of({"quantity": 2.5}), stock_of({"in_stock": False}), stock_of({})
    (Level(of=('',), amount=2500), Level(of=('',), amount=0), None)
    """
    quantity = told.get("quantity")
    if quantity is None and isinstance(told.get("in_stock"), bool):
        amount = UNCOUNTED if told["in_stock"] else 0
        return Level((text(told.get("store_id")),), amount)
    if isinstance(quantity, bool) or not isinstance(quantity, (int, float, str)):
        return None
    try:
        exact = Decimal(str(quantity).strip()).scaleb(3)
        if not exact.is_finite() or abs(exact) > MINOR_MAX:
            return None
        milli = int(exact.to_integral_value(ROUND_HALF_EVEN))
    except ArithmeticError:
        return None
    return Level((text(told.get("store_id")),), milli)


def text(value: object, limit: int = 128) -> str:
    """Give a text or a whole number as text; "" for anything else.

    >>> text(" A1 "), text(17), text(17.0), text(True), text(None)
    ('A1', '17', '17', '', '')
    """
    if isinstance(value, str):
        return value.strip()[:limit].replace(SEP, " ")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value)[:limit]


def _updated(event: Event, where: Where) -> int:
    """Give the version of a report: its updated_at, or when it happened."""
    told = event.properties.get("updated_at")
    try:
        found = to_us(datetime.fromisoformat(told)) if isinstance(told, str) else None
    except (ValueError, OverflowError):
        found = None
    # A version from tomorrow would beat every true one to come.
    if found is None or not 0 <= found <= where.received_us + DAY_US:
        return event.at_us
    return found


def _fields(told: dict[str, Any], there: bool) -> dict[str, Any]:
    """Give the fields that are told; DELETED says that the thing is gone."""
    found = {
        name[:FIELD_NAME_MAX]: value
        for name, value in sorted(told.items())
        if name not in _NO_FIELDS and _fits(value)
    }
    found = dict(list(found.items())[:FIELDS_MAX])
    found[DELETED] = not there
    return found


def _fits(value: object) -> bool:
    # Nearly all are short texts, which need no look at how long they'd be written.
    if isinstance(value, str) and len(value) * 4 <= FIELD_BYTES_MAX:
        return True
    return len(_encode(value)) <= FIELD_BYTES_MAX
