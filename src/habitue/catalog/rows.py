"""The rows that the catalogue is kept in: a product, a price list, a stock, a store.

Every row but those of alerts is a pure function of the set of reports folded into it,
whatever their order. Where something is bounded the same entries stay in any order:
the latest points of a history, the first names in the alphabet of fields.
"""

from typing import Any

from msgspec import Struct

from habitue.state.port import TableSpec

SEP = "\x1f"
# The field that says whether a product or a store is gone.
DELETED = "deleted"

# A price or a stock a day for more than two years; what lies behind is not kept, and
# an answer that would need it says so.
POINTS_MAX = 800
FIELDS_MAX = 80
FIELD_NAME_MAX = 64
FIELD_BYTES_MAX = 2_048
# Stores that have a price or a stock of their own, and currencies.
LISTS_MAX = 2_000
SOURCES_MAX = 50
BEATEN_MAX = 1_000
# Products that one item of stock was ever told with.
PRODUCTS_MAX = 50

# at_us, updated_us, message_id, offset, minor units or thousandths: in this order.
Point = tuple[int, int, str, int, int]


class HistoryRow(Struct, array_like=True, gc=False):
    """The latest points of one price list or one stock, in order of time."""

    points: tuple[Point, ...] = ()
    # The time of the latest point that was left out; 0 while all are here.
    cut_us: int = 0


class FactsRow(Struct, array_like=True, gc=False):
    """What one report told of a product or a store: fields by name; None takes away."""

    updated_us: int
    at_us: int
    message_id: str
    offset: int
    fields: dict[str, Any]


class ThingRow(Struct, array_like=True, gc=False):
    """A product or a store: the reports that still say something of it."""

    reports: tuple[FactsRow, ...] = ()
    # Offsets of reports that say nothing any more: to be folded anew, should one that
    # beat them be withdrawn.
    beaten: tuple[int, ...] = ()
    # Store and currency of each price list, the store of each stock.
    prices: tuple[str, ...] = ()
    stock: tuple[str, ...] = ()


class ItemRow(Struct, array_like=True, gc=False):
    """An item that a source counts stock by: the products told with it, its stores."""

    products: tuple[str, ...] = ()
    stock: tuple[str, ...] = ()


PRODUCTS = TableSpec(name="product", key=str, value=ThingRow)
STORES = TableSpec(name="shop_store", key=str, value=ThingRow)
PRICES = TableSpec(name="price", key=str, value=HistoryRow)
STOCK = TableSpec(name="stock", key=str, value=HistoryRow)
ITEMS = TableSpec(name="stock_item", key=str, value=ItemRow)
ITEM_STOCK = TableSpec(name="item_stock", key=str, value=HistoryRow)
# A product's or a store's id -> the sources that tell of it.
TOLD_BY = TableSpec(name="catalog_source", key=str, value=tuple[str, ...])
# A price list or a stock -> the time of the last change that was told on.
ALERTED = TableSpec(name="catalog_alerted", key=str, value=int)
# The message id of an event that is to be appended -> its body.
DUE = TableSpec(name="catalog_due", key=str, value=bytes)


def key_of(*parts: str) -> str:
    """Join the parts of a key."""
    return SEP.join(parts)


def with_name(held: tuple[str, ...], name: str, most: int) -> tuple[str, ...]:
    """Put a name in its place; of too many the first in the alphabet stay.

    >>> with_name(("a", "c"), "b", 2)
    ('a', 'b')
    """
    return held if name in held else tuple(sorted((*held, name))[:most])
