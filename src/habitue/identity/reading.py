"""Whose is what, read from the rows: strands, their spans, and persons by id."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from habitue.base.steps import finish
from habitue.identity.history import mentioned
from habitue.identity.parts import Parts
from habitue.identity.rows import Device, Moment, Row
from habitue.model import strand as strands
from habitue.model.identifier import IDENTIFIERS_MAX, Identifier

_PAGE = 1_000


class Outline(NamedTuple):
    """Whether a person is more than a device, and some of their strands."""

    known: bool
    strands: tuple[int, ...]


class Reading:
    """Says whose a thing is from the rows, changing nothing."""

    def __init__(self, parts: Parts) -> None:
        self.book = parts.book
        self.drawing = parts.drawing

    def strands(self, number: int) -> list[int]:
        row = self.book.row(number)
        if row.device is not None:
            stretches = finish(self.book.all_stretches(number))
            return [strands.strand(one.birth, 0) for one in stretches if one.birth]
        return [strands.strand(number, at) for at in range(_count(row))]

    def each_strand(self, number: int) -> Iterator[int]:
        """Give all strands of an identifier as they are asked for, in no order."""
        device = self.book.row(number).device
        if device is None:
            yield from self.strands(number)
            return
        for birth in self.book.past.births(number):
            yield strands.strand(birth, 0)
        if device.stretch.birth:
            yield strands.strand(device.stretch.birth, 0)

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
        number = self.book.owner(strand)
        row = None if number is None else self.book.rows.get(number)
        if row is None or strands.ordinal(strand) >= _count(row):
            return None
        if row.device is not None:
            return self._person_of_stretch(row.device, strand)
        if not row.items:
            return None
        component = self.book.components.get(self.drawing.component(strand))
        if component is None or (row.contact is not None and row.contact.shared):
            return self.drawing.birth(strand)
        return component.groups[component.nodes[strand]].birth

    def _person_of_stretch(self, device: Device, strand: int) -> int | None:
        stretch = self.book.past.named(device, strands.identifier_no(strand))
        if stretch is None or not stretch.seen:
            return None
        if stretch.holder is None:
            return stretch.birth
        return self.person_of(stretch.holder)

    def oldest_of(self, person_id: int) -> int | None:
        """Give the strand that a person has its id from; None if there is none."""
        # Nearly every id is the number of an identifier that is theirs still, and its
        # row will be asked for anyway; where it is not, the list knows.
        own = strands.strand(person_id, 0)
        if self.person_of(own) == person_id:
            return own
        return self.book.people.oldest_of(person_id)

    def birth(self, strand: int) -> int:
        """Give the id that a person has whose oldest strand this is."""
        contact = self.book.row(self.book.number_at(strand)).contact
        if contact is None:
            return strands.identifier_no(strand)
        return contact.tenures[strands.ordinal(strand)].birth

    def people(self, after: int, limit: int) -> list[int]:
        return self.book.people.after(after, limit)

    def bring(self, people: Sequence[int]) -> None:
        own = [strands.strand(one, 0) for one in people]
        self._bring(own)
        known = [one for one in own if self._is_joined(one)]
        self.book.components.prefetch(
            part for part in map(self.drawing.component, known) if part
        )
        self._bring([node for one in known for node in self.nodes(one)])

    def _is_joined(self, own: int) -> bool:
        """Say whether a strand may have others beside it: it is known, and in force."""
        row = self.book.rows.get(strands.identifier_no(own))
        return row is not None and bool(row.items) and not self._is_alone(own)

    def _bring(self, nodes: Sequence[int]) -> None:
        """Load the rows of nodes, and what was handed to them, in a question each."""
        self.book.bring(nodes)
        self.book.rows.prefetch(map(strands.identifier_no, nodes))
        self.book.handed.prefetch(nodes)

    # A person, in short.

    def outline(self, person_id: int, strands_max: int) -> Outline:
        oldest = self.oldest_of(person_id)
        if oldest is None:
            return Outline(known=False, strands=())
        if self._is_alone(oldest):
            return Outline(known=False, strands=(oldest,))
        nodes = list(islice(self.nodes(oldest), strands_max))
        handed = (one for node in nodes for one in self.handed(node))
        found = islice(chain(nodes, handed), strands_max)
        return Outline(known=True, strands=tuple(found))

    def identifiers(self, person_id: int) -> list[Identifier]:
        """Give what a person is named by but for devices, by rank and value."""
        oldest = self.oldest_of(person_id)
        if oldest is None or self._is_alone(oldest):
            return []
        nodes = sorted(self.nodes(oldest), key=self.drawing.name)
        rows = (self.book.row(strands.identifier_no(node)) for node in nodes)
        return [Identifier(row.kind, row.value) for row in rows]

    def _is_alone(self, oldest: int) -> bool:
        """Say whether a strand is all of somebody: a device, or what many share."""
        row = self.book.row(self.book.number_at(oldest))
        return row.device is not None or bool(row.contact and row.contact.shared)

    def nodes(self, oldest: int) -> Iterator[int]:
        """Give the nodes of the person that one belongs to."""
        component = self.book.components.get(self.drawing.component(oldest))
        if component is None:
            return iter((oldest,))
        own = component.nodes[oldest]
        return (one for one, key in component.nodes.items() if key == own)

    def handed(self, holder: int) -> Iterator[int]:
        """Give the device stretches handed to a node."""
        low = (0, 0)
        while True:
            page = self.book.handed.span(holder, low=low, limit=_PAGE)
            yield from (entry[2] for entry in page)
            if len(page) < _PAGE:
                return
            low = (page[-1][0], 1)

    def tenure(self, row: Row, at: int) -> tuple[Moment | None, Moment | None]:
        """Say since when and until when a node is in force."""
        if row.contact is None:
            return None, None
        tenures = row.contact.tenures
        until = tenures[at + 1].since if at + 1 < len(tenures) else None
        return tenures[at].since, until

    def bounds(self, strand: int) -> tuple[Moment | None, Moment | None]:
        """Say since when and until when a strand is; None: without an end."""
        row = self.book.row(self.book.number_at(strand))
        if row.device is None:
            return self.tenure(row, strands.ordinal(strand))
        stretch = self.book.stretch(strand)
        return stretch.since, stretch.until


def _count(row: Row) -> int:
    """Count the ordinals of an identifier; a stretch has none but its birth."""
    return len(row.contact.tenures) if row.contact is not None else 1
