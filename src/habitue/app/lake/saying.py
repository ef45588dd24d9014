"""What the properties of an event say of money and goods, as the copy has it.

Shops show the same things again and again, so what was said lately is looked up by its
bytes: by these 1, 1.0 and true are three things.
"""

from typing import Any, NamedTuple

import msgspec

from habitue.lake.plain import MASK, plain
from habitue.profile.line import line_of, total_of
from habitue.profile.parse import NO_CURRENCY, currency_of, first_name, minor, text
from habitue.profile.rows import LINES_MAX, SEP, LineRow

_encode = msgspec.json.Encoder().encode
_pack = msgspec.msgpack.Encoder().encode
GOODS = "products"
_TOTALS = frozenset({"total", "revenue", "value"})
# What is longer than this is hardly ever said twice.
_KEPT_BYTES_MAX = 512
_KEPT_MAX = 20_000
# Lists of more goods than these are read each time.
_KEPT_GOODS_MAX = 2
# A row of habitue.lake.rows.LineRow without its offset.
Line = tuple[Any, ...]


class Said(NamedTuple):
    """The store, the currency and total in minor units, properties as JSON, lines."""

    store: str | None = None
    currency: str | None = None
    total: int | None = None
    properties: str = "{}"
    lines: tuple[Line, ...] = ()


_NOTHING = Said()
_kept: dict[bytes, Said] = {}


def said_in(told: dict[str, Any]) -> Said:
    """Give what properties say.

    >>> said_in({"product_id": "A1", "price": 2.5, "currency": "EUR"}).lines
    ((0, 'A1', '', '', '', 250, 1000, 250, 'EUR'),)
    """
    if not told:
        return _NOTHING
    raw = _raw(told)
    found = _kept.get(raw)
    if found is None:
        found = _read(told)
        # What had to be masked is not kept in memory either.
        if 0 < len(raw) <= _KEPT_BYTES_MAX and MASK not in found.properties:
            _keep(raw, found)
    return found


def _raw(told: dict[str, Any]) -> bytes:
    """Give what properties are looked up by; nothing where that would be in vain."""
    goods = told.get(GOODS)
    if type(goods) is list and len(goods) > _KEPT_GOODS_MAX:
        return b""
    try:
        return _pack(told)
    except (OverflowError, UnicodeError):
        # An integer over 64 bits, or half of a surrogate pair.
        return b""


def _keep(raw: bytes, found: Said) -> None:
    if len(_kept) >= _KEPT_MAX:
        _kept.clear()
    _kept[raw] = found


def _read(told: dict[str, Any]) -> Said:
    currency = NO_CURRENCY
    if "currency" in told:
        currency = currency_of(told["currency"])
    listed = isinstance(told.get(GOODS), (list, tuple))
    goods, lines = _goods(told, currency)
    total = None
    if listed or not _TOTALS.isdisjoint(told):
        total = total_of(told, currency, tuple(goods) if listed else ())
    return Said(
        text(told["store_id"]) or None if "store_id" in told else None,
        None if currency == NO_CURRENCY else currency,
        total,
        _properties(told, listed=listed),
        tuple(lines),
    )


def properties_of(told: dict[str, Any]) -> str:
    """Give properties as the row of their event has them, as JSON."""
    return _properties(told, listed=isinstance(told.get(GOODS), (list, tuple)))


def _properties(told: dict[str, Any], *, listed: bool) -> str:
    return _encode(plain(told, without=GOODS if listed else "")).decode()


def _goods(told: dict[str, Any], currency: str) -> tuple[list[LineRow], list[Line]]:
    """Give what counts of an event's goods, or the one product that it is about.

    Each as it counts, and as its row has it.
    """
    goods, lines = list[LineRow](), list[Line]()
    listed = told.get(GOODS, told.get("returned_products"))
    if not isinstance(listed, (list, tuple)):
        listed = (told,) if first_name(told, "product_id", "sku") else ()
    for one in listed[:LINES_MAX]:
        good = line_of(one, currency) if isinstance(one, dict) else None
        if good is not None:
            item, category, brand, milli, amount = good
            product, _, name = item.partition(SEP)
            price = minor(one.get("price"), currency)
            words = product, name, category, brand
            lines.append((len(goods), *words, price, milli, amount, currency))
            goods.append(good)
    return goods, lines
