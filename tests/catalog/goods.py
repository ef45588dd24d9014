"""A log of what a shop tells of its goods, with its fold; ways to tell and to ask."""

from pathlib import Path
from typing import Any

import msgspec

from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import open_fold
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import DAY_US
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.record import Record

NOON_US = 1_772_366_400_000_000  # 2026-03-01T12:00:00Z
_encode = msgspec.json.Encoder().encode


class Goods:
    """A real log and fold; every event is told at the time of its receipt."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.truth = SqliteTruth(folder / "truth.db")
        self.state = SqliteState(folder / "state.db")
        self.fold: Fold = open_fold(self.truth, self.state, 100_000)
        self._told = 0

    @property
    def catalog(self) -> Any:
        return self.fold.catalog

    def tell(self, *entries: Entry, day: float = 400) -> None:
        """Store entries, received so many days after noon, and fold them."""
        start = self.truth.head()
        self.truth.commit(list(entries), NOON_US + int(day * DAY_US))
        for record in self.truth.read(start, 10_000):
            self.fold.apply(record)

    def due(self) -> list[Event]:
        return [
            msgspec.json.decode(body, type=Event)
            for _, body in self.catalog.alerts.outbox.due(1_000)
        ]

    def append_due(self, day: float = 400) -> int:
        """Do what the leader does; give how many events there were."""
        due = self.catalog.alerts.outbox.due(1_000)
        self.tell(
            *(
                Entry(source="catalog", message_id=name, body=body)
                for name, body in due
            ),
            day=day,
        )
        return len(due)

    def records(self, name: str) -> list[Record]:
        return [
            record
            for record in self.truth.read(0, 100_000)
            if record.body and msgspec.json.decode(record.body).get("name") == name
        ]

    def dump(self, *tables: str) -> list[bytes]:
        """Give the state, or some tables of it, in canonical form."""
        rows = list(self.fold.store.dump())
        if not tables:
            return rows
        return [row for row in rows if msgspec.msgpack.decode(row)[0] in tables]

    def close(self) -> None:
        self.truth.close()
        self.state.close()


def told(
    what: str,
    day: float,
    /,
    *,
    source: str = "erp",
    message_id: str = "",
    identifiers: tuple[Any, ...] = (),
    writer: str = "server",
    historical: bool = False,
    **properties: Any,
) -> Entry:
    """Make the entry of an event so many days after noon of 1 March 2026."""
    event = Event(
        type="track",
        name=what,
        at_us=NOON_US + int(day * DAY_US),
        identifiers=identifiers,
        writer=writer,  # type: ignore[arg-type]
        historical=historical,
        properties=properties,
    )
    event = msgspec.json.decode(_encode(event), type=Event)
    return Entry(
        source=source,
        message_id=message_id or f"{what}/{day}/{sorted(properties.items())}",
        body=_encode(event),
    )


def price(day: float, amount: object, product: str = "A1", **more: Any) -> Entry:
    told_of = {"currency": "PLN", **more}
    return told("Price Changed", day, product_id=product, price=amount, **told_of)


def stock(day: float, quantity: object, product: str = "A1", **more: Any) -> Entry:
    return told("Stock Changed", day, product_id=product, quantity=quantity, **more)


def at(day: float) -> int:
    return NOON_US + int(day * DAY_US)
