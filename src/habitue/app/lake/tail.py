"""What came since the last seal of the analytic copy: rows, and who holds what."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from habitue.app.lake.rows import Rows
from habitue.identity.moved import Held
from habitue.identity.resolve import Resolver
from habitue.lake.port import Lake, Packed, Tail
from habitue.lake.rows import HoldingRow
from habitue.model.event import Event
from habitue.model.record import Record
from habitue.model.source import Source

# Rows are packed so many at a time: it takes the loop half a millisecond.
PACK_ROWS = 400
# More than this wait for no seal: they are read from the log again.
ROWS_MAX = 600_000


class Cut(NamedTuple):
    """A tail whose holding is still to be packed, which a thread does."""

    offset: int
    events: tuple[Packed, ...]
    lines: tuple[Packed, ...]
    held: tuple[tuple[HoldingRow, ...], ...]
    people: tuple[int, ...]

    def pack(self, lake: Lake) -> Tail:
        """Pack it, a little at a time: other threads have their turn between."""
        rows = [row for held in self.held for row in held]
        packed = [
            lake.pack_holding(rows[at : at + PACK_ROWS])
            for at in range(0, len(rows), PACK_ROWS)
        ]
        return Tail(self.offset, self.events, self.lines, self.people, tuple(packed))


class LakeTail:
    """Gathers rows on the loop, and what people hold who have changed."""

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
        self.rows = 0

    @property
    def is_empty(self) -> bool:
        return not (self.rows or self._held)

    def add(
        self, record: Record, event: Event, strand: int | None, source: Source
    ) -> None:
        """Add an event that has just been applied, or read."""
        self._rows.add(record, event, strand, source)
        self.rows += 1
        if len(self._rows.events) >= PACK_ROWS or len(self._rows.lines) >= PACK_ROWS:
            self.pack()

    def pack(self) -> None:
        """Pack the rows that are not yet."""
        rows, self._rows = self._rows, Rows()
        if rows.events:
            self._events.append(self._lake().pack_events(rows.events))
        if rows.lines:
            self._lines.append(self._lake().pack_lines(rows.lines))

    def hold(self, found: Sequence[Held]) -> None:
        """Note what people hold now; what is noted of them before is no more."""
        for person_id, strands in found:
            self._held[person_id] = tuple(
                HoldingRow(strand, *self._identity.bounds_us(strand), person_id)
                for strand in strands
            )

    def cut(self, offset: int) -> Cut:
        """Give all of it as it stands at an offset; it stays here."""
        self.pack()
        return Cut(
            offset,
            tuple(self._events),
            tuple(self._lines),
            tuple(self._held.values()),
            tuple(self._held),
        )
