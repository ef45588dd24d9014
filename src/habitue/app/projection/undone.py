"""Which imports are undone: what came with them is marked, and counts for nothing."""

from msgspec.structs import replace

from habitue.app.projection.evidence import event_of, evidence_in, evidence_of
from habitue.catalog.parse import FACTS
from habitue.model.event import Event
from habitue.model.evidence import Evidence, Judgement, Key
from habitue.model.record import Record, RecordKind
from habitue.profile.counts import counts
from habitue.state.port import TableSpec
from habitue.state.store import Store

# By import: the last record that is undone. A large one is undone bit by bit.
UNDONE = TableSpec(name="undone", key=str, value=int)


class Undone:
    """Reads what records tell, as long as their import is not undone."""

    def __init__(self, store: Store) -> None:
        """Make the table in a store that is not open yet."""
        self._table = store.table(UNDONE)

    def until(self, import_id: str) -> int:
        """Give the last record of an import that is undone; 0 if none is."""
        return self._table.get(import_id) or 0

    def put(self, import_id: str, until: int) -> None:
        """Go by another last record from here on; 0: nothing of it is undone."""
        if until:
            self._table.put(import_id, until)
        elif self._table.get(import_id) is not None:
            self._table.delete(import_id)

    def mark(self, event: Event, offset: int) -> Event:
        """Give an event marked if it came with what is undone, else as it is."""
        if not event.imported or event.name in FACTS:
            # What is told of goods is the catalogue's, and a later report mends it.
            return event
        if offset <= self.until(event.imported):
            return replace(event, marked="undone")
        return event

    def event(self, record: Record) -> Event | None:
        """Give the event that a record tells, marked if it is undone."""
        event = event_of(record)
        return None if event is None else self.mark(event, record.offset)

    def evidence(self, record: Record) -> Evidence | Judgement | None:
        """Give what a record says about who is who; None where that does not count."""
        if record.kind is not RecordKind.EVENT:
            return evidence_of(record)
        event = None if record.message_id is None else self.event(record)
        if event is None or not counts(event):
            return None
        return evidence_in(record, event, Key(record.source, record.message_id or ""))
