"""People as the API and the page ask for them: find and read."""

import heapq
import itertools
from collections.abc import Iterator

from habitue.app.event_view import event_view
from habitue.app.fold import Fold, event_of
from habitue.app.graph_view import GraphView, brief
from habitue.app.profile_view import View, name_of, profile_view
from habitue.base.clock import Clock
from habitue.base.errors import InvalidError
from habitue.identity.kinds import normalise
from habitue.log.port import Truth
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy
from habitue.model.person import Person
from habitue.model.record import Record
from habitue.model.strand import identifier_no
from habitue.profile.point import Item, profile_at

PAGE_ITEMS = 200
_END = 2**62


class PeopleDesk:
    """Answers who somebody is, and what is known."""

    def __init__(
        self,
        fold: Fold,
        truth: Truth,
        clock: Clock,
        policy: KindPolicy,
    ) -> None:
        self._fold = fold
        self._truth = truth
        self._clock = clock
        self.policy = policy
        self._graph = GraphView(truth)
        self.country = "GB"

    # -- reading --------------------------------------------------------------

    def find(self, identifier: str) -> int | None:
        """Find who holds an identifier ("kind:value") now."""
        found = self.identifier(identifier)
        return None if found is None else self._fold.identity.find(found)

    def identifier(self, text: str) -> Identifier | None:
        """Read "kind:value"; None if its value is never an identifier."""
        kind, _, value = text.partition(":")
        kinds = [one.name for one in self.policy.kinds]
        if kind not in kinds:
            raise InvalidError(
                f"'{kind}' is no kind of identifier; there are {', '.join(kinds)}."
            )
        found = normalise(kind, value, self.country, self.policy)
        return found if isinstance(found, Identifier) else None

    def page(self, after: int, limit: int) -> tuple[list[View], int | None]:
        """Give people in order of their ids, and where the next page begins."""
        ids = self._fold.identity.people(after, limit)
        views = [view for one in ids if (view := self.brief(one)) is not None]
        return views, (ids[-1] + 1 if len(ids) == limit else None)

    def brief(self, person_id: int) -> View | None:
        """Give a person without orders and evidence."""
        person = self._fold.identity.person(person_id)
        if person is None:
            return None
        now_us = self._clock.now_us()
        profile = self._fold.profiles.read(person.strands, now_us, purchases_max=0)
        view = profile_view(profile)
        return {
            "person_id": person.person_id,
            "name": name_of(profile),
            **brief(person),
            "traits": view["traits"],
            "computed": view["computed"],
        }

    def person(self, person_id: int, at_us: int | None = None) -> View | None:
        """Give a person whole, now or as of a moment; None if there is none."""
        now_id = self._fold.identity.current(person_id)
        person = None if now_id is None else self._fold.identity.person(now_id)
        if person is None:
            return None
        if at_us is None:
            profile = self._fold.profiles.read(person.strands, self._clock.now_us())
        else:
            profile = profile_at(self._told(person), at_us, self._fold.source)
        return {
            "person_id": person.person_id,
            "asked_for": person_id,
            **self._graph.view(person),
            **profile_view(profile),
        }

    def timeline(
        self, person_id: int, cursor: str | None, limit: int
    ) -> tuple[list[View], str | None] | None:
        """Give a page of a person's events, newest first; None if there is none."""
        now_id = self._fold.identity.current(person_id)
        person = None if now_id is None else self._fold.identity.person(now_id)
        if person is None:
            return None
        found = list(itertools.islice(self._newest(person, _read(cursor)), limit))
        views = []
        for _, offset in found:
            record = self._truth.get(offset)
            event = None if record is None else event_of(record)
            if record is not None and event is not None:
                views.append(
                    event_view(record, event, self._fold.source(record.source))
                )
        more = f"{found[-1][0]}:{found[-1][1]}" if len(found) == limit else None
        return views, more

    def _newest(
        self, person: Person, before: tuple[int, int]
    ) -> Iterator[tuple[int, int]]:
        strands = [self._strand_newest(strand, before) for strand in person.strands]
        return heapq.merge(*strands, reverse=True)

    def _strand_newest(
        self, strand: int, before: tuple[int, int]
    ) -> Iterator[tuple[int, int]]:
        no, identity = identifier_no(strand), self._fold.identity
        while True:
            page = identity.items(no, high=before, limit=PAGE_ITEMS, newest_first=True)
            for at_us, offset in page:
                if identity.strand_at(no, at_us, offset) == strand:
                    yield at_us, offset
            if len(page) < PAGE_ITEMS:
                return
            before = page[-1]

    def _told(self, person: Person) -> Iterator[Item]:
        for strand in person.strands:
            no = identifier_no(strand)
            for at_us, offset in self._fold.items(no):
                if self._fold.identity.strand_at(no, at_us, offset) == strand:
                    record = self._truth.get(offset)
                    event = None if record is None else event_of(record)
                    if record is not None and event is not None:
                        yield _item(record, event)


def _read(cursor: str | None) -> tuple[int, int]:
    if cursor is None:
        return (_END, 0)
    at_us, _, offset = cursor.partition(":")
    try:
        return (int(at_us), int(offset))
    except ValueError as error:
        raise InvalidError(
            f"'{cursor}' is no cursor; use next_cursor of the page before."
        ) from error


def _item(record: Record, event: Event) -> Item:
    return Item(
        event, record.source, record.message_id or "", record.offset, record.received_us
    )
