"""Reads from the log what the analytic copy lacks, as identity stands now."""

from collections.abc import Sequence

from habitue.app.lake.coming import came_of, device_of
from habitue.app.lake.saying import properties_of
from habitue.app.lake.tail import LakeTail
from habitue.app.projection.evidence import event_of, evidence_in, note_lost
from habitue.app.projection.fold import Fold
from habitue.lake.moves import Moves
from habitue.lake.rows import LeftRow
from habitue.log.port import Truth
from habitue.model.event import Event
from habitue.model.evidence import Key
from habitue.model.record import Record
from habitue.profile.counts import counts
from habitue.profile.rows import NOBODY

# A receipt of many lines takes a tenth of a millisecond.
READ_RECORDS = 15


class LogReading:
    """Makes rows of records that were applied already."""

    def __init__(self, fold: Fold, truth: Truth, tail: LakeTail, moves: Moves) -> None:
        self._fold = fold
        self._truth = truth
        self._tail = tail
        self._moves = moves

    def read(self, at: int) -> int:
        """Read some records behind an offset, none that state is behind of.

        Gives the offset of the last.
        """
        limit = min(READ_RECORDS, self._fold.offset - at)
        for record in self._truth.read(at, limit):
            note_lost(self._moves, record)
            event = self._fold.undone.event(record)
            if event is not None and self._fold.faults.get(record.offset) is None:
                source = self._fold.source(record.source)
                self._tail.add(record, event, self._strand(record, event), source)
            at = record.offset
        return at

    def _strand(self, record: Record, event: Event) -> int | None:
        if not counts(event) or record.message_id is None:
            return None
        key = Key(record.source, record.message_id)
        identity = self._fold.identity
        if not event.identifiers:
            return None if identity.is_retracted(key) else NOBODY
        return identity.strand_of(evidence_in(record, event, key))


def left_of(truth: Truth, expired: Sequence[int]) -> tuple[LeftRow, ...]:
    """Say what rows tell of records that expired: what is carried of them."""
    records = ((offset, truth.get(offset)) for offset in expired)
    told = ((at, None if one is None else event_of(one)) for at, one in records)
    return tuple(
        LeftRow(at, properties_of(one.properties), came_of(one), device_of(one))
        for at, one in told
        if one is not None
    )
