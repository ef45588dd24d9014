"""An import is undone or redone: state becomes what it is without it, or with it.

The law is that of forgetting: after it, state is what is computed anew from a log
whose events count as they count now. What they are tied up with is taken out of state
and folded again, in the order of the log; undone events are folded as marked ones, so
they are shown and count for nothing.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from habitue.app.projection.evidence import event_of
from habitue.app.projection.forgetting import Forgetting
from habitue.app.projection.source_history import SourceHistory
from habitue.catalog.parse import FACTS
from habitue.log.port import Truth
from habitue.model.import_run import ImportRun
from habitue.model.record import Record

if TYPE_CHECKING:
    from habitue.app.projection.fold import Fold

_PAGE = 500


def turning(fold: "Fold", run: ImportRun) -> Iterator[int] | None:
    """Let an import's events count up to where it is undone, and no further.

    None where that changes nothing. Yields after each bit of work; until it has come
    to its end no record may be folded and no snapshot begun.
    """
    was, until = fold.undone.until(run.import_id), run.undone_until
    if was == until:
        return None
    return _turn(fold, run, (was, until))


def _turn(fold: "Fold", run: ImportRun, turn: tuple[int, int]) -> Iterator[int]:
    was, until = turn
    low, high = max(run.after, min(turn)), min(fold.now, max(turn))
    turned: list[int] = []
    for offset in offsets_of(fold.truth, run.import_id, low, high):
        if offset:
            turned.append(offset)
        yield offset
    one = _Undoing if until > was else _Redoing
    yield from one(fold, SourceHistory(fold.truth), turned, run).steps()


def offsets_of(truth: Truth, import_id: str, after: int, until: int) -> Iterator[int]:
    """Give the records of an import behind an offset and not behind another.

    Yields 0 after each page that was looked through.
    """
    told = import_id.encode()
    while after < until:
        page = truth.read(after, min(_PAGE, until - after))
        for record in page:
            body = record.body
            if body is not None and told in body and _came_with(record, import_id):
                yield record.offset
        yield 0
        if not page:
            return
        after = page[-1].offset


def _came_with(record: Record, import_id: str) -> bool:
    try:
        event = event_of(record)
    except msgspec.MsgspecError:
        # Nobody can read it, and state never learned of it.
        return False
    if event is None or event.name in FACTS:
        return False
    return event.imported == import_id


class _Turning(Forgetting):
    """What undoing and redoing share: whose records they are, and the folding anew."""

    def __init__(
        self,
        fold: "Fold",
        history: SourceHistory,
        turned: list[int],
        run: ImportRun,
    ) -> None:
        super().__init__(fold, history, frozenset(turned), fold.now)
        self._known = [one for one in sorted(turned) if self._is_readable(one)]
        self._run = run

    def _flip(self) -> None:
        self._fold.undone.put(self._run.import_id, self._run.undone_until)

    def _fold_anew(self) -> Iterator[int]:
        for offset in sorted(self._gone | self._touched.records.keys() | self._marked):
            self._fold.faulty.forget(offset)
            for _ in self._fold.take_anew(offset, self._history):
                yield offset
            yield offset


class _Undoing(_Turning):
    def steps(self) -> Iterator[int]:
        """Take out what the events told while they count, and fold them as undone."""
        identity, known = self._fold.identity.forgetting, self._known
        yield from identity.touch(self._touched, known)
        yield from self._unmark(known)
        yield from self._drop()
        yield from self._take_back({*known, *self._touched.records})
        yield from self._unname({*known, *self._touched.records})
        yield from identity.take_out(self._touched, self._at)
        self._flip()
        yield from self._fold_anew()
        yield from self._leave_segments()


class _Redoing(_Turning):
    def steps(self) -> Iterator[int]:
        """Take out what will be tied up with the events, and fold all of it anew."""
        identity, known = self._fold.identity.forgetting, self._known
        # As undone ones they are not where the rest of what they touch is.
        yield from self._unmark(known)
        self._flip()
        yield from identity.touch(self._touched, known)
        yield from self._drop()
        counted = self._touched.records.keys() - self._gone
        yield from self._take_back(counted)
        yield from self._unname(counted)
        yield from identity.take_out(self._touched, self._at)
        yield from self._fold_anew()
        yield from self._leave_segments()
