"""State forgets what an erasure names: as if those records had never come in.

The law is that of all state: after it, state is byte for byte what is computed anew
from a log in which these records are empty. So what they are tied up with is taken out
of state and folded again without them, a record at a time, in the order of the log.
"""

from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING

import msgspec

from habitue.app.projection.evidence import event_of
from habitue.app.projection.source_history import SourceHistory
from habitue.base.errors import ConflictError
from habitue.identity.forgetting import Touched
from habitue.log.port import DEFINITION_SOURCE, DefinitionText, Truth, definition_id
from habitue.model.certificate import ERASURE, Certificate, Status
from habitue.model.event import Event
from habitue.model.record import RecordKind
from habitue.profile.counts import counts
from habitue.profile.names import tells_name
from habitue.profile.scanned import is_followed

if TYPE_CHECKING:
    from habitue.app.projection.fold import Fold

_decode = msgspec.json.decode


def named_by(truth: Truth, until: int) -> Iterator[int]:
    """Give the records that erasures under way have named up to an offset."""
    for one in truth.definitions(ERASURE):
        told = _decode(one.body, type=Certificate)
        if told.status is Status.BEGUN:
            yield from _named_before(truth, one.name, until + 1)


def _named_before(truth: Truth, erasure_id: str, offset: int) -> Iterator[int]:
    """Give the records that the versions of an erasure before an offset name."""
    version = 1
    while True:
        called = definition_id(ERASURE, erasure_id, version)
        at = truth.find(DEFINITION_SOURCE, called)
        record = None if at is None or at >= offset else truth.get(at)
        if record is None or record.body is None:
            return
        text = _decode(record.body, type=DefinitionText)
        yield from _decode(text.body, type=Certificate).offsets
        version += 1


def forgetting(
    fold: "Fold", history: SourceHistory, offsets: Sequence[int], at: int
) -> Iterator[int]:
    """Forget records that can still be read, and whatever only they told.

    history: of the sources, for what is folded anew was told under their definitions
    of then. at: the offset of the record that asks for it. An erasure asks again, for
    more, where more came in meanwhile: what it named before is read no more. Yields
    after each bit of work; until it has come to its end no record may be folded and
    no snapshot begun.
    """
    return Forgetting(fold, history, frozenset(offsets), at).steps()


class Forgetting:
    """Takes records out of state with all they are tied up with, and builds it anew."""

    def __init__(
        self, fold: "Fold", history: SourceHistory, gone: frozenset[int], at: int
    ) -> None:
        self._fold = fold
        self._history = history
        self._gone = gone
        self._at = at
        self._touched = Touched()
        # Marked events whose place hangs on who is forgotten.
        self._marked: set[int] = set()
        # What following links of mails brought, likewise.
        self._clicks: set[int] = set()
        # Who was there before; some are nobody afterwards.
        self._people: set[int] = set()

    def steps(self) -> Iterator[int]:
        identity = self._fold.identity.forgetting
        known = [one for one in sorted(self._gone) if self._is_readable(one)]
        yield from identity.touch(self._touched, known)
        yield from self._unmark(known)
        yield from self._drop()
        counted = {*known, *self._touched.records}
        yield from self._take_back(counted)
        yield from self._unname(counted)
        yield from identity.take_out(self._touched, self._at)
        yield from self._fold_anew()
        yield from self._keep_clicks(known)
        yield from self._leave_segments()
        # Only now: files are cleaned with the next snapshot, which none begins before.
        self._fold.forget(self._gone)

    def _unmark(self, offsets: list[int]) -> Iterator[int]:
        """Keep no more where those lie of them that were marked."""
        for offset in offsets:
            event = self._event(offset)
            if event is not None and not counts(event):
                self._fold.marked.forget(event, offset)
            elif event is not None and is_followed(event):
                self._fold.scans.forget(event, offset)
            self._fold.requests.end(offset)
            yield offset

    def _drop(self) -> Iterator[int]:
        for number in self._touched.numbers:
            for offset in self._fold.marked.take_out(number):
                self._marked.add(offset)
                yield offset
            for offset in self._fold.scans.clicks.take_out(number):
                self._clicks.add(offset)
                yield offset
            for strand in self._fold.identity.strands(number):
                person_id = self._fold.identity.person_of(strand)
                if person_id is not None:
                    self._people.add(person_id)
                self._fold.refolding.drop(strand)
            yield number

    def _take_back(self, counted: Set[int]) -> Iterator[int]:
        """Take what is nobody's out of state; what rests on it again is folded anew."""
        fold, gone = self._fold, self._gone
        for offset in sorted(counted):
            if fold.identity.forgetting.uncount(offset):
                try:
                    for other in fold.refolding.withdraw(offset):
                        if other not in gone:
                            fold.fold_as_then(other, self._history)
                except ConflictError as error:
                    fold.fault(offset, error)
            yield offset

    def _unname(self, counted: Set[int]) -> Iterator[int]:
        """Find nobody by these names; whom others still call so is found anew."""
        for offset in sorted(counted):
            event = self._event(offset)
            if event is not None and counts(event) and tells_name(event.traits):
                self._fold.named.forget(event)
            yield offset

    def _fold_anew(self) -> Iterator[int]:
        gone = self._gone
        for offset in sorted(gone | self._touched.records.keys() | self._marked):
            self._fold.faulty.forget(offset)
            if offset not in gone:
                for _ in self._fold.take_anew(offset, self._history):
                    yield offset
            yield offset

    def _keep_clicks(self, known: list[int]) -> Iterator[int]:
        """Keep where others' clicks lie, and none of those who are forgotten.

        What was retracted of them was kept again with the judgement that says so.
        """
        for offset in sorted(self._clicks - self._gone):
            self._fold.scans.keep(offset)
            yield offset
        for offset in known:
            event = self._event(offset)
            if event is not None:
                self._fold.scans.forget(event, offset)
            yield offset

    def _leave_segments(self) -> Iterator[int]:
        """Keep no membership of who is nobody any more, and judge the others anew.

        Now, and not with the next record: state may be written down before that comes.
        """
        if not self._fold.segments.on:
            return
        # Whoever became another by a merge has memberships of their own till then.
        for person_id in sorted(self._people | self._touched.births):
            self._fold.segments.personas.forget(person_id)
            if self._fold.identity.person(person_id, 0) is None:
                self._fold.segments.forget(person_id)
            yield self._at
        asked = self._fold.truth.get(self._at)
        left = None if asked is None else self._fold.segments.settle(asked)
        for _ in left or ():
            yield self._at

    def _is_readable(self, offset: int) -> bool:
        """Say whether a record can be read, so that state may have learned of it."""
        try:
            record = self._fold.record_at(offset)
            if record is None or record.body is None:
                return False
            return record.kind is not RecordKind.EVENT or bool(event_of(record))
        except msgspec.MsgspecError:
            return False

    def _event(self, offset: int) -> Event | None:
        record = self._fold.record_at(offset)
        return None if record is None else self._fold.undone.event(record)
