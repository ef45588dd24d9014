"""The newest events as the live page shows them, each looked at once for all pages."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager

from msgspec import Struct

from habitue.app.desks.event_view import event_view
from habitue.app.desks.followed import Followed, Newest
from habitue.app.desks.profile_view import View, called
from habitue.app.projection.fold import Fold
from habitue.app.projection.taking import Applied
from habitue.base.errors import StorageError
from habitue.model.record import Record

RECENT_MAX = 500
# Of each source so many, however many come from others.
SOURCE_MAX = 50
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
    # How long it took from what was done to its record; None of what is of the past.
    way_us: int | None
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
        self._of: defaultdict[str, deque[_Shown]] = defaultdict(
            lambda: deque(maxlen=SOURCE_MAX)
        )
        self._followed = Followed(fold)
        self._called: dict[int, _Called] = {}

    def heard(self, record: Record, applied: Applied) -> None:
        """Keep an event that has just been applied."""
        event = applied.event
        way_us = None if event.historical else record.received_us - event.at_us
        shown = _Shown(record, applied.strand, way_us)
        self._recent.append(shown)
        self._of[record.source].append(shown)
        self._followed.heard(applied.strand, record.offset)
        if self._called and event.traits and applied.strand is not None:
            # It may tell a name, and is shown by it at once.
            self._called.pop(self._fold.identity.person_of(applied.strand) or 0, None)

    def forget(self, offsets: Collection[int]) -> None:
        """Keep some events no more, and nothing of what people are called."""
        for events in (self._recent, *self._of.values()):
            kept = [one for one in events if one.record.offset not in offsets]
            events.clear()
            events.extend(kept)
        self._called.clear()

    def recent(
        self, limit: int, after: int, before: int | None = None, source: str = ""
    ) -> list[View]:
        """Give the newest events between two offsets, newest first.

        source: of that source alone, however many came from others.
        """
        events = self._of.get(source, ()) if source else self._recent
        found: list[View] = []
        for shown in reversed(events):
            offset = shown.record.offset
            if offset <= after or len(found) == limit:
                break
            if before is None or offset < before:
                found.append(self._event(shown))
        return found

    def arrival(self, source: str) -> dict[str, int] | None:
        """Say how long a source's newest events took to come, in ms; None: none did.

        Half of them took no longer than p50_ms, 95 of 100 no longer than p95_ms.
        """
        newest = self._of.get(source, ())
        ways = sorted(max(0, one.way_us) for one in newest if one.way_us is not None)
        if not ways:
            return None
        # The nearest rank: one of them took just so long.
        half, most = ((len(ways) * share + 99) // 100 - 1 for share in (50, 95))
        return {
            "events": len(ways),
            "p50_ms": ways[half] // 1000,
            "p95_ms": ways[most] // 1000,
        }

    def follow(self, person_id: int) -> AbstractContextManager[Newest]:
        """Give what says how far in the log something of a person's came.

        Of what lies before the events kept here nobody knows, so it may be theirs.
        """
        oldest = self._recent[0].record.offset - 1 if self._recent else None
        reach = self._fold.offset if oldest is None else oldest
        hers = (
            one.record.offset
            for one in reversed(self._recent)
            if one.strand is not None
            and self._fold.identity.person_of(one.strand) == person_id
        )
        return self._followed.follow(person_id, next(hers, reach))

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
