"""From an event to the rows of the analytic copy."""

from typing import Any

import msgspec

from habitue.lake.plain import plain
from habitue.lake.rows import EventRow, LineRow
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


class Rows:
    """Makes rows, and keeps those that were not packed yet."""

    def __init__(self) -> None:
        self.events: list[EventRow] = []
        self.lines: list[LineRow] = []

    def add(
        self, record: Record, event: Event, strand: int | None, source: Source
    ) -> None:
        """Add the rows of an event; strand: None where it counts for nothing."""
        told = event.properties
        currency = currency_of(told.get("currency")) if told else NO_CURRENCY
        lines = _lines(told, currency) if told else []
        object_key, status = _object(record, event, source)
        self.events.append(
            EventRow(
                record.offset,
                event.at_us,
                record.received_us,
                strand,
                event.type,
                event.name,
                record.source,
                text(told.get("store_id")) or None if told else None,
                channel_of(event),
                event.historical,
                event.marked or None,
                event.verified,
                object_key,
                status,
                None if currency == NO_CURRENCY else currency,
                total_of(told, currency, _bought(told, currency)) if told else None,
                _plain(told),
            )
        )
        if lines:
            self._add_lines(record.offset, lines, currency)

    def _add_lines(self, offset: int, lines: list[_Told], currency: str) -> None:
        for number, (price, line) in enumerate(lines):
            item, category, brand, milli, amount = line
            product, _, name = item.partition(SEP)
            self.lines.append(
                LineRow(
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


def _bought(told: dict[str, Any], currency: str) -> tuple[Line, ...]:
    """Give the lines that add up to a total, where none was told."""
    goods = told.get(GOODS)
    return () if goods is None else lines_of(goods, currency)


def _object(
    record: Record, event: Event, source: Source
) -> tuple[str | None, str | None]:
    """Give which order, receipt or return an event reports, and its status."""
    if event.name not in PURCHASE_EVENTS:
        return None, None
    message_id = record.message_id or ""
    told = report_of(
        event, Where(source, message_id, record.offset, record.received_us)
    )
    if told is None:
        return None, None
    return told.key.replace(SEP, "/"), told.report.status


def _plain(told: dict[str, Any]) -> str:
    if not told:
        return _NOTHING
    # Lists of goods stand in a table of their own.
    without = GOODS if isinstance(told.get(GOODS), (list, tuple)) else ""
    return _encode(plain(told, without=without)).decode()
