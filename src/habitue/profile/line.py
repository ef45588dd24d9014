"""What was bought or came back: the lines of an event, its total, how it was paid."""

from functools import lru_cache
from typing import Any

import msgspec

from habitue.base.money import to_minor
from habitue.profile.parse import (
    AMOUNT_MAX,
    amount_of,
    minor,
    quantity_milli,
    text,
)
from habitue.profile.rows import LINES_MAX, SEP, LineRow

# A line longer than this is not looked up: it would fill the memory of them.
_LOOKED_UP_BYTES_MAX = 512
# Where a total is told, in this order.
_TOTALS = ("total", "revenue", "value")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


def tender_of(told: dict[str, Any]) -> str | None:
    """Give how it was paid: a word, or the words of a list of payments."""
    said = told.get("tender", told.get("payment_method"))
    if isinstance(said, (list, tuple)):
        words = [
            text(each.get("type") if isinstance(each, dict) else each, 32)
            for each in said[:10]
        ]
        return ", ".join(word for word in words if word) or None
    return text(said, 64) or None


def total_of(
    told: dict[str, Any], currency: str, lines: tuple[LineRow, ...]
) -> int | None:
    """Give the total that was told, or else that of the lines; None if neither is."""
    for key in _TOTALS:
        found = minor(told.get(key), currency)
        if found is not None:
            return found
    total = 0
    for line in lines:
        if line[4] is None:
            return None
        total += line[4]
    return total if lines and abs(total) <= AMOUNT_MAX else None


def sum_of(told: dict[str, Any]) -> tuple[int, str] | None:
    """Give the sum that is told and its currency, as they stand; None if none is.

    >>> sum_of({"total": "29.35", "currency": "GBP"}), sum_of({"total": "29.35"})
    ((2935, 'GBP'), None)
    """
    currency = told.get("currency")
    if not isinstance(currency, str):
        return None
    sums = (to_minor(told.get(name), currency) for name in _TOTALS)
    found = next((one for one in sums if one is not None), None)
    return None if found is None else (found, currency)


def lines_of(products: object, currency: str) -> tuple[LineRow, ...]:
    """Give the lines of an event's products, those that don't count left out."""
    if not isinstance(products, (list, tuple)):
        return ()
    lines = [line_of(product, currency) for product in products[:LINES_MAX]]
    return tuple([line for line in lines if line is not None])


def line_of(told: object, currency: str) -> LineRow | None:
    """Give the line of a product; None if it does not count."""
    try:
        raw = _encode(told)
    except (OverflowError, UnicodeError):
        # An integer over 64 bits, or half of a surrogate pair.
        return _parse(told, currency)
    if len(raw) > _LOOKED_UP_BYTES_MAX:
        return _parse(told, currency)
    return _line_of(raw, currency)


# Shops sell the same things at the same prices again and again: looking a line up
# costs a tenth of parsing it, and equal lines share their memory. Looked up by their
# bytes, 1 and true are not the same, and nothing is too deep to be looked up.
@lru_cache(maxsize=65_536)
def _line_of(raw: bytes, currency: str) -> LineRow | None:
    return _parse(_decode(raw), currency)


def words_of(told: object) -> tuple[str, str, str, str] | None:
    """Give a line's product, name, category and brand; None if it doesn't count."""
    if not isinstance(told, dict) or told.get("counts") is False:
        return None
    name = text(told["name"]) if "name" in told else ""
    if told.get("product") is False:
        # Postage and corrections are money, but nothing that anybody likes to buy.
        return "", name, "", ""
    product = text(told.get("product_id")) or text(told.get("sku"))
    return product, name, text(told.get("category")), text(told.get("brand"))


def _parse(told: object, currency: str) -> LineRow | None:
    words = words_of(told)
    if words is None or not isinstance(told, dict):
        return None
    milli = quantity_milli(told.get("quantity"))
    amount = amount_of(told.get("price"), milli, currency)
    for key in ("line_total", "total", "amount"):
        if key in told:
            amount = minor(told[key], currency)
            break
    product, name, category, brand = words
    item = _shared(product + SEP + name)
    return item, _shared(category), _shared(brand), milli, amount


# Equal texts share their memory, in whatever quantity and at whatever price.
@lru_cache(maxsize=32_768)
def _shared(word: str) -> str:
    return word
