"""The newest events as the live page shows them, each looked at once for all pages."""

import time
from collections import deque
from collections.abc import Callable, Collection

from msgspec import Struct

from habitue.app.desks.event_view import event_view
from habitue.app.desks.profile_view import View, called
from habitue.app.projection.fold import Applied, Fold
from habitue.base.errors import StorageError
from habitue.model.record import Record

RECENT_MAX = 500
# For the name of a person of thousands of devices so many strands are read.
NAME_STRANDS_MAX = 50
# How long what a person is called holds, however many events of theirs are shown.
NAME_S = 1.0
NAMES_MAX = 5_000


class _Shown(Struct, gc=False):
    """An event of the stream; it is read when somebody first looks.

    Kept as its record alone: what an event is made of costs as much to keep, and to
    let go of, as to fold.
    """

    record: Record
    strand: int | None
    view: View | None = None


class _Called(Struct, frozen=True, gc=False):
    """What a person is called, whether they are known, and until when that holds."""

    name: str | None
    known: bool
    until_s: float


class StreamView:
    """Keeps the newest events, and what their people are called for a moment."""

    def __init__(
        self, fold: Fold, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._fold = fold
        self._monotonic = monotonic
        self._recent: deque[_Shown] = deque(maxlen=RECENT_MAX)
        self._called: dict[int, _Called] = {}

    def heard(self, record: Record, applied: Applied) -> None:
        """Keep an event that has just been applied."""
        self._recent.append(_Shown(record, applied.strand))
        if self._called and applied.event.traits and applied.strand is not None:
            # It may tell a name, and is shown by it at once.
            self._called.pop(self._fold.identity.person_of(applied.strand) or 0, None)

    def forget(self, offsets: Collection[int]) -> None:
        """Keep some events no more, and nothing of what people are called."""
        kept = [one for one in self._recent if one.record.offset not in offsets]
        self._recent.clear()
        self._recent.extend(kept)
        self._called.clear()

    def recent(self, limit: int, after: int) -> list[View]:
        """Give the newest events beyond an offset, newest first."""
        found: list[View] = []
        for shown in reversed(self._recent):
            if shown.record.offset <= after or len(found) == limit:
                break
            found.append(self._event(shown))
        return found

    def _event(self, shown: _Shown) -> View:
        fold, record, strand = self._fold, shown.record, shown.strand
        if shown.view is None:
            shown.view = self._read(record)
        # Who it belongs to changes with what comes after.
        person_id = None if strand is None else fold.identity.person_of(strand)
        if person_id is None:
            return {**shown.view, "person_id": None, "person": None, "known": False}
        who = self.called(person_id)
        return {
            **shown.view,
            "person_id": person_id,
            "person": who.name,
            "known": who.known,
        }

    def _read(self, record: Record) -> View:
        event = self._fold.undone.event(record)
        if event is None:
            # Only records that told an event are kept here.
            raise StorageError(f"Record {record.offset} tells no event any more.")
        return event_view(record, event, self._fold.source(record.source))

    def called(self, person_id: int) -> _Called:
        """Say what a person is called, and whether they are more than a device."""
        now_s = self._monotonic()
        held = self._called.get(person_id)
        if held is None or held.until_s <= now_s:
            if len(self._called) >= NAMES_MAX:
                self._called.clear()
            outline = self._fold.identity.outline(person_id, NAME_STRANDS_MAX)
            name = called(self._fold.profiles.traits(outline.strands))
            held = _Called(name, outline.known, now_s + NAME_S)
            self._called[person_id] = held
        return held
