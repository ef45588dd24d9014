"""From an event to the rows of the analytic copy."""

from typing import Any

import msgspec

from habitue.app.lake.coming import came_of, device_of
from habitue.lake.plain import plain
from habitue.model.event import Event
from habitue.model.record import Record
from habitue.model.source import Source
from habitue.profile.channel import channel_of
from habitue.profile.line import lines_of, total_of
from habitue.profile.parse import NO_CURRENCY, currency_of, first_name, minor, text
from habitue.profile.report import PURCHASE_EVENTS, Where, report_of
from habitue.profile.rows import LINES_MAX, SEP
from habitue.profile.rows import LineRow as Line

_encode = msgspec.json.Encoder().encode
_NOTHING = "{}"
GOODS = "products"
# The price of a piece in minor units, and the line.
_Told = tuple[int | None, Line]
# The currency and the total in minor units.
_Money = tuple[str | None, int | None]
_NO_MONEY: _Money = (None, None)
_NO_REPORT: tuple[str | None, str | None] = (None, None)
_TOTALS = frozenset({"total", "revenue", "value"})


class Rows:
    """Makes rows, and keeps those that were not packed yet."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []
        self.lines: list[tuple[Any, ...]] = []

    def add(
        self, record: Record, event: Event, strand: int | None, source: Source
    ) -> None:
        """Add the rows of an event; strand: None where it counts for nothing."""
        told = event.properties
        money, properties = (
            (_NO_MONEY, _NOTHING) if not told else self._told(record, told)
        )
        reported = _NO_REPORT
        if event.name in PURCHASE_EVENTS:
            reported = _object(record, event, source)
        # A row in the order of habitue.lake.rows.EventRow, whose name would cost a
        # microsecond.
        self.events.append(
            (
                record.offset,
                event.at_us,
                record.received_us,
                strand,
                event.type,
                event.name,
                record.source,
                text(told["store_id"]) or None if "store_id" in told else None,
                channel_of(event),
                event.historical,
                _mark(event),
                event.verified,
                *reported,
                *money,
                properties,
                came_of(event),
                device_of(event),
            )
        )

    def _told(self, record: Record, told: dict[str, Any]) -> tuple[_Money, str]:
        """Add the lines of an event; give its currency and total, and properties."""
        currency = NO_CURRENCY
        if "currency" in told:
            currency = currency_of(told["currency"])
        goods, total = told.get(GOODS), None
        listed = isinstance(goods, (list, tuple))
        if listed or not _TOTALS.isdisjoint(told):
            total = total_of(told, currency, lines_of(goods, currency))
        lines = _lines(told, currency)
        if lines:
            self._add_lines(record.offset, lines, currency)
        properties = plain(told, without=GOODS if listed else "")
        money = (None if currency == NO_CURRENCY else currency, total)
        return money, _encode(properties).decode()

    def _add_lines(self, offset: int, lines: list[_Told], currency: str) -> None:
        for number, (price, line) in enumerate(lines):
            item, category, brand, milli, amount = line
            product, _, name = item.partition(SEP)
            self.lines.append(
                (
                    offset,
                    number,
                    product,
                    name,
                    category,
                    brand,
                    price,
                    milli,
                    amount,
                    currency,
                )
            )


def _mark(event: Event) -> str | None:
    # Whether its import is undone may change; that it counts for nothing, strand says.
    return event.marked if event.marked not in {"", "undone"} else None


def properties_of(event: Event) -> str:
    """Give the properties of an event as its row has them, as JSON."""
    told = event.properties
    listed = isinstance(told.get(GOODS), (list, tuple))
    return _encode(plain(told, without=GOODS if listed else "")).decode()


def _lines(told: dict[str, Any], currency: str) -> list[_Told]:
    """Give the lines of an event, or the one product that it is about, with prices."""
    goods = told.get(GOODS, told.get("returned_products"))
    if not isinstance(goods, (list, tuple)):
        if not first_name(told, "product_id", "sku"):
            return []
        goods = (told,)
    return [
        (minor(one.get("price"), currency), line)
        for one in goods[:LINES_MAX]
        if isinstance(one, dict)
        for line in lines_of((one,), currency)
    ]


def _object(
    record: Record, event: Event, source: Source
) -> tuple[str | None, str | None]:
    """Give which order, receipt or return an event reports, and its status."""
    message_id = record.message_id or ""
    told = report_of(
        event, Where(source, message_id, record.offset, record.received_us)
    )
    if told is None:
        return None, None
    return told.key.replace(SEP, "/"), told.report.status
