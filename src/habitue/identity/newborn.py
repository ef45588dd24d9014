"""An item of which nothing was heard before: its rows are written straight.

New identifiers of different kinds always fit: one name a kind, one tenure from the
beginning, a component of their own. So nothing has to be looked up, and the rows are
those that the long way gives (tests/identity/test_straight.py). A device among them
may be known: then the newcomer signs in on it.
"""

from typing import NamedTuple

from habitue.identity.book import Book
from habitue.identity.drawing import weight
from habitue.identity.parts import flags_of
from habitue.identity.rows import (
    NEVER,
    Anchor,
    Component,
    Contact,
    Edge,
    Group,
    Row,
    Tenure,
)
from habitue.identity.tenures import OTHERS_MAX
from habitue.identity.visiting import Visiting
from habitue.model.evidence import Evidence
from habitue.model.identifier import IDENTIFIERS_MAX, Identifier
from habitue.model.kind import Role
from habitue.model.person import Grade
from habitue.model.strand import STRANDS_MAX

_VERIFIED, _CLAIM = int(Grade.VERIFIED), int(Grade.CLAIM)


class Named(NamedTuple):
    """The new identifiers of an item that are nodes, by rank, and their number."""

    anchors: tuple[Identifier, ...]
    contacts: tuple[Identifier, ...]
    # The number of the first; the others follow it.
    number: int

    @property
    def size(self) -> int:
        return len(self.anchors) + len(self.contacts)

    def numbers(self) -> range:
        return range(self.number, self.number + self.size)

    def nodes(self) -> range:
        """Give the nodes, each in its first tenure."""
        first = self.number * STRANDS_MAX
        return range(first, first + self.size * STRANDS_MAX, STRANDS_MAX)


class Newborn:
    """Writes the rows of an item whose anchors and contacts are all new."""

    def __init__(self, book: Book, visiting: Visiting) -> None:
        self._book = book
        self._visiting = visiting

    def take(self, evidence: Evidence, numbers: list[int | None]) -> int | None:
        """Take an item in and give its strand; None, and nothing done, if unsure.

        The identifiers come by rank and are of different kinds; numbers: theirs.
        """
        if evidence.ends:
            return None
        named = self._named(evidence, numbers)
        if named is None or self._is_too_much(evidence, named):
            return None
        own = named.number * STRANDS_MAX if named.size else None
        found = self._visiting.look(evidence, numbers[named.size :], own)
        if found is None:
            return None
        if own is not None:
            self._write(evidence, named, self._rows(evidence, named))
        placed = self._visiting.take(evidence, found, own)
        return placed if own is None else own

    def _named(self, evidence: Evidence, numbers: list[int | None]) -> Named | None:
        """Part the identifiers by role; None if an anchor or contact is known."""
        role = self._book.role
        roles = [role[kind] for kind, _ in evidence.identifiers]
        anchors = roles.count(Role.ANCHOR)
        nodes = anchors + roles.count(Role.CONTACT)
        if any(number is not None for number in numbers[:nodes]):
            return None
        named = evidence.identifiers
        first = evidence.offset * IDENTIFIERS_MAX
        return Named(named[:anchors], named[anchors:nodes], first)

    def _is_too_much(self, evidence: Evidence, named: Named) -> bool:
        """Say whether there are so many that a rule may speak against them."""
        if not evidence.verified:
            return named.size - 1 > self._book.policy.claim_edges_max
        return not named.anchors and len(named.contacts) > OTHERS_MAX

    # Rows.

    def _rows(self, evidence: Evidence, named: Named) -> list[Row]:
        component = named.nodes()[0] if named.size > 1 else 0
        return [
            *self._anchors(evidence, named, component),
            *self._contacts(evidence, named, component),
        ]

    def _anchors(self, evidence: Evidence, named: Named, component: int) -> list[Row]:
        verified, at_us, offset = evidence.verified, evidence.at_us, evidence.offset
        rows: list[Row] = []
        for kind, value in named.anchors:
            anchor = Anchor(verified=int(verified), component=component)
            if rows and verified:
                # The shop books the others to the highest.
                anchor.head = named.number
                anchor.head_at, anchor.head_offset = at_us, offset
            rows.append(Row(kind, value, 1, at_us, offset, anchor=anchor))
        return rows

    def _contacts(self, evidence: Evidence, named: Named, component: int) -> list[Row]:
        verified, at_us, offset = evidence.verified, evidence.at_us, evidence.offset
        first = named.number + len(named.anchors)
        numbers = range(first, first + len(named.contacts))
        held: list[int] = []
        others: list[int] = []
        if verified and named.anchors:
            held = list(range(named.number, first))
        elif verified:
            others = self._others(named, numbers)
        rows = []
        for number, (kind, value) in zip(numbers, named.contacts, strict=True):
            tenure = Tenure(
                anchors=held[:],
                birth=number,
                verified=int(verified),
                component=component,
            )
            told = [one for one in others if one != number]
            contact = Contact([tenure], others=told)
            rows.append(Row(kind, value, 1, at_us, offset, contact=contact))
        return rows

    def _others(self, named: Named, numbers: range) -> list[int]:
        """Give the e-mails and phones, of which each sees the others (rule 9)."""
        other = self._book.other
        told = zip(numbers, named.contacts, strict=True)
        return [number for number, (kind, _) in told if other[kind]]

    # Writing.

    def _write(self, evidence: Evidence, named: Named, rows: list[Row]) -> None:
        book, flags = self._book, flags_of(evidence)
        at_us, offset = evidence.at_us, evidence.offset
        put_number, put_row, put_item = book.numbers.put, book.rows.put, book.items.put
        for number, row in zip(named.numbers(), rows, strict=True):
            put_number(f"{row.kind}:{row.value}", number)
            put_row(number, row)
            put_item(number * 2 + (number == named.number), at_us, offset, flags)
        if evidence.verified:
            self._link(named)
        if len(rows) > 1:
            component = self._component(evidence, named, rows)
            book.components.put(named.nodes()[0], component)
        book.people.enlist(named.number, named.nodes()[0], new=True)

    def _link(self, named: Named) -> None:
        """Note the anchors booked to the first, and the contacts that saw each."""
        put = self._book.links.put
        between = named.number + len(named.anchors)
        end = named.number + named.size
        for anchor in range(named.number, between):
            if anchor != named.number:
                put(named.number * 2 + 1, anchor, 0, 1)
            for contact in range(between, end):
                put(anchor * 2, contact, 0, 1)

    def _component(
        self, evidence: Evidence, named: Named, rows: list[Row]
    ) -> Component:
        """Make one person of the nodes: the first with an edge to each other."""
        rank, verified = self._book.rank, evidence.verified
        nodes = named.nodes()
        first, grade = nodes[0], _VERIFIED if verified else _CLAIM
        told = (evidence.at_us, *evidence.key, evidence.offset)
        ranks = [rank[row.kind] for row in rows]
        edges = {
            node: Edge(grade, own, *told)
            for node, own in zip(nodes[1:], ranks[1:], strict=True)
        }
        names = {
            own: [number] for own, number in zip(ranks, named.numbers(), strict=True)
        }
        if verified:
            names.update((own, [named.number]) for own in ranks[: len(named.anchors)])
        claims = {} if verified else dict.fromkeys(nodes, 1)
        if claims:
            claims[first] = len(edges)
        return Component(
            nodes=dict.fromkeys(nodes, first),
            groups={first: Group(named.number, first, verified, names)},
            edges={first: edges},
            heaviest=weight(edges[nodes[-1]]),
            claims=claims,
            latest=NEVER if verified else (evidence.at_us, *evidence.key),
        )
