"""A person in whole, read from the rows: with what joins it and what parts it."""

from collections.abc import Iterator, Sequence
from heapq import nsmallest

from habitue.base.steps import finish
from habitue.identity.drawing import Link, link
from habitue.identity.parts import Parts
from habitue.identity.reading import Reading
from habitue.identity.rows import Component, Moment, Turned
from habitue.identity.rows import Stretch as StretchRow
from habitue.model import strand as strands
from habitue.model.evidence import Key
from habitue.model.identifier import Identifier
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
from habitue.state.pieces import ALL_AT_ONCE, Making, joined


class Portraying:
    """Puts persons together from the rows, changing nothing."""

    def __init__(
        self, parts: Parts, reading: Reading, making: Making = ALL_AT_ONCE
    ) -> None:
        """making: how what there are very many of is made."""
        self._making = making
        self.book = parts.book
        self.parts = parts
        self.drawing = parts.drawing
        self.reading = reading

    def person(self, person_id: int, refusals_max: int) -> Person | None:
        """Give a person with all that makes it; None if there is none of this id.

        Of what was refused no more than refusals_max are looked at closer: a public
        key can make very many.
        """
        oldest = self.reading.oldest_of(person_id)
        if oldest is None:
            return None
        row = self.book.row(self.book.number_at(oldest))
        if row.device is not None:
            stretch = self._stretch(oldest)
            return Person(person_id=person_id, strands=(oldest,), stretches=(stretch,))
        if row.contact is not None and row.contact.shared:
            shared = Identifier(row.kind, row.value)
            return Person(person_id=person_id, strands=(oldest,), shared=shared)
        return self._known(person_id, oldest, refusals_max)

    def _known(self, person_id: int, oldest: int, refusals_max: int) -> Person:
        component = self.book.components.get(self.drawing.component(oldest))
        nodes = list(self.reading.nodes(oldest))
        if len(nodes) > 1:
            # One question to the disk for each would be most of a first read.
            self.book.bring(nodes)
            numbers = list(map(strands.identifier_no, nodes))
            self.book.rows.prefetch(numbers)
            self.book.handed.prefetch(nodes)
            self.parts.naming.prefetch_witnesses(
                one for one in numbers if self.book.row(one).contact is None
            )
        nodes.sort(key=self.drawing.name)
        stretches = self._stretches(nodes)
        graph = [*nodes, *(one.strand for one in stretches)]
        parting = self._parting(component, nodes)
        turned = sorted(self._turned(nodes), key=_pair)
        # The rows keep edges as they came; an answer does not tell that.
        refused = sorted(
            self._refused(component, nsmallest(refusals_max, parting)), key=_pair
        )
        shown = (*refused, *turned)[:refusals_max]
        return Person(
            person_id=person_id,
            strands=tuple(sorted(graph)),
            nodes=tuple(self._node(node) for node in nodes),
            stretches=stretches,
            edges=self._edges(component, nodes),
            refusals=shown,
            refusals_more=len(parting) + len(turned) - len(shown),
        )

    def _stretches(self, nodes: list[int]) -> tuple[Stretch, ...]:
        """Give the device stretches handed to nodes, by identifier and time.

        Of some there are thousands: they are made some at a time, where these are kept.
        """
        held = self._making.in_pieces("handed", nodes, self._handed)
        self.book.bring(joined(held))
        made = self._making.in_pieces("stretches", joined(held), self._portrayed)
        return self._making.together("stretches", made, _in_time)

    def _handed(self, nodes: Sequence[int]) -> list[int]:
        return [one for node in nodes for one in self.reading.handed(node)]

    def _portrayed(self, births: Sequence[int]) -> list[Stretch]:
        self.book.recent.bring(self._logins(births))
        return [self._stretch(one) for one in births]

    def _node(self, node: int) -> Node:
        number, at = strands.identifier_no(node), strands.ordinal(node)
        row = self.book.row(number)
        since, until = self.reading.tenure(row, at)
        return Node(
            identifier=Identifier(row.kind, row.value),
            ordinal=at,
            strand=node,
            birth=self.drawing.birth(node),
            verified=self.drawing.verified(node),
            since=_told(since),
            until=_told(until),
        )

    def _stretch(self, strand: int) -> Stretch:
        row = self.book.row(self.book.number_at(strand))
        held = self.book.stretch(strand)
        return Stretch(
            identifier=Identifier(row.kind, row.value),
            strand=strand,
            birth=held.birth,
            since=_told(held.since),
            until=_told(held.until),
            holder=held.holder,
            login=self._login(held),
        )

    def _logins(self, births: Sequence[int]) -> Iterator[int]:
        for one in births:
            stretch = self.book.stretch(one)
            if stretch.holder is not None:
                yield stretch.login

    def _login(self, stretch: StretchRow) -> Key | None:
        if stretch.holder is None:
            return None
        record = self.book.record(stretch.login)
        return None if record is None else record.key

    # Verdicts.

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

    def apart(self, person: Person) -> set[int]:
        """Give the numbers of identifiers judged not the same as a node's."""
        numbers = {self.book.number_at(node.strand) for node in person.nodes}
        return {other for one in numbers for other in self.book.row(one).apart}

    def _numbers(self, person: Person) -> list[int]:
        return sorted({self.book.number_at(one) for one in person.strands})

    # Edges and refusals.

    def _edges(self, component: Component | None, nodes: list[int]) -> tuple[Edge, ...]:
        if component is None:
            return ()
        own = set(nodes)
        held = {
            (left, right): edge
            for left, others in component.edges.items()
            if left in own
            for right, edge in others.items()
            if right in own
        }
        ordered = finish(self.parts.uniting.persons.lightest_first(held))
        return tuple(
            Edge(
                left=pair[0],
                right=pair[1],
                grade=Grade(edge.grade),
                key=Key(edge.source, edge.message_id),
            )
            for pair, edge in ((self._by_name(pair), edge) for pair, edge in ordered)
        )

    def _parting(self, component: Component | None, nodes: list[int]) -> list[Link]:
        """Give the pairs between which an edge leads from a person to others."""
        if component is None or len(component.groups) < 2:
            return []
        own = set(nodes)
        return [
            (left, right)
            for left, others in component.edges.items()
            for right in others
            if (left in own) is not (right in own)
        ]

    def _refused(
        self, component: Component | None, pairs: list[Link]
    ) -> Iterator[Refusal]:
        if component is None:
            return
        between = self.parts.uniting.persons.between
        for left, right in pairs:
            edge = component.edges[left][right]
            one, other = self._by_name((left, right))
            yield Refusal(
                left=one,
                right=other,
                grade=Grade(edge.grade),
                key=Key(edge.source, edge.message_id),
                by=RefusedBy.UNION,
                reason=between(component, (left, right), edge) or "",
            )

    def refusals(
        self, person: Person, after: Link | None, limit: int
    ) -> tuple[list[Refusal], Link | None]:
        """Give a page of what was not joined to a person, and where the next begins.

        By pairs of strands, so that only what a page tells is looked at closer.
        """
        nodes = [node.strand for node in person.nodes]
        if not nodes:
            return [], None
        component = self.book.components.get(self.drawing.component(nodes[0]))
        turned = {link(one.left, one.right): one for one in self._turned(nodes)}
        parting = set(self._parting(component, nodes))
        pairs = [one for one in parting | set(turned) if after is None or one > after]
        page = nsmallest(limit, pairs)
        found: list[Refusal] = []
        for pair in page:
            # A contact may have refused what an edge would join as well.
            found += self._refused(component, [pair] if pair in parting else [])
            found += [turned[pair]] if pair in turned else []
        return found, page[-1] if len(pairs) > len(page) else None

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


def _in_time(made: Sequence[list[Stretch]]) -> tuple[Stretch, ...]:
    return tuple(sorted(joined(made), key=_by_time))


def _by_time(stretch: Stretch) -> tuple[object, ...]:
    since = stretch.since
    return stretch.identifier, since is not None, since


def _pair(refusal: Refusal) -> tuple[int, int]:
    return refusal.left, refusal.right


def _told(moment: Moment | None) -> PersonMoment | None:
    if moment is None:
        return None
    return PersonMoment(moment[0], Key(moment[1], moment[2]), moment[3])
