"""What a change of identity folds anew, and what is nobody's and taken back."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from habitue.app.projection.evidence import event_of
from habitue.base.errors import StorageError
from habitue.base.steps import Steps
from habitue.catalog.parse import Where
from habitue.identity.placement import Placement
from habitue.model.event import Event
from habitue.model.evidence import Key
from habitue.model.record import Record
from habitue.profile.counts import counts
from habitue.profile.rows import NOBODY

if TYPE_CHECKING:
    from habitue.app.projection.fold import Fold

# What no record is to blame for: going on would leave it out of state for good.
OURS_NOT_ITS = (StorageError, OSError, MemoryError)


def where_of(record: Record) -> Where:
    """Say where in the log a record stands, and who told it."""
    return Where(
        record.source, record.message_id or "", record.offset, record.received_us
    )


class Refolding:
    """Takes strands out of a fold, and events into the strands they belong to now."""

    def __init__(self, fold: "Fold") -> None:
        self._fold = fold

    def turn_nobody(self, placement: Placement) -> None:
        """Take an item of nobody out of state, or into it again."""
        if placement.nobody is not None:
            self.fold_again(placement.nobody, NOBODY)
        if placement.withdrawn is None:
            return
        for offset in self.withdraw(placement.withdrawn):
            self.fold_again(offset, NOBODY)

    def withdraw(self, offset: int) -> list[int]:
        """Take out what nobody's item told; give those to be folded anew for it."""
        self.move(offset, None)
        record = self._fold.record_at(offset)
        event = None if record is None else event_of(record)
        if record is None or event is None:
            return []
        where = where_of(record)
        return [
            *self._fold.profiles.withdraw(event, **where._asdict()),
            *self._fold.catalog.withdraw(event, where),
        ]

    def refold(self, placement: Placement) -> Steps[bool]:
        """Fold anew what a change asks for; say if that takes it in too."""
        for strand in placement.gone:
            self.drop(strand)
            yield
        for no in placement.refold:
            yield from self._refold(no)
        for strand in placement.anew:
            # It may be of no item that counts.
            yield
            for _, offset in self._fold.identity.items_in(strand):
                self.fold_again(offset, strand)
                yield
        return placement.takes_in

    def _refold(self, no: int) -> Steps[None]:
        """Fold anew what an identifier decides, into the strands it has now."""
        identity = self._fold.identity
        for strand in identity.each_strand(no):
            self.drop(strand)
            yield
        for at_us, offset in self.items(no):
            self.fold_again(offset, identity.strand_at(no, at_us, offset))
            yield

    def place(self, record: Record, event: Event, strand: int | None) -> None:
        """Say where an event is that was taken in anew: its strand, or nobody's."""
        key = Key(record.source, record.message_id or "")
        if strand is None and not event.identifiers and counts(event):
            # It may have been retracted before it came.
            strand = None if self._fold.identity.is_retracted(key) else NOBODY
        self.move(record.offset, strand)

    def move(self, offset: int, strand: int | None) -> None:
        if self._fold.moves is not None:
            self._fold.moves.place(offset, strand)

    def drop(self, strand: int) -> None:
        """Forget all that was folded into a strand, whichever table it lies in."""
        if self._fold.moves is not None:
            self._fold.moves.drop(strand, self._fold.now)
        self._fold.store.strands.drop(strand)
        if self._fold.segments.on:
            self._fold.segments.dropped(strand)

    def fold_again(self, offset: int, at: int) -> None:
        record = self._fold.record_at(offset)
        event = None if record is None else event_of(record)
        if record is None or event is None:
            return
        self.move(offset, at)
        # One that can't be folded must not take those behind it along.
        try:
            self._fold.taking.fold(record, event, at, again=True)
        except OURS_NOT_ITS:
            raise
        except Exception as error:  # noqa: BLE001 - kept and shown, as in apply
            self._fold.fault(record.offset, error)

    def items(self, no: int) -> Iterator[tuple[int, int]]:
        """Give (at_us, offset) of all items that an identifier decides, in order."""
        low = (0, 0)
        while True:
            page = self._fold.identity.items(no, low=low, limit=1000)
            yield from page
            if len(page) < 1000:
                return
            low = (page[-1][0], page[-1][1] + 1)
