"""state = fold(log): one record after another through identity and profile."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from itertools import islice

from habitue.app.projection.due import WAITERS, Dues
from habitue.app.projection.faults import Faults
from habitue.app.projection.forgotten import Forgotten
from habitue.app.projection.marked import Marked
from habitue.app.projection.named import Named
from habitue.app.projection.refolding import OURS_NOT_ITS, Refolding
from habitue.app.projection.scans import Scans
from habitue.app.projection.segmenting import Segmenting
from habitue.app.projection.source_history import SourceHistory
from habitue.app.projection.taking import Applied, Taking, Took
from habitue.app.projection.undone import Undone
from habitue.base.days import Days
from habitue.base.steps import Steps, at_once, then
from habitue.catalog.fold import Catalog
from habitue.identity.resolve import Resolver
from habitue.lake.moves import Moves
from habitue.log.port import Truth
from habitue.model.event import Event
from habitue.model.evidence import Evidence, Judgement, Key
from habitue.model.kind import KindPolicy
from habitue.model.record import Record
from habitue.model.source import Source
from habitue.privacy.requested import Requests
from habitue.profile.fold import Profiles
from habitue.profile.names import Names
from habitue.profile.rows import NOBODY
from habitue.state.port import IndexSpec, TableSpec
from habitue.state.store import Store

# Raise it whenever the shape or the meaning of state changes: state is then rebuilt.
STAMP = "habitue-state-16"

SOURCES = TableSpec(name="source", key=str, value=Source)
# Where in the log the audit lies, in order of time; all of it in one part.
AUDITED = IndexSpec(name="audit")


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
        self.offset = 0
        # Waits until nothing is half settled; set by who takes records in in steps.
        self.whole: Callable[[], Awaitable[None]] = at_once
        # Has the next record wait until somebody has read; set likewise.
        self.held: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
        self._forgotten = Forgotten(truth, lambda: self.offset)
        self.record_at = self._forgotten.record_at
        self.emptied = self._forgotten.emptied
        self._sources = store.table(SOURCES)
        self.faulty = Faults(store)
        self.faults, self.fault = self.faulty.table, self.faulty.keep
        self.undone = Undone(store)
        self.identity = Resolver(
            store, policy, self._evidence_at, self.find, self._evidence_of
        )
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
        # The clicks on the links of mails, retracted ones too.
        self.clicks = self.scans.clicks
        self.requests = Requests(store)
        self.names = Names(store)
        self.named = Named(self.names, self.identity)
        self.taking = Taking(self)
        self.refolding = Refolding(self)
        self.audited = store.index(AUDITED)
        # What is folded anew, for whoever keeps a copy of whose each event is.
        self.moves: Moves | None = None
        self.dues = Dues(store)
        self.waits = bool(WAITERS)
        self.segments = Segmenting(self, zone)
        self._now = self.now_us = 0
        # The objects that a source's new definition concerns, while they are weighed.
        self.weighing: Iterator[int] | None = None
        # The steps of the record under way, while it is taken in and state is of no
        # offset.
        self.settling: Steps[Applied | None] | None = None
        # While records are folded again of which some were forgotten.
        self._history: SourceHistory | None = None
        # Something was forgotten that files may hold still; who cleans them unsets it.
        self.forgot = False

    def forget(self, offsets: Collection[int]) -> None:
        """Read some records no more, from here on; what they told is out of state.

        Files may hold it still: the next snapshot cleans them.
        """
        self._forgotten.forget(offsets)
        if self.moves is not None:
            self.moves.erase(offsets)
        self.forgot = True

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

    @property
    def again(self) -> bool:
        """Say whether a record is folded again of which some were forgotten."""
        return self._history is not None

    @property
    def is_amid(self) -> bool:
        """Say whether a record is half taken in: nothing else may be, nor written."""
        return self.settling is not None or self.weighing is not None

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
        while self.settling is not None:
            applied = self.settle_on()
        while self.weighing is not None:
            self.weigh_on()
        return applied

    def take_in(self, record: Record, event: Event | None = None) -> Applied | None:
        """Apply a record before which all that is due by its time has been fired.

        It is applied once nothing is settled or weighed any more: see settle_on and
        weigh_on.
        """
        took = self._try(record, event)
        if took is None or isinstance(took, Applied):
            self._stand()
            return took
        self.settling = took
        return None

    def settle_on(self) -> Applied | None:
        """Do a step of what the record under way settles; the last gives what it told.

        Until then no other record may be taken in and no snapshot begun, and who reads
        state finds it neither as it was before the record nor as it is after it.
        """
        if self.settling is None:
            return None
        try:
            next(self.settling)
        except StopIteration as done:
            self.settling = None
            self._stand()
            applied: Applied | None = done.value
            return applied
        return None

    def _stand(self) -> None:
        if self.weighing is None:
            self.offset = self._now

    def _try(self, record: Record, event: Event | None) -> Took:
        self._now = record.offset
        if self._history is None:
            self.now_us = record.received_us
        try:
            took = self.taking.take(record, event)
            if took is None or isinstance(took, Applied):
                left = self._judge(record)
                if left is None:
                    return took
                took = then(left, took)
            else:
                took = self._and_judge(record, took)
        except OURS_NOT_ITS:
            raise
        except Exception as error:  # noqa: BLE001 - kept and shown, as apply says
            self.fault(record.offset, error)
            return None
        return self._go_on(record, took)

    def _go_on(
        self, record: Record, steps: Steps[Applied | None]
    ) -> Steps[Applied | None]:
        try:
            return (yield from steps)
        except OURS_NOT_ITS:
            raise
        except Exception as error:  # noqa: BLE001 - kept and shown, as apply says
            self.fault(record.offset, error)
            return None

    def _and_judge(
        self, record: Record, steps: Steps[Applied | None]
    ) -> Steps[Applied | None]:
        applied = yield from steps
        left = self._judge(record)
        if left is not None:
            yield from left
        return applied

    def _judge(self, record: Record) -> Steps[None] | None:
        """Judge whom a record concerns; give what is left where these are many."""
        # What is folded again for an erasure is judged as of now, with what comes.
        if self.segments.on and self._history is None:
            return self.segments.settle(record)
        return None

    def take_anew(self, offset: int, history: SourceHistory) -> Steps[None]:
        """Apply a record again whose traces were taken out of state."""
        record = self.record_at(offset)
        if record is None:
            return
        with self._as_then(offset, history):
            took = self._try(record, None)
        if took is not None and not isinstance(took, Applied):
            took = yield from self._each_as_then(took, offset, history)
        if took is not None:
            self.refolding.place(record, took.event, took.strand)

    def _each_as_then(
        self, steps: Steps[Applied | None], offset: int, history: SourceHistory
    ) -> Steps[Applied | None]:
        """Take each step as of a record; between them it is now."""
        while True:
            with self._as_then(offset, history):
                try:
                    next(steps)
                except StopIteration as done:
                    applied: Applied | None = done.value
                    return applied
            yield

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
        self.segments.weighed()
        self.offset = self._now

    def find(self, key: Key) -> int | None:
        """Say where the item of a key lies, if it has come by the record under way."""
        # What lies ahead in the log has not happened yet, or replay would differ.
        offset = self.truth.find(key.source, key.message_id)
        return offset if offset is not None and offset <= self._now else None

    def _evidence_at(self, offset: int) -> Evidence | Judgement | None:
        record = self.record_at(offset)
        return None if record is None else self.undone.evidence(record)

    def _evidence_of(self, offsets: Sequence[int]) -> list[Evidence | Judgement]:
        told = map(self.undone.evidence, self._forgotten.records_at(offsets))
        return [one for one in told if one is not None]
