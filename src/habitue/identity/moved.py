"""Whose strands may have changed, for whoever keeps a copy of who holds what.

What a person consists of changes only where it is listed, where a device is handed
over, or within a raw component: these three are noted, with the strands that are in no
component any more, and read when asked for.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, cast

from habitue.identity.reading import Reading
from habitue.identity.rows import Component
from habitue.state.noted import NotedIndex, NotedTable


class Held(NamedTuple):
    """The strands that a person has now; none: there is nobody of this id."""

    person_id: int
    strands: tuple[int, ...]


class Names(NamedTuple):
    """Whom notes name: raw components, strands that hold, and people by id."""

    components: set[int]
    holders: set[int]
    people: set[int]


class Moved:
    """Notes people whose strands may have changed; gives what they have now."""

    def __init__(self, reading: Reading) -> None:
        book = reading.book
        self._reading = reading
        self._components = cast("NotedTable[Component]", book.components)
        self._handed = book.handed
        self._people = cast("NotedIndex", book.people.index)
        # All people are one part of theirs.
        self._people.by_part = False

    def note(self) -> None:
        """Note changes from here on."""
        self._components.copied = set()
        self._handed.copied, self._people.copied = set(), set()

    def rest(self) -> None:
        """Note nothing any more."""
        self._components.copied = None
        self._handed.copied = self._people.copied = None

    @property
    def pending(self) -> int:
        """Count what was noted and not taken."""
        noted = self._components.copied, self._handed.copied, self._people.copied
        return sum(len(one) for one in noted if one)

    def put_by(self) -> Names:
        """Give whom the notes name, and begin anew."""
        noted = self._components.copied, self._handed.copied, self._people.copied
        if self._components.copied is not None:
            self.note()
        return Names(*(one or set() for one in noted))

    def remember(self, names: Names) -> None:
        """Have it noted again whom notes named before."""
        noted = self._components.copied, self._handed.copied, self._people.copied
        for own, named in zip(noted, names, strict=True):
            if own is not None:
                own.update(named)

    def take(self, limit: int) -> list[Held]:
        """Give the people that so many of the notes concern, and drop these notes."""
        found: list[Held] = []
        components, handed = self._components.copied, self._handed.copied
        people = self._people.copied
        given: set[int] = set()
        while limit and (components or handed or people):
            limit -= 1
            if components:
                name = components.pop()
                found += self._component(name, given)
                if self._reading.book.components.get(name) is None:
                    # It fell apart: the node it is named by may be somebody alone.
                    found += self._holder(name, given)
            elif handed:
                found += self._holder(handed.pop(), given)
            elif people:
                found += self._person(people.pop(), given)
        return found

    def page(self, after: int, limit: int) -> tuple[list[Held], int | None]:
        """Give people above an id, in order, and where the next page begins."""
        ids = self._reading.people(after, limit)
        given: set[int] = set()
        found = [held for one in ids for held in self._person(one, given)]
        return found, (ids[-1] if len(ids) == limit else None)

    def _person(self, person_id: int, given: set[int]) -> Iterable[Held]:
        oldest = self._reading.book.people.oldest_of(person_id)
        if oldest is None:
            return (Held(person_id, ()),)
        return self._of(person_id, oldest, given)

    def _of(self, person_id: int, oldest: int, given: set[int]) -> Iterable[Held]:
        row = self._reading.book.row(self._reading.book.number_at(oldest))
        if row.device is not None or (row.contact is not None and row.contact.shared):
            return (Held(person_id, (oldest,)),)
        component = self._reading.drawing.component(oldest)
        if component:
            return self._component(component, given)
        return (Held(person_id, (oldest, *self._reading.handed(oldest))),)

    def _holder(self, strand: int, given: set[int]) -> Iterable[Held]:
        person_id = self._reading.person_of(strand)
        return () if person_id is None else self._person(person_id, given)

    def _component(self, name: int, given: set[int]) -> Iterator[Held]:
        """Give the people of a raw component, each time one question at most."""
        row = self._reading.book.components.get(name)
        if row is None or name in given:
            return
        given.add(name)
        of: dict[int, list[int]] = {}
        for node, key in row.nodes.items():
            of.setdefault(key, []).append(node)
        for key, nodes in of.items():
            handed = [one for node in nodes for one in self._reading.handed(node)]
            yield Held(row.groups[key].birth, (*nodes, *handed))
