"""A feed: what an item of it tells as an event, and whether it tells anything new.

A shop's night feed tells all its goods each time. What stands as it is told already is
no event: the item is the report over again that told it last, and so a duplicate.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, Literal

import msgspec

from habitue.base.clock import to_iso
from habitue.catalog.parse import PRODUCT, STORE, Fact, price_of, stock_of, text
from habitue.catalog.read import Reading
from habitue.catalog.rows import DELETED, FIELDS_MAX, Point, ThingRow
from habitue.catalog.versions import version_of

FeedKind = Literal["products", "prices", "stock", "stores"]

# event for what is new, for what is known, for what is gone
_EVENTS: dict[FeedKind, tuple[str, str, str]] = {
    "products": ("Product Created", "Product Updated", "Product Deleted"),
    "stores": ("Store Opened", "Store Updated", "Store Closed"),
    "prices": ("Price Changed",) * 3,
    "stock": ("Stock Changed",) * 3,
}
# Of an item, and no property of the event.
_ENVELOPE = frozenset({"at", "message_id", DELETED, "historical"})
_encode = msgspec.json.Encoder(order="deterministic").encode


class Feed:
    """The items of one request, in order: each as an item of the door."""

    def __init__(
        self,
        reading: Reading,
        kind: FeedKind,
        source: str,
        now_us: int,
        *,
        historical: bool,
    ) -> None:
        self._reading = reading
        self._kind = kind
        self._source = source
        self._now_us = now_us
        self._historical = historical
        self._thing = STORE if kind == "stores" else PRODUCT
        # What earlier items of this request told of a thing, by its name: state knows
        # nothing of it yet.
        self._told: dict[str, list[str]] = {}

    def wire(self, item: dict[str, Any]) -> dict[str, Any]:
        """Give an item as an event on the wire, named by what it tells."""
        name = text(item.get(f"{self._thing}_id"))
        row = self._reading.thing(self._thing, self._source, name)
        told = {key: value for key, value in item.items() if key not in _ENVELOPE}
        found: dict[str, Any] = {
            "type": "track",
            "event": self._event(item, known=row is not None and bool(row.reports)),
            "messageId": text(item.get("message_id"), 1_000)
            or self._message_id(name, row, item, told),
            "properties": told,
        }
        if item.get("at") is not None:
            found["timestamp"] = item["at"]
        elif name in self._told:
            # Of several told at once the last one stands.
            found["timestamp"] = to_iso(self._now_us + len(self._told[name]))
        if self._historical:
            found["context"] = {"historical": True}
        return found

    def same(self, fact: Fact, at_us: int) -> int | None:
        """Give the offset of a report that told all of this already; None if none."""
        if fact.name in self._told:
            return None
        offsets: list[int] = []
        if fact.fields is not None:
            row = self._reading.thing(fact.kind, self._source, fact.name)
            offset = None if row is None else _same_fields(row, fact.fields)
            if offset is None:
                return None
            offsets.append(offset)
        for level, point in self._levels(fact, at_us):
            if point is None or point[4] != level:
                return None
            offsets.append(point[3])
        return offsets[0] if offsets else None

    def take(self, fact: Fact, message_id: str) -> None:
        """Note that an item tells something new of its thing."""
        self._told.setdefault(fact.name, []).append(message_id)

    def _levels(self, fact: Fact, at_us: int) -> Iterator[tuple[int, Point | None]]:
        if fact.price is not None:
            of, amount = fact.price
            yield amount, self._reading.price_point(self._source, fact.name, of, at_us)
        if fact.stock is not None:
            of, amount = fact.stock
            yield amount, self._reading.stock_point(self._source, fact.name, of, at_us)

    def _event(self, item: dict[str, Any], *, known: bool) -> str:
        new, changed, gone = _EVENTS[self._kind]
        if item.get(DELETED) is True:
            return gone
        return changed if known else new

    def _message_id(
        self,
        name: str,
        row: ThingRow | None,
        item: dict[str, Any],
        told: dict[str, Any],
    ) -> str:
        """Name an item by what it tells and when, or else by what it follows.

        Without a time of its own, 80 after 100 and 80 after 90 are two events: the
        report that held before is part of the name.
        """
        follows = None
        if item.get("at") is None:
            follows = self._told.get(name, [])[-1:] or self._before(name, row, told)
        what = [self._kind, told, item.get("at"), item.get(DELETED) is True, follows]
        digest = blake2b(_encode(what), digest_size=12).hexdigest()
        return f"{self._kind}/{name[:60]}/{digest}"

    def _before(
        self, name: str, row: ThingRow | None, told: dict[str, Any]
    ) -> list[Any]:
        price, stock = price_of(told), stock_of(told)
        read, ever = self._reading, 2**62
        points = [
            price and read.price_point(self._source, name, price.of, ever),
            stock and read.stock_point(self._source, name, stock.of, ever),
        ]
        last = max((version_of(one) for one in row.reports), default=()) if row else ()
        return [*last, *(point and point[:3] for point in points)]


def _same_fields(row: ThingRow, fields: dict[str, Any]) -> int | None:
    """Give the offset of the newest report if all fields stand as they are told."""
    held = {name: value for one in row.reports for name, value in one.fields.items()}
    for name, value in fields.items():
        if name not in held and len(held) >= FIELDS_MAX:
            # One of those that are not kept.
            continue
        if held.get(name) != value or type(held.get(name)) is not type(value):
            return None
    return row.reports[-1].offset if row.reports else None
