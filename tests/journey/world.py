"""Rows of a made-up shop in an analytic copy, and what a query says of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from habitue.backends.duckdb.lake import DuckLake, Limits
from habitue.journey.asking import Asked, query
from habitue.lake.port import Question, Seal, Tail
from habitue.lake.rows import EventRow, HoldingRow, LineRow

DAY_US = 86_400_000_000
HOUR_US = DAY_US // 24
MINUTE_US = HOUR_US // 60
# A Monday in March, at midnight UTC.
START_US = 1_772_409_600_000_000
END_US = START_US + 365 * DAY_US


class World:
    """Gathers events and their lines; each person is a strand of their own."""

    def __init__(self) -> None:
        self.events: list[EventRow] = []
        self.lines: list[LineRow] = []
        self.people: set[int] = set()
        # Who holds a strand that is not a person of its own.
        self.holders: dict[int, int] = {}

    def add(
        self,
        person: int,
        at_us: int,
        name: str,
        contact: str = "web",
        *,
        goods: Sequence[tuple[str, str, str, int]] = (),
        **fields: Any,
    ) -> EventRow:
        """Add an event; goods: product, category, brand and amount of its lines.

        person: 0 of nobody.
        """
        offset = len(self.events) + 1
        told = {
            "type": "track",
            "source": "shop",
            "store": None,
            "historical": False,
            "marked": None,
            "verified": True,
            "object": None,
            "status": None,
            "currency": None,
            "amount_minor": None,
            "properties": "{}",
            **fields,
        }
        row = EventRow(
            log_offset=offset,
            happened_at=at_us,
            received_at=at_us,
            strand=person,
            name=name,
            channel=contact,
            **told,
        )
        self.events.append(row)
        self.lines += [
            LineRow(offset, at, product, "", category, brand, None, 1000, amount, "EUR")
            for at, (product, category, brand, amount) in enumerate(goods)
        ]
        if person:
            self.people.add(person)
        return row

    def buy(
        self,
        person: int,
        at_us: int,
        amount: int,
        *,
        store: str | None = None,
        goods: Sequence[tuple[str, str, str, int]] = (),
        name: str = "",
        **fields: Any,
    ) -> str:
        """Add an order, or where a store is named a receipt; give its key."""
        count = len(self.events) + 1
        sort, event = ("r", "Receipt Issued") if store else ("o", "Order Completed")
        key = name or f"{sort}/shop/{count}"
        self.add(
            person,
            at_us,
            event,
            "pos" if store else "unknown",
            goods=goods,
            object=key,
            store=store,
            amount_minor=amount,
            currency="EUR",
            **fields,
        )
        return key

    def asked(self, folder: Path) -> "Told":
        """Seal what was gathered into a copy, to be asked."""
        return Told(folder, self)


class Told:
    """An analytic copy of a world."""

    def __init__(self, folder: Path, world: World) -> None:
        limits = Limits(1024, 60, 256)
        self.lake = DuckLake(folder / "lake.duckdb", folder / "lake", limits)
        self.lake.open()
        held = [
            HoldingRow(one, None, None, world.holders.get(one, one))
            for one in sorted(world.people)
        ]
        self.lake.seal(
            Seal(
                Tail(
                    len(world.events),
                    (self.lake.pack("event", world.events),),
                    (self.lake.pack("line", world.lines),),
                    tuple(sorted(world.people)),
                    (self.lake.pack("holding", held),),
                )
            )
        )

    def rows(
        self, asked: Asked, last: str, tables: dict[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """Answer a last SELECT over the named tables."""
        made = query(asked, last)
        asking = self.lake.begin(Tail(self.lake.offset))
        try:
            found = asking.answer(
                Question(
                    sql=made.sql,
                    values=made.values,
                    tables=tables or {},
                    rows_max=1_000_000,
                    trusted=True,
                )
            )
        finally:
            asking.close()
        rows: list[dict[str, Any]] = found.table.to_pylist()
        return rows

    def close(self) -> None:
        self.lake.close()
