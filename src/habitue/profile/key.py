"""Business keys: what an order, a receipt or a return is called.

However often and in whatever order it is told it stays one object: an order by the
number space of its source and its id; a receipt by its source and fiscal id, or
store, till, business date and number, or receipt id; a return by its source and its
own id.
"""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from habitue.base.clock import to_datetime
from habitue.model.event import Event
from habitue.model.source import Source
from habitue.profile.parse import first_name, name_of, text
from habitue.profile.rows import SEP

ORDER, RECEIPT, RETURN = "o", "r", "t"


def order_key(space: str, order_id: str) -> str:
    return f"{ORDER}{SEP}{space}{SEP}{order_id}"


def receipt_key(source: str, receipt_id: str) -> str:
    return f"{RECEIPT}{SEP}{source}{SEP}{receipt_id}"


def return_key(source: str, return_id: str) -> str:
    return f"{RETURN}{SEP}{source}{SEP}{return_id}"


def receipt_of(event: Event, source: Source, message_id: str) -> str:
    """Give the key of the receipt that an event issues."""
    told = event.properties
    fiscal = name_of(told.get("fiscal_id"))
    if fiscal:
        return receipt_key(source.name, f"f:{fiscal}")
    number = first_name(told, "receipt_number", "number")
    day = text(told.get("business_date"))
    receipt_id = name_of(told.get("receipt_id"))
    if number and (day or not receipt_id):
        day = day or _business_day(event.at_us, source.time_zone)
        store = text(told.get("store_id"))
        till = first_name(told, "till_id", "till", "register_id")
        return receipt_key(source.name, SEP.join((store, till, day, number)))
    return receipt_key(source.name, receipt_id or f"@{message_id}")


def _business_day(at_us: int, time_zone: str) -> str:
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return to_datetime(at_us).astimezone(zone).date().isoformat()


def purchase_of_return(told: dict[str, Any], source: Source) -> str | None:
    """Give the key of the purchase that a return names; None if it names none."""
    order_id = first_name(told, "order_id", "original_order_id")
    if order_id:
        return order_key(source.orders, order_id)
    fiscal = name_of(told.get("original_fiscal_id"))
    if fiscal:
        return receipt_key(source.name, f"f:{fiscal}")
    receipt_id = first_name(told, "original_receipt_id", "receipt_id")
    return receipt_key(source.name, receipt_id) if receipt_id else None
