"""An event as the API and the page show it."""

from typing import Any

from habitue.base.clock import to_iso
from habitue.base.money import plain_money
from habitue.model.event import Event
from habitue.model.record import Record
from habitue.model.source import Source
from habitue.profile.line import sum_of

View = dict[str, Any]

# What says most about an event, in this order; the first that is told is shown.
_TELLING = (
    *("query", "name", "product_name", "title", "purpose", "reason", "status"),
    *("url", "path"),
)


def event_view(record: Record, event: Event, source: Source) -> View:
    """Give an event with all that its source told."""
    return {
        "offset": record.offset,
        "at": to_iso(event.at_us),
        "received_at": to_iso(record.received_us),
        "time_rule": event.time_rule,
        "type": event.type,
        "name": event.name or event.type,
        "source": record.source,
        "message_id": record.message_id,
        "simulated": source.simulated,
        "historical": event.historical,
        # bot, scanner, staff or undone: it counts for nothing.
        "marked": event.marked or None,
        "import_id": event.imported or None,
        "breaches": list(event.breaches),
        "verified": event.verified,
        "writer": event.writer,
        "summary": summary(event),
        "identifiers": [str(identifier) for identifier in event.identifiers],
        "unused": [
            {"kind": one.kind, "value": one.value, "reason": one.reason}
            for one in event.unused
        ],
        "properties": event.properties,
        "traits": event.traits,
    }


def summary(event: Event) -> str:
    """Say in a few words what an event is about; empty if it tells nothing.

    >>> from habitue.model.event import Event
    >>> summary(Event(type="track", name="X", at_us=0,
    ...               properties={"total": "29.35", "currency": "GBP"}))
    '29.35 GBP'
    """
    told = event.properties
    found = sum_of(told)
    parts = [] if found is None else [plain_money(*found)]
    products = told.get("products")
    if isinstance(products, list) and products:
        parts.append(f"{len(products)} lines" if len(products) > 1 else "1 line")
    for name in _TELLING:
        value = told.get(name)
        if isinstance(value, str) and value:
            parts.append(value[:200])
            break
    if not parts and event.traits:
        parts.append(", ".join(sorted(event.traits)[:8]))
    return " · ".join(parts)
