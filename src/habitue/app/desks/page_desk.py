"""What the page reads: the stream, a search, a person's card."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager

import msgspec

from habitue.access.scope import Sees
from habitue.app.desks.delicate import Delicate
from habitue.app.desks.graph_view import SHOWN_MAX
from habitue.app.desks.people_desk import PeopleDesk
from habitue.app.desks.profile_view import View
from habitue.app.desks.search_desk import SearchDesk
from habitue.app.desks.source_desk import SourceDesk
from habitue.app.desks.stream_view import RECENT_MAX, StreamView
from habitue.app.projection.fold import Fold
from habitue.app.projection.taking import Applied
from habitue.log.port import Truth
from habitue.model.evidence import Evidence
from habitue.model.outcome import Fate
from habitue.model.record import Record


class PageDesk:
    """Fills the page's port from the fold."""

    def __init__(
        self,
        people: PeopleDesk,
        fold: Fold,
        truth: Truth,
        sources: SourceDesk,
        delicate: Delicate,
    ) -> None:
        self._people = people
        self._search = SearchDesk(people, fold)
        self._fold = fold
        self._truth = truth
        self._sources = sources
        self._stream = StreamView(fold)
        # Names the watched folders whose file did not come.
        self.missing: Callable[[], Sequence[View]] = lambda: ()
        # Says whether what an event is of is delicate, so that it is no opening.
        self._is_delicate = delicate.is_delicate
        # Keeps an event that has just been applied; called for each there is.
        self.heard: Callable[[Record, Applied], None] = self._stream.heard
        # Is told that events are shown no more, so that nothing kept tells of them.
        self.forgot: Callable[[], None] = lambda: None
        # Says how long a source's newest events took to come.
        self.arrival = self._stream.arrival

    def remember(self, head: int) -> None:
        """Read the newest events from the log, so that a restart shows them still."""
        for record in self._truth.read(max(0, head - RECENT_MAX), RECENT_MAX):
            if self._fold.faults.get(record.offset) is not None:
                # What could not be folded may not even be readable.
                continue
            undone = self._fold.undone
            event, evidence = undone.event(record), undone.evidence(record)
            identity, strand = self._fold.identity, None
            if isinstance(evidence, Evidence):
                # What is being erased may still be read, but is not to be shown.
                if not identity.knows(evidence):
                    continue
                strand = identity.strand_of(evidence)
            # What was marked is no evidence, and nobody's.
            if event is not None:
                self._stream.heard(record, Applied(event, strand))

    def forget(self, offsets: Collection[int]) -> None:
        """Show some events no more, nor what was worked out of them."""
        self._stream.forget(offsets)
        self.forgot()

    def applied(self) -> int:
        """Say how far in the log state is."""
        return self._fold.offset

    def defined(self) -> int:
        """Give the offset of the newest definition that state knows since it began."""
        return self._fold.taking.defined

    def recent(
        self, limit: int, after: int = 0, before: int | None = None, source: str = ""
    ) -> list[View]:
        """Give the newest applied events between two offsets, newest first."""
        return self._stream.recent(limit, after, before, source)

    def follow(self, person_id: int) -> AbstractContextManager[Callable[[], int]]:
        """Give what says how far in the log something of a person's came."""
        return self._stream.follow(person_id)

    def search(self, text: str, sees: Sees | None = None) -> list[View]:
        """Find people by an identifier of any kind, or by name, whom one sees."""
        return self._search.search(text, sees)

    def person(self, person_id: int, at_us: int | None = None) -> View | None:
        """Give a person's card, now or as of a moment; None if there is none."""
        view = self._people.person(person_id, at_us)
        if view is None:
            return None
        return {**view, "known": self._stream.called(view["person_id"]).known}

    def evidence(
        self, person_id: int, cursor: str | None
    ) -> tuple[View, str | None] | None:
        """Give a page of what joins a person; None if there is none."""
        return self._people.evidence(person_id, cursor, SHOWN_MAX)

    def refusals(
        self, person_id: int, cursor: str | None
    ) -> tuple[View, str | None] | None:
        """Give a page of what was not joined to a person; None if there is none."""
        return self._people.refusals(person_id, cursor, SHOWN_MAX)

    def timeline(
        self, person_id: int, cursor: str | None
    ) -> tuple[list[View], str | None]:
        """Give a page of a person's events."""
        views, more = self._people.timeline(person_id, cursor, 50) or ([], None)
        for view in views:
            view["delicate"] = self._is_delicate(view)
        return views, more

    def sales(self, day: int) -> list[View]:
        """Give the shop's sums of a day of its own zone, each order once."""
        totals = self._fold.profiles.totals(day, day)
        return [msgspec.to_builtins(row) for row in totals.rows]

    def sales_since(self) -> int | None:
        """Give the first day that has a sum; None if none has."""
        return self._fold.profiles.first_day()

    def overview(self) -> View:
        """Give the sums of what the sources sent, and each source's part."""
        # What the house writes itself (settings, judgements, canaries) is left out.
        shown = [one for one in self._sources.list() if one["keys"]]
        words = ("received", *(fate.value for fate in Fate))
        return {
            "people": self._fold.identity.known_people,
            "strangers": self._fold.identity.strangers,
            "outcomes": {
                word: sum(one["outcomes"][word] for one in shown) for word in words
            },
            "missing": list(self.missing()),
            "sources": shown,
        }
