"""People as the API and the page ask for them: find and read."""

import heapq
import itertools
from collections.abc import Iterator, Sequence
from typing import Protocol

from habitue.app.desks.event_view import event_view
from habitue.app.desks.graph_view import SHOWN_MAX, GraphView, brief
from habitue.app.desks.profile_view import View, name_of, profile_view
from habitue.app.projection.evidence import event_of
from habitue.app.projection.marked import Marked
from habitue.app.projection.scans import command_of
from habitue.app.projection.undone import Undone
from habitue.base.clock import Clock
from habitue.base.errors import InvalidError
from habitue.base.settings import People
from habitue.base.steps import parts
from habitue.identity.kinds import normalise
from habitue.identity.resolve import Resolver
from habitue.log.port import Truth
from habitue.model.event import Event
from habitue.model.evidence import Key
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy
from habitue.model.person import Node, Person, Stretch
from habitue.model.record import Record
from habitue.model.source import Source
from habitue.profile.fold import Profiles
from habitue.profile.point import Item, profile_at
from habitue.profile.scanned import is_followed
from habitue.state.pieces import ALL_AT_ONCE, Making

# A strand's first page is small: of a person of many devices, few reach the answer.
FIRST_ITEMS = 10
PAGE_ITEMS = 200
# So many records are read together where others wait for a turn between.
TOGETHER = 50
# A place in the order of (t, offset).
Place = tuple[int, int]
_START: Place = (0, 0)
_END: Place = (2**62, 0)


class Folded(Protocol):
    """What of the fold is read."""

    @property
    def identity(self) -> Resolver: ...

    @property
    def profiles(self) -> Profiles: ...

    @property
    def marked(self) -> Marked: ...

    @property
    def clicks(self) -> Marked: ...

    @property
    def undone(self) -> Undone: ...

    def source(self, name: str) -> Source: ...


class PeopleDesk:
    """Answers who somebody is, and what is known."""

    def __init__(
        self,
        fold: Folded,
        truth: Truth,
        clock: Clock,
        limits: People | None = None,
        making: Making = ALL_AT_ONCE,
    ) -> None:
        """limits: from when on a person shows a warning; making: of very many parts."""
        self._fold = fold
        self._truth = truth
        self._clock = clock
        self._limits = limits or People()
        self._graph = GraphView(truth, self._limits, making)
        self.country = "GB"

    def over(self, fold: Folded, making: Making) -> "PeopleDesk":
        """Give a desk like this one that reads through another fold, as it makes."""
        desk = PeopleDesk(fold, self._truth, self._clock, self._limits, making)
        desk.country = self.country
        return desk

    @property
    def policy(self) -> KindPolicy:
        """Give the kinds state knows: what is blocked or closed now is found still."""
        return self._fold.identity.policy

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
        return views, (ids[-1] if len(ids) == limit else None)

    def brief(self, person_id: int) -> View | None:
        """Give a person without orders and evidence."""
        person = self._fold.identity.person(person_id, 0)
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
        person = self.whose(person_id)
        if person is None:
            return None
        if at_us is None:
            profile = self._fold.profiles.read(person.strands, self._clock.now_us())
        else:
            devices = self._fold.identity.devices
            told = self._told(person)
            rules = self._fold.profiles.rules
            profile = profile_at(told, at_us, self._fold.source, devices, rules)
        view = profile_view(profile)
        view["warnings"] = [*self._graph.warnings(person), *view["warnings"]]
        return {
            "person_id": person.person_id,
            "asked_for": person_id,
            **self._graph.view(person),
            **view,
        }

    def whose(self, person_id: int, refusals_max: int = SHOWN_MAX) -> Person | None:
        """Give who has an id now; an old one is whose its identifier is."""
        identity = self._fold.identity
        # Nearly every id that is asked for is somebody's now.
        person = identity.person(person_id, refusals_max)
        if person is not None:
            return person
        now_id = identity.current(person_id)
        return None if now_id is None else identity.person(now_id, refusals_max)

    def evidence(
        self, person_id: int, cursor: str | None, limit: int
    ) -> tuple[View, str | None] | None:
        """Give a page of what joins a person, and its next; None if there is none."""
        person = self.whose(person_id)
        return None if person is None else self._graph.evidence(person, cursor, limit)

    def refusals(
        self, person_id: int, cursor: str | None, limit: int
    ) -> tuple[View, str | None] | None:
        """Give a page of what was not joined to a person; None if there is none."""
        after = None if cursor is None else _read(cursor)
        person = self.whose(person_id)
        if person is None:
            return None
        page, more = self._fold.identity.refusals(person, after, limit)
        view = self._graph.refusals(person, page)
        return view, None if more is None else f"{more[0]}:{more[1]}"

    def timeline(
        self, person_id: int, cursor: str | None, limit: int
    ) -> tuple[list[View], str | None] | None:
        """Give a page of a person's events, newest first; None if there is none."""
        person = self.whose(person_id, refusals_max=0)
        if person is None:
            return None
        found = list(itertools.islice(self._newest(person, _read(cursor)), limit))
        views = []
        for record in self._records(found):
            event = self._fold.undone.event(record)
            if event is not None:
                views.append(self._view(record, event))
        more = f"{found[-1][0]}:{found[-1][1]}" if len(found) == limit else None
        return views, more

    def _view(self, record: Record, event: Event) -> View:
        view = event_view(record, event, self._fold.source(record.source))
        key = Key(record.source, record.message_id or "")
        if is_followed(event) and self._fold.identity.is_retracted(key):
            view["marked"] = "scanner"
            view["command"] = command_of(record.offset)
            view["undo"] = f"/api/v1/commands/{view['command']}/undo"
        return view

    def _newest(self, person: Person, before: Place) -> Iterator[Place]:
        spans = _spans(person)
        self._fold.identity.bring_items(spans)
        found = [
            self._strand_newest(strand, (low, min(high, before)))
            for strand, (low, high) in spans.items()
            if low < before
        ]
        found += [
            places(strand, (low, min(high, before)))
            for strand, (low, high) in spans.items()
            for places in (self._marked_newest, self._scanned_newest)
            if low < before
        ]
        # Where one span ends within a moment and the next begins, both have it.
        places = heapq.merge(*found, reverse=True)
        return (place for place, _ in itertools.groupby(places))

    def _strand_newest(self, strand: int, span: tuple[Place, Place]) -> Iterator[Place]:
        identity = self._fold.identity
        no = identity.number_at(strand)
        low, high = span
        limit = FIRST_ITEMS
        while True:
            page = identity.items(
                no, low=low, high=high, limit=limit, newest_first=True
            )
            for at_us, offset in page:
                if identity.strand_at(no, at_us, offset) == strand:
                    yield at_us, offset
            if len(page) < limit:
                return
            high, limit = page[-1], PAGE_ITEMS

    def _marked_newest(self, strand: int, span: tuple[Place, Place]) -> Iterator[Place]:
        """Give what was marked of a strand: shown among the rest, and in no sum."""
        number = self._fold.identity.number_at(strand)
        low, high = span
        limit = FIRST_ITEMS
        while True:
            page = self._fold.marked.newest(number, (low, high), limit)
            yield from page
            if len(page) < limit:
                return
            high, limit = page[-1], PAGE_ITEMS

    def _scanned_newest(
        self, strand: int, span: tuple[Place, Place]
    ) -> Iterator[Place]:
        """Give the clicks of scanners, which were found out when they had counted."""
        number = self._fold.identity.number_at(strand)
        low, high = span
        while True:
            page = self._fold.clicks.flagged(number, (low, high), FIRST_ITEMS)
            yield from ((at_us, offset) for at_us, offset, gone in page if gone)
            if len(page) < FIRST_ITEMS:
                return
            high = page[-1][:2]

    def _told(self, person: Person) -> Iterator[Item]:
        for record in self.records(person):
            event = event_of(record)
            if event is not None:
                yield _item(record, event)

    def records(self, person: Person) -> Iterator[Record]:
        """Give the records of a person's events that count, strand by strand."""
        places = (
            place
            for strand, span in _spans(person).items()
            for place in self._strand_newest(strand, span)
        )
        for some in parts(places, TOGETHER):
            yield from self._records(some)

    def _records(self, places: Sequence[Place]) -> Iterator[Record]:
        """Read what lies at some places, in one question: one each would be most."""
        held = self._truth.get_many([offset for _, offset in places])
        return (held[offset] for _, offset in places if offset in held)


def _spans(person: Person) -> dict[int, tuple[Place, Place]]:
    """Give the places between which each strand of a person has its items.

    A tenure or stretch begins and ends within a moment, by key; what lies at that
    very moment is for strand_at to tell.
    """
    spans = dict.fromkeys(person.strands, (_START, _END))
    held: tuple[Node | Stretch, ...] = (*person.nodes, *person.stretches)
    for part in held:
        low = _START if part.since is None else (part.since.at_us, 0)
        high = _END if part.until is None else (part.until.at_us + 1, 0)
        spans[part.strand] = (low, high)
    return spans


def _read(cursor: str | None) -> Place:
    if cursor is None:
        return _END
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
