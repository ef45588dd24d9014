"""state = fold(log): one record after another through identity and profile."""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import cast

import msgspec
from msgspec import Struct

from habitue.app.projection.defining import take_in
from habitue.app.projection.due import WAITERS, Dues
from habitue.app.projection.evidence import (
    evidence_in,
    evidence_of,
    note_lost,
)
from habitue.app.projection.forgetting import named_by
from habitue.app.projection.marked import Marked
from habitue.app.projection.named import Named
from habitue.app.projection.refolding import OURS_NOT_ITS, Refolding, where_of
from habitue.app.projection.scans import Scans
from habitue.app.projection.segmenting import Segmenting
from habitue.app.projection.source_history import SourceHistory
from habitue.app.projection.undone import Undone
from habitue.base.days import Days
from habitue.base.trail import trail
from habitue.catalog.fold import Catalog
from habitue.identity.resolve import Placement, Resolver
from habitue.lake.moves import Moves
from habitue.log.port import DefinitionText, Truth
from habitue.model.event import Event
from habitue.model.evidence import Evidence, Judgement, Key
from habitue.model.kind import KindPolicy
from habitue.model.record import Record, RecordKind
from habitue.model.source import Source
from habitue.privacy.requested import Requests
from habitue.profile.counts import counts
from habitue.profile.fold import Profiles
from habitue.profile.names import Names, tells_name
from habitue.profile.rows import NOBODY
from habitue.profile.scanned import is_followed
from habitue.state.port import IndexSpec, TableSpec
from habitue.state.store import Store

# Raise it whenever the shape or the meaning of state changes: state is then rebuilt.
STAMP = "habitue-state-12"

SOURCES = TableSpec(name="source", key=str, value=Source)
FAULTS = TableSpec(name="fault", key=int, value=str)
# Where in the log the audit lies, in order of time; all of it in one part.
AUDITED = IndexSpec(name="audit")

# What Key(..) does, without the function of Python's own around it: once an event.
_new_key = cast("Callable[[type[Key], tuple[str, str | None]], Key]", tuple.__new__)
_log = logging.getLogger("habitue.fold")
_decode_definition = msgspec.json.Decoder(DefinitionText).decode


class Applied(Struct, frozen=True, gc=False):
    """An event that was taken in, and its strand; None if it is nobody's or marked."""

    event: Event
    strand: int | None


def strand_of(applied: Applied) -> int | None:
    """Give the strand an event counts in; NOBODY where it names nobody."""
    if applied.strand is None and not applied.event.identifiers:
        return NOBODY if counts(applied.event) else None
    return applied.strand


class Fold:
    """The projections, and the one way a record changes them."""

    def __init__(
        self,
        store: Store,
        policy: KindPolicy,
        truth: Truth,
        zone: str = "UTC",
    ) -> None:
        """zone: the shop's, in which conditions read dates and days are summed up."""
        self.zone = zone
        self.store = store
        self.truth = truth
        # Records that can be read for a while yet, and are forgotten.
        self._forgotten: set[int] | None = None
        self._sources = store.table(SOURCES)
        self.faults = store.table(FAULTS)
        self.undone = Undone(store)
        self.identity = Resolver(store, policy, self._evidence_at, self._find)
        self.profiles = Profiles(
            store,
            self.source,
            self.identity.devices,
            then=self._source_then,
            days=Days(zone),
        )
        self.catalog = Catalog(store, self.source)
        self.marked = Marked(store, self.identity)
        self.scans = Scans(store, self.identity, self.record_at)
        self.requests = Requests(store)
        self.names = Names(store)
        self.named = Named(self.names, self.identity)
        self.refolding = Refolding(self)
        self.audited = store.index(AUDITED)
        # How many records were found that can't be folded.
        self.faulted = 0
        # What is folded anew, for whoever keeps a copy of whose each event is.
        self.moves: Moves | None = None
        self.dues = Dues(store)
        self.waits = bool(WAITERS)
        self.segments = Segmenting(self, zone)
        self.offset = 0
        self._now = self._now_us = 0
        # The objects that a source's new definition concerns, while they are weighed.
        self.weighing: Iterator[int] | None = None
        # While records are folded again of which some were forgotten.
        self._history: SourceHistory | None = None
        # Something was forgotten that files may hold still; who cleans them unsets it.
        self.forgot = False

    def record_at(self, offset: int) -> Record | None:
        """Read a record; None if there is none, or state has forgotten it."""
        if self._forgotten is None:
            self._forgotten = set(named_by(self.truth, self.offset))
        return None if offset in self._forgotten else self.truth.get(offset)

    def forget(self, offsets: Collection[int]) -> None:
        """Read some records no more, from here on; what they told is out of state.

        Files may hold it still: the next snapshot cleans them.
        """
        self._forgotten = {*(self._forgotten or ()), *offsets}
        if self.moves is not None:
            self.moves.erase(offsets)
        self.forgot = True

    def emptied(self, offsets: Collection[int]) -> None:
        """Take note that the log has nothing of these records any more."""
        if self._forgotten:
            self._forgotten.difference_update(offsets)

    @property
    def clicks(self) -> Marked:
        """The clicks on the links of mails, retracted ones too."""
        return self.scans.clicks

    @property
    def now(self) -> int:
        """The offset of the record under way."""
        return self._now

    def open(self) -> None:
        """Stand where the store does."""
        self.offset = self.store.open()
        self.segments.open()

    def source(self, name: str) -> Source:
        """Give a source as defined by the records so far."""
        return self._sources.get(name) or Source(name=name)

    def put_source(self, source: Source) -> None:
        """Go by another definition of a source from here on."""
        self._sources.put(source.name, source)

    def _source_then(self, name: str) -> Source:
        """Give a source as it was when the record under way was first folded."""
        history = self._history
        return self.source(name) if history is None else history.at(name, self._now)

    def apply(self, record: Record, event: Event | None = None) -> Applied | None:
        """Take one record into state; give its event and strand if it tells one.

        event is what the record's body says, from who has just written it; without
        it the body is read.

        A record that can't be folded is a fault of ours, not of the one who sent
        it: it is kept by offset and shown, and the next records go on (P7).
        """
        while not self.fire(record):
            pass
        applied = self.take_in(record, event)
        while self.weighing is not None:
            self.weigh_on()
        return applied

    def take_in(self, record: Record, event: Event | None = None) -> Applied | None:
        """Apply a record before which all that is due by its time has been fired.

        It is applied once nothing is weighed any more: see weigh_on.
        """
        applied = self._try(record, event)
        if self.weighing is None:
            self.offset = record.offset
        return applied

    def _try(self, record: Record, event: Event | None) -> Applied | None:
        self._now = record.offset
        if self._history is None:
            self._now_us = record.received_us
        try:
            applied = self._apply(record, event)
            # What is folded again for an erasure is judged as of now, with what comes.
            if self.segments.on and self._history is None:
                self.segments.settle(record)
        except OURS_NOT_ITS:
            raise
        except Exception as error:  # noqa: BLE001 - kept and shown, as apply says
            self.fault(record.offset, error)
            return None
        return applied

    def take_anew(self, offset: int, history: SourceHistory) -> None:
        """Apply a record again whose traces were taken out of state."""
        record = self.record_at(offset)
        if record is not None:
            with self._as_then(offset, history):
                applied = self._try(record, None)
            if applied is not None:
                self.refolding.move(offset, strand_of(applied))

    def fold_as_then(self, offset: int, history: SourceHistory) -> None:
        """Fold again what is nobody's, and lost what it rested on."""
        with self._as_then(offset, history):
            self.refolding.fold_again(offset, NOBODY)

    @contextmanager
    def _as_then(self, offset: int, history: SourceHistory) -> Iterator[None]:
        now, self._now, self._history = self._now, offset, history
        try:
            yield
        finally:
            self._now, self._history = now, None

    def unfault(self, offset: int) -> None:
        """Keep nothing of how a record could not be folded."""
        if self.faults.get(offset) is not None:
            self.faults.delete(offset)
            self.faulted -= 1

    def fire(self, record: Record, limit: int = 100) -> bool:
        """Fire so many of what is due by a record's time; say whether that was all."""
        due_us = self.dues.next_us()
        if due_us is None or due_us > record.received_us:
            return True
        try:
            return self.dues.fire(record.received_us, limit)
        except OURS_NOT_ITS:
            raise
        except Exception as error:  # noqa: BLE001 - kept and shown, as in apply
            self.fault(record.offset, error)
            return False

    def weigh_on(self, limit: int = 10) -> None:
        """Weigh so many objects anew of those that the record under way concerns.

        Until there are none left no record may be taken in and no snapshot begun,
        and none may be under way when the first is weighed: what is read meanwhile
        is the backend's state of that moment.
        """
        if self.weighing is None:
            return
        try:
            if sum(1 for _ in islice(self.weighing, limit)) == limit:
                return
        except OURS_NOT_ITS:
            raise
        except Exception as error:  # noqa: BLE001 - kept and shown, as in apply
            self.fault(self._now, error)
        self.weighing = None
        self.offset = self._now

    def fault(self, offset: int, error: Exception) -> None:
        """Keep that a record could not be folded; it is shown, and the next go on.

        Nothing of what the error says is kept or logged: it may quote the record.
        """
        _log.error("record %d could not be folded: %s", offset, trail(error))
        self.faulted += self.faults.get(offset) is None
        self.faults.put(offset, type(error).__name__)

    def _apply(self, record: Record, event: Event | None) -> Applied | None:
        if event is None:
            event = self.undone.event(record)
        elif event.imported:
            event = self.undone.mark(event, record.offset)
        # What is taken anew waits, or has been answered, as it was.
        if event is not None and self._history is None:
            self.requests.take(event, record.offset)
        if event is not None and not counts(event):
            self.marked.keep(event, record.offset)
            return Applied(event, None)
        if event is None or record.message_id is None:
            self._apply_other(record)
            return None
        strand = self._take_event(record, event, record.message_id)
        self._notice(record, event, strand)
        return Applied(event, strand)

    def _notice(self, record: Record, event: Event, strand: int | None) -> None:
        """Keep what else an event tells: a name, a click that may be a scanner's."""
        if event.traits and tells_name(event.traits):
            self.named.keep(event)
        if is_followed(event):
            self.scans.take(event, record)
            if self.segments.on and self._history is None:
                self.segments.hold(record, event, strand)

    def _apply_other(self, record: Record) -> None:
        if record.kind is RecordKind.JUDGEMENT:
            judgement = evidence_of(record)
            if isinstance(judgement, Judgement):
                placement = self.identity.judge(judgement)
                self.refolding.refold(placement)
                self.refolding.turn_nobody(placement)
                if judgement.target is not None:
                    self.scans.rule(judgement, self._find(judgement.target))
        elif record.kind is RecordKind.DEFINITION and record.body is not None:
            take_in(self, _decode_definition(record.body), record)
        elif record.kind is RecordKind.ERASED and self.moves is not None:
            note_lost(self.moves, record)
        elif record.kind is RecordKind.AUDIT:
            self.audited.put(0, record.received_us, record.offset, 0)

    def _take_event(self, record: Record, event: Event, message_id: str) -> int | None:
        key = _new_key(Key, (record.source, message_id))
        strand = self.identity.go_on(event, key, record.offset)
        if strand is not None:
            self.fold(record, event, strand)
            return strand
        placement = self.identity.observe(evidence_in(record, event, key))
        self._place(record, event, placement)
        return placement.strand

    def _place(self, record: Record, event: Event, placement: Placement) -> None:
        # Nearly every event moves nothing but itself.
        moves = placement.gone or placement.refold or placement.anew
        taken_in = self.refolding.refold(placement) if moves else False
        if placement.strand is None:
            # Nobody's, but its money is the shop's all the same.
            if placement.nobody is not None:
                self.fold(record, event, NOBODY)
            else:
                self.refolding.move(record.offset, None)
        elif not taken_in:
            self.fold(record, event, placement.strand)

    def fold(
        self, record: Record, event: Event, at: int, *, again: bool = False
    ) -> None:
        """Fold an event into the strand it belongs to; NOBODY if it names nobody.

        again: it was folded before, and nothing is told on of it.
        """
        self.profiles.fold(
            event,
            source=record.source,
            message_id=record.message_id or "",
            offset=record.offset,
            received_us=record.received_us,
            strand=at,
        )
        if at == NOBODY:
            # What is told of goods names nobody.
            again = again or self._history is not None
            self.catalog.fold(event, where_of(record), again=again)
            if self.segments.on:
                self.segments.take_nobodys(record, event)
            return
        if self.segments.on:
            self.segments.take(record, event, at, self._now_us)
        if self.waits:
            self.dues.take(event, at, record.received_us)

    def _find(self, key: Key) -> int | None:
        # What lies ahead in the log has not happened yet, or replay would differ.
        offset = self.truth.find(key.source, key.message_id)
        return offset if offset is not None and offset <= self._now else None

    def _evidence_at(self, offset: int) -> Evidence | Judgement | None:
        record = self.record_at(offset)
        return None if record is None else self.undone.evidence(record)
