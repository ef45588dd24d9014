"""What came since the last seal of the copy: events, people, what was bought."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from habitue.app.lake.known import PersonRows, PurchaseRows
from habitue.app.lake.rows import Rows
from habitue.identity.moved import Held
from habitue.identity.resolve import Resolver
from habitue.lake.port import Bought, Known, Lake, Packed, Sort, Tail
from habitue.lake.rows import HoldingRow
from habitue.model.event import Event
from habitue.model.record import Record
from habitue.model.source import Source

# Rows are packed so many at a time: it takes the loop half a millisecond.
PACK_ROWS = 400
# More than this wait for no seal: they are read from the log again.
ROWS_MAX = 600_000


class Cut(NamedTuple):
    """A tail whose rows of people are still to be packed, which a thread does."""

    offset: int
    events: tuple[Packed, ...]
    lines: tuple[Packed, ...]
    held: dict[int, tuple[HoldingRow, ...]]
    known: dict[int, PersonRows]
    bought: dict[str, PurchaseRows]

    def pack(self, lake: Lake) -> Tail:
        """Pack it, a little at a time: other threads have their turn between."""
        known, bought = self.known.values(), self.bought.values()
        return Tail(
            self.offset,
            self.events,
            self.lines,
            tuple(self.held),
            _packed(lake, "holding", self.held.values()),
            Known(
                tuple(self.known),
                _packed(lake, "fact", (one.facts for one in known)),
                _packed(lake, "allowed", (one.allowed for one in known)),
            ),
            Bought(
                tuple(self.bought),
                _packed(lake, "purchase", (one.purchases for one in bought)),
                _packed(lake, "bought", (one.lines for one in bought)),
            ),
        )


def _packed(
    lake: Lake, sort: Sort, told: Iterable[tuple[tuple[Any, ...], ...]]
) -> tuple[Packed, ...]:
    rows = [row for each in told for row in each]
    return tuple(
        lake.pack(sort, rows[at : at + PACK_ROWS])
        for at in range(0, len(rows), PACK_ROWS)
    )


class LakeTail:
    """Gathers rows on the loop, and what is known of people who have changed."""

    def __init__(self, lake: Callable[[], Lake], identity: Resolver) -> None:
        """lake: gives the copy, which is open by the time that rows come."""
        self._lake = lake
        self._identity = identity
        self.clear()

    def clear(self) -> None:
        """Forget all of it: it was sealed, or is read from the log again."""
        self._rows = Rows()
        self._events: list[Packed] = []
        self._lines: list[Packed] = []
        self._held: dict[int, tuple[HoldingRow, ...]] = {}
        self._known: dict[int, PersonRows] = {}
        self._bought: dict[str, PurchaseRows] = {}
        self.rows = 0

    @property
    def is_empty(self) -> bool:
        return not (self.rows or self.people)

    @property
    def people(self) -> int:
        """Count the people and purchases of which there are new rows."""
        return len(self._held) + len(self._known) + len(self._bought)

    def add(
        self, record: Record, event: Event, strand: int | None, source: Source
    ) -> None:
        """Add an event that has just been applied, or read."""
        self._rows.add(record, event, strand, source)
        self.rows += 1
        if len(self._rows.events) >= PACK_ROWS or len(self._rows.lines) >= PACK_ROWS:
            self.pack()

    def pack(self) -> None:
        """Pack the rows of events that are not yet."""
        rows, self._rows = self._rows, Rows()
        if rows.events:
            self._events.append(self._lake().pack("event", rows.events))
        if rows.lines:
            self._lines.append(self._lake().pack("line", rows.lines))

    def hold(self, held: Held) -> None:
        """Note what somebody holds now; what is noted of them before is no more."""
        person_id, strands = held
        self._held[person_id] = tuple(
            HoldingRow(
                strand, *self._identity.bounds_us(strand), person_id, self._kind(strand)
            )
            for strand in strands
        )

    def _kind(self, strand: int) -> str:
        found = self._identity.identifier(self._identity.number_at(strand))
        return "" if found is None else found.kind

    def know(self, person_id: int, rows: PersonRows) -> None:
        """Note what is known of somebody now."""
        self._known[person_id] = rows

    def buy(self, key: str, rows: PurchaseRows) -> None:
        """Note what an order, a receipt or a return is now."""
        self._bought[key] = rows

    def cut(self, offset: int) -> Cut:
        """Give all of it as it stands at an offset; it stays here."""
        self.pack()
        return Cut(
            offset,
            tuple(self._events),
            tuple(self._lines),
            dict(self._held),
            dict(self._known),
            dict(self._bought),
        )
