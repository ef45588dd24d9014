"""Reads from the log what the analytic copy lacks, as identity stands now."""

from habitue.app.lake.tail import LakeTail
from habitue.app.projection.evidence import erased_in, event_of, evidence_in
from habitue.app.projection.fold import Fold
from habitue.lake.moves import Moves
from habitue.log.port import Truth
from habitue.model.event import Event
from habitue.model.evidence import Key
from habitue.model.record import Record
from habitue.profile.counts import counts
from habitue.profile.rows import NOBODY

READ_RECORDS = 50


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
            self._moves.erase(erased_in(record))
            event = event_of(record)
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
