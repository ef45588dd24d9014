"""Who is who, read from the rows: persons with what joins and what parts them."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

from habitue.identity.drawing import link
from habitue.identity.history import mentioned
from habitue.identity.parts import Parts
from habitue.identity.rows import Component, Moment, Row, Turned
from habitue.identity.rows import Stretch as StretchRow
from habitue.model import strand as strands
from habitue.model.evidence import Key
from habitue.model.identifier import IDENTIFIERS_MAX, Identifier
from habitue.model.person import (
    Edge,
    Grade,
    Node,
    Person,
    Refusal,
    RefusedBy,
    Stretch,
)
from habitue.model.person import Moment as PersonMoment

_PAGE = 1_000


class Outline(NamedTuple):
    """Whether a person is more than a device, and some of their strands."""

    known: bool
    strands: tuple[int, ...]


class Reading:
    """Answers questions about persons from the rows, changing nothing."""

    def __init__(self, parts: Parts) -> None:
        self.book = parts.book
        self.parts = parts
        self.drawing = parts.drawing

    def strand(self, number: int, ordinal: int) -> int:
        return strands.strand(number, ordinal)

    def strands(self, number: int) -> list[int]:
        count = self._count(self.book.row(number))
        return [strands.strand(number, at) for at in range(count)]

    def _count(self, row: Row) -> int:
        if row.contact is not None:
            return len(row.contact.tenures)
        return row.device.ordinal + 1 if row.device is not None else 1

    # Whose.

    def find(self, identifier: Identifier) -> int | None:
        number = self.book.number(identifier)
        if number is None:
            return None
        row = self.book.row(number)
        if row.device is not None:
            if row.device.latest is None:
                return None
            return self.person_of(self.book.place(number, row.device.latest))
        last = len(row.contact.tenures) - 1 if row.contact is not None else 0
        return self.person_of(strands.strand(number, last))

    def current(self, person_id: int) -> int | None:
        offset, position = divmod(person_id, IDENTIFIERS_MAX)
        record = self.book.record(offset)
        named = () if record is None else mentioned(record, self.book.policy)
        if record is None or position >= len(named):
            return None
        number = self.book.number(named[position])
        if number is None:
            return None
        return self.person_of(
            self.book.place(number, (record.at_us, record.key[0], record.key[1], 0))
        )

    def person_of(self, strand: int) -> int | None:
        number = strands.identifier_no(strand)
        row = self.book.rows.get(number)
        if row is None or strands.ordinal(strand) >= self._count(row):
            return None
        if row.device is not None:
            stretch = self.book.stretch(strand)
            if not stretch.seen:
                return None
            if stretch.holder is None:
                return stretch.birth
            return self.person_of(stretch.holder)
        if not row.items:
            return None
        component = self.book.components.get(self.drawing.component(strand))
        if component is None or (row.contact is not None and row.contact.shared):
            return self.drawing.birth(strand)
        return component.groups[component.nodes[strand]].birth

    def people(self, after: int, limit: int) -> list[int]:
        return self.book.people.after(after, limit)

    def outline(self, person_id: int, strands_max: int) -> Outline:
        oldest = self.book.people.oldest_of(person_id)
        if oldest is None:
            return Outline(known=False, strands=())
        row = self.book.row(strands.identifier_no(oldest))
        if row.device is not None or (row.contact is not None and row.contact.shared):
            return Outline(known=False, strands=(oldest,))
        nodes = list(islice(self._nodes(oldest), strands_max))
        handed = (one for node in nodes for one in self._handed(node))
        found = islice(chain(nodes, handed), strands_max)
        return Outline(known=True, strands=tuple(found))

    def _nodes(self, oldest: int) -> Iterator[int]:
        component = self.book.components.get(self.drawing.component(oldest))
        if component is None:
            return iter((oldest,))
        own = component.nodes[oldest]
        return (one for one, key in component.nodes.items() if key == own)

    # A person.

    def person(self, person_id: int) -> Person | None:
        oldest = self.book.people.oldest_of(person_id)
        if oldest is None:
            return None
        row = self.book.row(strands.identifier_no(oldest))
        if row.device is not None:
            stretch = self._stretch(oldest)
            return Person(person_id=person_id, strands=(oldest,), stretches=(stretch,))
        if row.contact is not None and row.contact.shared:
            shared = Identifier(row.kind, row.value)
            return Person(person_id=person_id, strands=(oldest,), shared=shared)
        return self._known(person_id, oldest)

    def _known(self, person_id: int, oldest: int) -> Person:
        component = self.book.components.get(self.drawing.component(oldest))
        nodes = sorted(self._nodes(oldest), key=self.drawing.name)
        stretches = sorted(
            (self._stretch(one) for node in nodes for one in self._handed(node)),
            key=lambda one: (one.identifier, one.ordinal),
        )
        graph = [*nodes, *(one.strand for one in stretches)]
        return Person(
            person_id=person_id,
            strands=tuple(sorted(graph)),
            nodes=tuple(self._node(node) for node in nodes),
            stretches=tuple(stretches),
            edges=self._edges(component, nodes),
            refusals=(*self._refused(component, nodes), *self._turned(nodes)),
        )

    def _handed(self, holder: int) -> Iterator[int]:
        low = (0, 0)
        while True:
            page = self.book.handed.span(holder, low=low, limit=_PAGE)
            yield from (entry[2] for entry in page)
            if len(page) < _PAGE:
                return
            low = (page[-1][0], 1)

    def _node(self, node: int) -> Node:
        number, at = strands.identifier_no(node), strands.ordinal(node)
        row = self.book.row(number)
        since, until = self._tenure(row, at)
        return Node(
            identifier=Identifier(row.kind, row.value),
            ordinal=at,
            strand=node,
            birth=self.drawing.birth(node),
            verified=self.drawing.verified(node),
            since=_told(since),
            until=_told(until),
        )

    def _tenure(self, row: Row, at: int) -> tuple[Moment | None, Moment | None]:
        if row.contact is None:
            return None, None
        tenures = row.contact.tenures
        until = tenures[at + 1].since if at + 1 < len(tenures) else None
        return tenures[at].since, until

    def bounds(self, strand: int) -> tuple[Moment | None, Moment | None]:
        """Say since when and until when a strand is; None: without an end."""
        number, at = strands.identifier_no(strand), strands.ordinal(strand)
        row = self.book.row(number)
        if row.device is None:
            return self._tenure(row, at)
        until = None
        if at < row.device.ordinal:
            until = self.book.stretch(strands.strand(number, at + 1)).since
        return self.book.stretch(strand).since, until

    def _stretch(self, strand: int) -> Stretch:
        number, at = strands.identifier_no(strand), strands.ordinal(strand)
        row = self.book.row(number)
        held = self.book.stretch(strand)
        _, until = self.bounds(strand)
        return Stretch(
            identifier=Identifier(row.kind, row.value),
            ordinal=at,
            strand=strand,
            birth=held.birth,
            since=_told(held.since),
            until=_told(until),
            holder=held.holder,
            login=self._login(held),
        )

    def _login(self, stretch: StretchRow) -> Key | None:
        if stretch.holder is None:
            return None
        record = self.book.record(stretch.login)
        return None if record is None else record.key

    def parted(self, left: Person, right: Person) -> list[Key]:
        """Give the keys of the judgements not_same in force between two persons."""
        others = set(self._numbers(right))
        return [
            Key(told.source, told.message_id)
            for number in self._numbers(left)
            for other in self.book.row(number).apart
            if other in others and (pair := self.drawing.pair(number, other))
            for told in pair.told
            if told.in_force and not told.same
        ]

    def _numbers(self, person: Person) -> list[int]:
        return sorted({strands.identifier_no(one) for one in person.strands})

    # Edges and refusals.

    def _edges(self, component: Component | None, nodes: list[int]) -> tuple[Edge, ...]:
        if component is None:
            return ()
        refused = {(one.left, one.right) for one in component.refused}
        own = set(nodes)
        held = {
            (left, right): edge
            for left, others in component.edges.items()
            for right, edge in others.items()
            if left in own and right in own and (left, right) not in refused
        }
        return tuple(
            Edge(
                left=pair[0],
                right=pair[1],
                grade=Grade(edge.grade),
                key=Key(edge.source, edge.message_id),
            )
            for pair, edge in (
                (self._by_name(pair), edge)
                for pair, edge in self.parts.uniting.persons.lightest_first(held)
            )
        )

    def _refused(
        self, component: Component | None, nodes: list[int]
    ) -> Iterator[Refusal]:
        own = set(nodes)
        for one in component.refused if component is not None else ():
            if one.left in own or one.right in own:
                edge = component.edges[one.left][one.right] if component else None
                if edge is not None:
                    left, right = self._by_name((one.left, one.right))
                    yield Refusal(
                        left=left,
                        right=right,
                        grade=Grade(edge.grade),
                        key=Key(edge.source, edge.message_id),
                        by=RefusedBy.UNION,
                        reason=one.reason,
                    )

    def _turned(self, nodes: list[int]) -> Iterator[Refusal]:
        """Give what contacts refused, as seen from either side."""
        seen: dict[tuple[int, int], None] = {}
        for node in nodes:
            number = strands.identifier_no(node)
            for contact, turned in self._turned_by(number):
                pair = link(
                    strands.strand(turned.anchor, 0), strands.strand(contact, 0)
                )
                if pair not in seen:
                    seen[pair] = None
                    left, right = self._by_name(pair)
                    yield Refusal(
                        left=left,
                        right=right,
                        grade=Grade.VERIFIED,
                        key=Key(turned.source, turned.message_id),
                        by=RefusedBy.TENURE,
                        reason=turned.reason,
                    )

    def _turned_by(self, number: int) -> Iterator[tuple[int, Turned]]:
        row = self.book.row(number)
        if row.contact is not None:
            yield from ((number, turned) for turned in row.contact.refused)
            return
        for contact in self.parts.naming.witnesses(number):
            held = self.book.row(contact).contact
            for turned in held.refused if held is not None else ():
                if turned.anchor == number:
                    yield contact, turned

    def _by_name(self, pair: tuple[int, int]) -> tuple[int, int]:
        left, right = sorted(pair, key=self.drawing.name)
        return left, right


def _told(moment: Moment | None) -> PersonMoment | None:
    if moment is None:
        return None
    return PersonMoment(moment[0], Key(moment[1], moment[2]), moment[3])
