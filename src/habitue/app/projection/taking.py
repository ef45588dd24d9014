"""What one record changes in the projections: at once, or in steps."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import msgspec
from msgspec import Struct

from habitue.app.projection.defining import take_in
from habitue.app.projection.evidence import evidence_in, evidence_of, note_lost
from habitue.app.projection.refolding import where_of
from habitue.base.steps import Steps
from habitue.identity.placement import Placement, Placing
from habitue.log.port import DefinitionText
from habitue.model.event import Event
from habitue.model.evidence import Judgement, Key
from habitue.model.record import Record, RecordKind
from habitue.profile.counts import counts
from habitue.profile.names import tells_name
from habitue.profile.rows import NOBODY
from habitue.profile.scanned import is_followed

if TYPE_CHECKING:
    from habitue.app.projection.fold import Fold

# What Key(..) does, without the function of Python's own around it: once an event.
_new_key = cast("Callable[[type[Key], tuple[str, str | None]], Key]", tuple.__new__)
_decode_definition = msgspec.json.Decoder(DefinitionText).decode


class Applied(Struct, frozen=True, gc=False):
    """An event that was taken in, and its strand; None if it is nobody's or marked."""

    event: Event
    strand: int | None


# What comes of a record, or the work that leads to it.
Took = Applied | Steps[Applied | None] | None


class Taking:
    """Takes records into the projections of a fold.

    Nearly every one is taken in at once. One that changes who is who may reach very
    many items and people: it is taken in in steps, and state is of no offset until
    the last of them.
    """

    def __init__(self, fold: "Fold") -> None:
        self._fold = fold
        # The offset of the newest definition: what a shop sets, figures go by.
        self.defined = 0

    def take(self, record: Record, event: Event | None) -> Took:
        """Take a record in; give its event, or the steps that are left to be done."""
        fold = self._fold
        if event is None:
            event = fold.undone.event(record)
        elif event.imported:
            event = fold.undone.mark(event, record.offset)
        # What is taken anew waits, or has been answered, as it was.
        if event is not None and not fold.again:
            fold.requests.take(event, record.offset)
        if event is not None and not counts(event):
            fold.marked.keep(event, record.offset)
            return Applied(event, None)
        if event is None or record.message_id is None:
            return self._take_other(record)
        return self._take_event(record, event, record.message_id)

    # -- events ---------------------------------------------------------------

    def _take_event(self, record: Record, event: Event, message_id: str) -> Took:
        identity = self._fold.identity
        key = _new_key(Key, (record.source, message_id))
        strand = identity.go_on(event, key, record.offset)
        if strand is not None:
            self.fold(record, event, strand)
            return self._notice(record, event, strand)
        placing = identity.take(evidence_in(record, event, key))
        if isinstance(placing, Placement) and not placing.moves:
            return self._place(record, event, placing, taken_in=False)
        return self._settle(record, event, placing)

    def _settle(
        self, record: Record, event: Event, placing: Placing
    ) -> Steps[Applied | None]:
        """Take in an event that moves others, or may."""
        if not isinstance(placing, Placement):
            placing = yield from placing
        taken_in = yield from self._fold.refolding.refold(placing)
        return self._place(record, event, placing, taken_in=taken_in)

    def _place(
        self, record: Record, event: Event, placement: Placement, *, taken_in: bool
    ) -> Applied:
        if placement.strand is None:
            # Nobody's, but its money is the shop's all the same.
            if placement.nobody is not None:
                self.fold(record, event, NOBODY)
            else:
                self._fold.refolding.move(record.offset, None)
        elif not taken_in:
            self.fold(record, event, placement.strand)
        return self._notice(record, event, placement.strand)

    def _notice(self, record: Record, event: Event, strand: int | None) -> Applied:
        """Keep what else an event tells: a name, a click that may be a scanner's."""
        fold = self._fold
        if event.traits and tells_name(event.traits):
            fold.named.keep(event)
        if is_followed(event):
            fold.scans.take(event, record)
            if fold.segments.on and not fold.again:
                fold.segments.hold(record, event, strand)
        return Applied(event, strand)

    def fold(
        self, record: Record, event: Event, at: int, *, again: bool = False
    ) -> None:
        """Fold an event into the strand it belongs to; NOBODY if it names nobody.

        again: it was folded before, and nothing is told on of it.
        """
        fold = self._fold
        fold.profiles.fold(
            event,
            source=record.source,
            message_id=record.message_id or "",
            offset=record.offset,
            received_us=record.received_us,
            strand=at,
        )
        if at == NOBODY:
            # What is told of goods names nobody.
            again = again or fold.again
            fold.catalog.fold(event, where_of(record), again=again)
            if fold.segments.on:
                fold.segments.take_nobodys(record, event)
            return
        if fold.segments.on:
            fold.segments.take(record, event, at, fold.now_us)
        if fold.waits:
            fold.dues.take(event, at, record.received_us)

    # -- others ---------------------------------------------------------------

    def _take_other(self, record: Record) -> Steps[None] | None:
        fold = self._fold
        if record.kind is RecordKind.JUDGEMENT:
            judgement = evidence_of(record)
            return self._rule(judgement) if isinstance(judgement, Judgement) else None
        if record.kind is RecordKind.DEFINITION and record.body is not None:
            take_in(fold, _decode_definition(record.body), record)
            self.defined = max(self.defined, record.offset)
        elif record.kind is RecordKind.ERASED and fold.moves is not None:
            note_lost(fold.moves, record)
        elif record.kind is RecordKind.AUDIT:
            fold.audited.put(0, record.received_us, record.offset, 0)
        return None

    def _rule(self, judgement: Judgement) -> Steps[None]:
        """Take in a judgement on who is who, or on a record."""
        fold = self._fold
        placing = fold.identity.rule(judgement)
        if not isinstance(placing, Placement):
            placing = yield from placing
        yield from fold.refolding.refold(placing)
        fold.refolding.turn_nobody(placing)
        if judgement.target is not None:
            fold.scans.rule(judgement, fold.find(judgement.target))
