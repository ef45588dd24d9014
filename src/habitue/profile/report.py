"""From an event to a report of an order, a receipt or a return.

An object is called by its business key, so that however often and in whatever
order it is told it stays one: an order by the number space of its source and its
id; a receipt by its source and fiscal id, or store, till, business date and
number, or receipt id; a return by its source and its own id.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from habitue.base.clock import DAY_US, to_datetime
from habitue.model.event import Event
from habitue.model.source import Source
from habitue.profile.channel import UNKNOWN, channel_of, told_channel
from habitue.profile.parse import (
    AMOUNT_MAX,
    amount_of,
    currency_of,
    first_name,
    minor,
    moment,
    name_of,
    quantity_milli,
    text,
)
from habitue.profile.rows import LINES_MAX, SEP, LineRow, Report

ORDER, RECEIPT, RETURN = "o", "r", "t"


class Where(NamedTuple):
    """Where a report stands in the log and who sent it."""

    source: Source
    message_id: str
    offset: int
    received_us: int


class Told(NamedTuple):
    """A report of an object: its key, and whether it states when it was made."""

    key: str
    stated: bool
    report: Report


def report_of(event: Event, where: Where) -> Told | None:
    """Give what an event reports of an object; None if it reports none."""
    maker = _MAKERS.get(event.name)
    return None if maker is None else maker(event, where)


def order_key(space: str, order_id: str) -> str:
    return f"{ORDER}{SEP}{space}{SEP}{order_id}"


def receipt_key(source: str, receipt_id: str) -> str:
    return f"{RECEIPT}{SEP}{source}{SEP}{receipt_id}"


def _completed(event: Event, where: Where) -> Told:
    told = event.properties
    report = _report(event, where, status=_status(told) or "completed")
    report.channel = _known(channel_of(event))
    order_id = name_of(told.get("order_id")) or f"@{where.message_id}"
    return Told(order_key(where.source.orders, order_id), True, report)


def _updated(event: Event, where: Where) -> Told | None:
    report = _report(event, where, status=_status(event.properties))
    report.channel = told_channel(event)
    return _of_order(event, where, report)


def _cancelled(event: Event, where: Where) -> Told | None:
    # What a cancellation says of the total is what is given up: not a new total.
    report = _bare(event, where)
    report.status = "cancelled"
    return _of_order(event, where, report)


def _of_order(event: Event, where: Where, report: Report) -> Told | None:
    order_id = name_of(event.properties.get("order_id"))
    if not order_id:
        return None
    return Told(order_key(where.source.orders, order_id), False, report)


def _issued(event: Event, where: Where) -> Told:
    told = event.properties
    report = _report(event, where, status=_status(told) or "issued")
    report.channel = _known(channel_of(event))
    order_id = name_of(told.get("order_id"))
    if order_id:
        report.link = order_key(where.source.orders, order_id)
    return Told(_receipt_name(event, where), True, report)


def _receipt_name(event: Event, where: Where) -> str:
    told = event.properties
    fiscal = name_of(told.get("fiscal_id"))
    if fiscal:
        return receipt_key(where.source.name, f"f:{fiscal}")
    number = first_name(told, "receipt_number", "number")
    day = text(told.get("business_date"))
    receipt_id = name_of(told.get("receipt_id"))
    if number and (day or not receipt_id):
        day = day or _business_day(event.at_us, where.source.time_zone)
        store = text(told.get("store_id"))
        till = first_name(told, "till_id", "till", "register_id")
        return receipt_key(where.source.name, SEP.join((store, till, day, number)))
    return receipt_key(where.source.name, receipt_id or f"@{where.message_id}")


def _business_day(at_us: int, time_zone: str) -> str:
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return to_datetime(at_us).astimezone(zone).date().isoformat()


def _refunded(event: Event, where: Where) -> Told | None:
    return _return(event, where, "refunded")


def _received(event: Event, where: Where) -> Told | None:
    return _return(event, where, "received")


def _return(event: Event, where: Where, word: str) -> Told:
    told = event.properties
    report = _report(event, where, status=_status(told) or word)
    report.channel = _known(channel_of(event))
    report.link = _target(told, where.source)
    report.whole = report.total is None and not report.lines
    own = first_name(told, "return_id", "refund_id", "receipt_id")
    if not own and report.whole and report.link:
        # A refund of everything happens once, whoever tells of it.
        return Told(f"{RETURN}{SEP}{SEP}{report.link}", True, report)
    own = own or f"@{where.message_id}"
    return Told(f"{RETURN}{SEP}{where.source.name}{SEP}{own}", True, report)


def _target(told: dict[str, Any], source: Source) -> str | None:
    order_id = first_name(told, "order_id", "original_order_id")
    if order_id:
        return order_key(source.orders, order_id)
    fiscal = name_of(told.get("original_fiscal_id"))
    if fiscal:
        return receipt_key(source.name, f"f:{fiscal}")
    receipt_id = first_name(told, "original_receipt_id", "receipt_id")
    return receipt_key(source.name, receipt_id) if receipt_id else None


def _exchanged(event: Event, where: Where) -> Told | None:
    told = event.properties
    lines = told.get("returned_products", told.get("products"))
    report = _report(event, where, status="exchanged", products=lines)
    report.channel = _known(channel_of(event))
    report.link = _target(told, where.source)
    own = first_name(told, "exchange_id", "return_id") or SEP.join(
        (text(told.get("order_id")), text(told.get("new_order_id")))
    )
    return Told(f"{RETURN}{SEP}{where.source.name}{SEP}x:{own}", True, report)


_MAKERS: dict[str, Callable[[Event, Where], Told | None]] = {
    "Order Completed": _completed,
    "Order Updated": _updated,
    "Order Cancelled": _cancelled,
    "Order Refunded": _refunded,
    "Receipt Issued": _issued,
    "Return Received": _received,
    "Exchange Completed": _exchanged,
}
PURCHASE_EVENTS = frozenset(_MAKERS)


def _status(told: dict[str, Any]) -> str | None:
    return text(told.get("status"), 32).lower() or None


def _known(channel: str) -> str | None:
    return None if channel == UNKNOWN else channel


def _bare(event: Event, where: Where) -> Report:
    # A file's own time stands in the context, where a retry may differ.
    told = event.properties.get("updated_at", event.context.get("updated_at"))
    updated = moment(told)
    # A version from tomorrow would beat every true one to come.
    if updated is None or updated > where.received_us + DAY_US:
        updated = event.at_us
    return Report(updated, event.at_us, where.message_id, where.offset)


def _report(
    event: Event, where: Where, *, status: str | None, products: object = None
) -> Report:
    told = event.properties
    report = _bare(event, where)
    currency = currency_of(told.get("currency"))
    report.status = status
    lines = _lines(told.get("products") if products is None else products, currency)
    report.lines = lines or None
    report.total = _total(told, currency, lines)
    if report.total is not None or lines:
        report.currency = currency
    report.store = text(told.get("store_id")) or None
    report.till = first_name(told, "till_id", "till", "register_id") or None
    report.cashier = first_name(told, "cashier_id", "cashier") or None
    report.tender = _tender(told)
    return report


def _tender(told: dict[str, Any]) -> str | None:
    """Give how it was paid: a word, or the words of a list of payments."""
    said = told.get("tender", told.get("payment_method"))
    if isinstance(said, (list, tuple)):
        words = [
            text(each.get("type") if isinstance(each, dict) else each, 32)
            for each in said[:10]
        ]
        return ", ".join(word for word in words if word) or None
    return text(said, 64) or None


def _total(told: dict[str, Any], currency: str, lines: list[LineRow]) -> int | None:
    for key in ("total", "revenue", "value"):
        found = minor(told.get(key), currency)
        if found is not None:
            return found
    total = 0
    for line in lines:
        if line[5] is None:
            return None
        total += line[5]
    return total if lines and abs(total) <= AMOUNT_MAX else None


def _lines(products: object, currency: str) -> list[LineRow]:
    if not isinstance(products, (list, tuple)):
        return []
    return [
        _line(product, currency)
        for product in products[:LINES_MAX]
        if isinstance(product, dict) and product.get("counts") is not False
    ]


def _line(told: dict[str, Any], currency: str) -> LineRow:
    get = told.get
    try:
        line = _line_of(
            get("product_id"),
            get("sku"),
            get("name"),
            get("category"),
            get("brand"),
            get("quantity"),
            get("price"),
            currency,
        )
    except TypeError:
        # A list or an object stands where a text or a number belongs.
        line = (*_words(*(text(get(key)) for key in _WORDS)), 1000, None)
    for key in _LINE_TOTALS:
        if key in told:
            line = (*line[:5], minor(told[key], currency))
            break
    if told.get("product") is False:
        # Postage and corrections are money, but nothing that anybody likes to buy.
        return ("", line[1], "", "", line[4], line[5])
    return line


_WORDS = ("product_id", "sku", "name", "category", "brand")
_LINE_TOTALS = ("line_total", "total", "amount")


# Shops sell the same things at the same prices again and again: looking a line up
# costs a third of parsing it, and equal lines share their memory.
@lru_cache(maxsize=65_536, typed=True)
def _line_of(  # noqa: PLR0913, PLR0917 - the key of the cache is all that a line tells
    product: object,
    sku: object,
    name: object,
    category: object,
    brand: object,
    quantity: object,
    price: object,
    currency: str,
) -> LineRow:
    milli = quantity_milli(quantity)
    words = _words(product, sku, name, category, brand)
    return (*words, milli, amount_of(price, milli, currency))


@lru_cache(maxsize=32_768, typed=True)
def _words(
    product: object, sku: object, name: object, category: object, brand: object
) -> tuple[str, str, str, str]:
    return text(product) or text(sku), text(name), text(category), text(brand)
