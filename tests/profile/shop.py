"""A shop to test with: its sources, its events, and ways to fold them."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from habitue.base.clock import DAY_US, HOUR_US
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.profile import Profile
from habitue.model.source import Source, Writer
from habitue.profile.fold import Profiles
from habitue.profile.point import Item
from habitue.profile.port import MemoryTables

NOON_US = 1_740_830_400_000_000  # 2025-03-01T12:00:00Z
LATER_US = NOON_US + 400 * DAY_US

SOURCES = {
    "web": Source(name="web", kind=Writer.PUBLIC, priority=100),
    "app": Source(name="app", kind=Writer.PUBLIC, priority=100, trust_orders=True),
    "erp": Source(name="erp", priority=10),
    "crm": Source(name="crm", priority=50),
    "till": Source(name="till", priority=20, time_zone="Europe/London"),
    "demo": Source(name="demo", simulated=True),
}


class Sources(dict[str, Source]):
    """Sources by name, as a function."""

    def __call__(self, name: str) -> Source:
        return self[name]


def sources(**changed: Source) -> Sources:
    return Sources(SOURCES | changed)


def names(*told: str) -> tuple[Identifier, ...]:
    return tuple(Identifier(*each.split(":", 1)) for each in told)


def item(
    name: str = "Product Viewed",
    *,
    at: float = 0,
    source: str = "erp",
    who: Sequence[str] = ("user_id:u1",),
    message_id: str = "",
    verified: bool | None = None,
    traits: dict[str, Any] | None = None,
    context: dict[str, Any] | None = None,
    offset: int = 1,
    received: float | None = None,
    kind: str = "track",
    **properties: Any,
) -> Item:
    """Make an item; at and received are in hours after noon of 1 March 2025."""
    at_us = NOON_US + round(at * HOUR_US)
    event = Event(
        type=kind,
        name=name if kind == "track" else kind.title(),
        at_us=at_us,
        identifiers=names(*who),
        verified=SOURCES[source].kind is not Writer.PUBLIC
        if verified is None
        else verified,
        properties=properties,
        traits=traits or {},
        context=context or {},
    )
    message_id = message_id or f"{name}-{at}-{offset}"
    received_us = at_us if received is None else NOON_US + round(received * HOUR_US)
    return Item(event, source, message_id, offset, received_us)


def line(product: str, quantity: float = 1, price: Any = "10.00", **more: Any) -> Any:
    return {"product_id": product, "quantity": quantity, "price": price, **more}


def order(order_id: str = "o1", total: Any = "30.00", **more: Any) -> Item:
    return item(
        **{
            "name": "Order Completed",
            "order_id": order_id,
            "total": total,
            "currency": "GBP",
            **more,
        }
    )


def receipt(receipt_id: str = "r1", total: Any = "20.00", **more: Any) -> Item:
    return item(
        **{
            "name": "Receipt Issued",
            "source": "till",
            "receipt_id": receipt_id,
            "total": total,
            "currency": "GBP",
            "store_id": "harbour",
            **more,
        }
    )


class Shop:
    """Profiles in memory, with the items folded into strands."""

    def __init__(self, **changed: Source) -> None:
        self.sources = sources(**changed)
        self.tables = MemoryTables()
        self.profiles = Profiles(self.tables, self.sources)

    def fold(self, *items: Item, strand: int = 1) -> "Shop":
        for each in items:
            self.profiles.fold(
                each.event,
                source=each.source,
                message_id=each.message_id,
                offset=each.offset,
                received_us=each.received_us,
                strand=strand,
            )
        return self

    def withdraw(self, item: Item, placed: Sequence[tuple[Item, int]]) -> None:
        """Take an item of nobody out, as the projector does; placed are all items."""
        others = self.profiles.withdraw(
            item.event,
            source=item.source,
            message_id=item.message_id,
            offset=item.offset,
            received_us=item.received_us,
        )
        for each, strand in placed:
            if strand == 0 and each.offset in others:
                self.fold(each, strand=0)

    def read(self, *strands: int) -> Profile:
        return self.profiles.read(strands or (1,), LATER_US)

    def value(self, name: str, *strands: int) -> Any:
        return self.read(*strands).value(name)

    def dump(self) -> bytes:
        """Write all rows in their one canonical form."""
        encode = msgspec.msgpack.Encoder(order="deterministic").encode
        return b"".join(
            encode((name, key, row))
            for name, table in sorted(self.tables.rows.items())
            for key, row in sorted(table.items())
        )


def shop(*items: Item, strand: int = 1) -> Shop:
    return Shop().fold(*items, strand=strand)


def spread(items: Iterable[tuple[Item, int]]) -> Shop:
    """Fold items into the strands given with them."""
    made = Shop()
    for each, strand in items:
        made.fold(each, strand=strand)
    return made


def money(made, *strands, currency="GBP"):
    sums = (made.value("revenue", *strands) or {}).get(currency)
    return sums and (sums["gross"], sums["returns"], sums["net"])


def only(made, *strands):
    (purchase,) = made.read(*strands).purchases
    return purchase


def back(at=5, **more):
    return item(
        **{"name": "Return Received", "at": at, "source": "till", "offset": 90, **more}
    )
