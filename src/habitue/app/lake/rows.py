"""From an event to the rows of the analytic copy."""

from typing import Any

from habitue.app.lake.coming import came_of, device_of
from habitue.app.lake.saying import said_in
from habitue.model.event import Event
from habitue.model.record import Record
from habitue.model.source import Source
from habitue.profile.channel import channel_of
from habitue.profile.report import PURCHASE_EVENTS, Where, report_of
from habitue.profile.rows import SEP

_NO_REPORT: tuple[str | None, str | None] = (None, None)


class Rows:
    """Makes rows, and keeps those that were not packed yet."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []
        self.lines: list[tuple[Any, ...]] = []

    def add(
        self, record: Record, event: Event, strand: int | None, source: Source
    ) -> None:
        """Add the rows of an event; strand: None where it counts for nothing."""
        offset = record.offset
        store, currency, total, properties, lines = said_in(event.properties)
        for line in lines:
            self.lines.append((offset, *line))
        reported = _NO_REPORT
        if event.name in PURCHASE_EVENTS:
            reported = _object(record, event, source)
        # A row in the order of habitue.lake.rows.EventRow, whose name would cost a
        # microsecond.
        self.events.append(
            (
                offset,
                event.at_us,
                record.received_us,
                strand,
                event.type,
                event.name,
                record.source,
                store,
                channel_of(event),
                event.historical,
                _mark(event),
                event.verified,
                *reported,
                currency,
                total,
                properties,
                came_of(event),
                device_of(event),
            )
        )


def _mark(event: Event) -> str | None:
    # Whether its import is undone may change; that it counts for nothing, strand says.
    return event.marked if event.marked not in {"", "undone"} else None


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
