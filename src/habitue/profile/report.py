"""From an event to a report of an order, a receipt or a return."""

from collections.abc import Callable
from typing import Any, NamedTuple

from habitue.base.clock import DAY_US
from habitue.model.event import Event
from habitue.model.source import Source
from habitue.profile.channel import UNKNOWN, channel_of, told_channel
from habitue.profile.key import (
    order_key,
    purchase_of_return,
    receipt_of,
    return_key,
)
from habitue.profile.line import lines_of, tender_of, total_of
from habitue.profile.parse import currency_of, first_name, moment, name_of, text
from habitue.profile.rows import SEP, Report


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
    return Told(receipt_of(event, where.source, where.message_id), True, report)


def _refunded(event: Event, where: Where) -> Told | None:
    return _return(event, where, "refunded")


def _received(event: Event, where: Where) -> Told | None:
    return _return(event, where, "received")


def _return(event: Event, where: Where, word: str) -> Told:
    told = event.properties
    report = _report(event, where, status=_status(told) or word)
    report.channel = _known(channel_of(event))
    report.link = purchase_of_return(told, where.source)
    report.whole = report.total is None and not report.lines
    own = first_name(told, "return_id", "refund_id", "receipt_id")
    if not own and report.whole and report.link:
        # A refund of everything happens once, whoever tells of it.
        return Told(return_key("", report.link), True, report)
    own = own or f"@{where.message_id}"
    return Told(return_key(where.source.name, own), True, report)


def _exchanged(event: Event, where: Where) -> Told | None:
    told = event.properties
    lines = told.get("returned_products", told.get("products"))
    report = _report(event, where, status="exchanged", products=lines)
    report.channel = _known(channel_of(event))
    report.link = purchase_of_return(told, where.source)
    own = first_name(told, "exchange_id", "return_id") or SEP.join(
        (text(told.get("order_id")), text(told.get("new_order_id")))
    )
    return Told(return_key(where.source.name, f"x:{own}"), True, report)


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
    lines = lines_of(told.get("products") if products is None else products, currency)
    report.lines = lines or None
    report.total = total_of(told, currency, lines)
    if report.total is not None or lines:
        report.currency = currency
    report.store = text(told.get("store_id")) or None
    report.till = first_name(told, "till_id", "till", "register_id") or None
    report.cashier = first_name(told, "cashier_id", "cashier") or None
    report.tender = tender_of(told)
    return report
