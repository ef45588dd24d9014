"""What a property or a word means in what was done: the values it has there.

A word begins with $. Some are of the whole, some of a line; a path that begins with
"products." is of a line, too.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from habitue.base.clock import SECOND_US
from habitue.base.days import zone_of
from habitue.profile.parse import currency_of, minor
from habitue.segment.facts import Done, Line
from habitue.segment.values import path_of, values_at

_LINES = "products."

EVENT_WORDS: dict[str, str] = {
    "$type": "the type of the event: track, page, screen, identify, alias, group",
    "$source": "the source that told it",
    "$channel": "the channel it came through",
    "$store": "the store",
    "$region": "the store's region, by the catalogue",
    "$day": "the day in the shop's zone, as 2026-03-01",
    "$total": "the total, in minor units of a currency",
}
LINE_WORDS: dict[str, str] = {
    "$product": "the product's id",
    "$product_name": "the product's name",
    "$category": "the category, told or by the catalogue",
    "$brand": "the brand, told or by the catalogue",
    "$price": "the price of a piece, in minor units of a currency",
    "$list_price": "the catalogue's price of now, in minor units of a currency",
    "$quantity": "how many pieces",
    "$amount": "the line's amount, in minor units of a currency",
}
# What orders, receipts and returns have beside these words, as they stand.
PURCHASE_FIELDS = ("number", "status", "tender", "till", "cashier")
# Words whose values may be the catalogue's.
GOODS_WORDS = frozenset({"$category", "$brand", "$region"})
# What the catalogue asks for a product, whatever was told of it.
LIST_PRICE = "$list_price"
# Words whose values are money; of other properties that are, say the currency.
MONEY_WORDS = frozenset({"$total", "$price", LIST_PRICE, "$amount"})


def is_of_line(name: str) -> bool:
    """Say whether a property is one of a line."""
    return name in LINE_WORDS or name.startswith(_LINES)


def event_values(done: Done, name: str, currency: str | None, zone: str) -> list[Any]:
    """Give the values that a property of the whole has; of money in one currency.

    zone: the shop's.
    """
    if currency is not None and done.currency != currency:
        return []
    read = _EVENT_READS.get(name)
    if read is not None:
        return _values(read(done))
    if name == "$day":
        return [_day(done.at_us, zone)]
    return _told(done.properties, path_of(name), currency)


def line_values(done: Done, line: Line, name: str, currency: str | None) -> list[Any]:
    """Give the values that a property of a line has; of money in one currency."""
    if name == LIST_PRICE:
        # The catalogue has its own currency, whatever was paid in.
        return _values(line.listed.get(currency or ""))
    if currency is not None and done.currency != currency:
        return []
    read = _LINE_READS.get(name)
    if read is not None:
        return _values(read(line))
    return _told(line.told, path_of(name.removeprefix(_LINES)), currency)


def _told(told: Any, path: tuple[str, ...], currency: str | None) -> list[Any]:
    found = list(values_at(told, path))
    if currency is None:
        return found
    amounts = (minor(one, currency) for one in found)
    return [one for one in amounts if one is not None]


def _values(value: Any) -> list[Any]:
    return [] if value is None or value == "" else [value]


def _day(at_us: int, zone: str) -> str:
    return datetime.fromtimestamp(at_us // SECOND_US, zone_of(zone)).date().isoformat()


def currency_told(properties: dict[str, Any]) -> str:
    """Give the currency that properties name; XXX where they name none."""
    return currency_of(properties.get("currency"))


# The words whose values are texts of ours, and the fields that hold these.
TEXTS_OF_EVENT = {
    "$type": "type",
    "$source": "source",
    "$channel": "channel",
    "$store": "store",
    "$region": "region",
}
TEXTS_OF_LINE = {
    "$product": "product",
    "$product_name": "name",
    "$category": "category",
    "$brand": "brand",
}

_EVENT_READS: dict[str, Callable[[Done], Any]] = {
    "$type": lambda done: done.type,
    "$source": lambda done: done.source,
    "$channel": lambda done: done.channel,
    "$store": lambda done: done.store,
    "$region": lambda done: done.region,
    "$total": lambda done: done.total_minor,
}
_LINE_READS: dict[str, Callable[[Line], Any]] = {
    "$product": lambda line: line.product,
    "$product_name": lambda line: line.name,
    "$category": lambda line: line.category,
    "$brand": lambda line: line.brand,
    "$price": lambda line: line.price_minor,
    "$quantity": lambda line: Decimal(line.quantity_milli).scaleb(-3),
    "$amount": lambda line: line.amount_minor,
}
