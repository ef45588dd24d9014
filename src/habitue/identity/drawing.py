"""Edges of items and judgements, and what is asked of their nodes (rules 10 and 15)."""

from collections.abc import Iterable

from habitue.identity.book import Book, Item, tenure_at
from habitue.identity.rows import Edge, Moment, Pair, Told
from habitue.model.person import Grade
from habitue.model.strand import identifier_no, ordinal

Link = tuple[int, int]


class Drawing:
    """Says what edges an item or a judgement gives as the tenures stand."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def edges(self, item: Item, refusing: Iterable[int]) -> dict[Link, Edge]:
        """Give the edges of an item; refusing: the contacts that refused it."""
        nodes = [
            (node, number)
            for number in item.numbers
            if (node := self.book.node(number, item.moment)) is not None
        ]
        grade = Grade.VERIFIED if item.evidence.verified else Grade.CLAIM
        return {
            link(nodes[0][0], node): self.edge(
                grade, item.moment, item.offset, (nodes[0][1], number)
            )
            for node, number in nodes[1:]
            if number not in refusing
        }

    def same(self, left: int, right: int) -> tuple[Link, Edge] | None:
        """Give the edge of what is judged same, if both have nodes in force."""
        told = self.standing(left, right)
        if told is None or not told.same:
            return None
        moment = (told.at_us, told.source, told.message_id, 0)
        one, two = self._in_force(left, moment), self._in_force(right, moment)
        if one is None or two is None:
            return None
        edge = self.edge(Grade.SAME, moment, told.offset, (left, right))
        return link(one, two), edge

    def edge(
        self, grade: Grade, moment: Moment, offset: int, ends: tuple[int, int]
    ) -> Edge:
        rank = max(self.book.rank[self.book.row(end).kind] for end in ends)
        return Edge(int(grade), rank, moment[0], moment[1], moment[2], offset)

    def _in_force(self, number: int, moment: Moment) -> int | None:
        if not self.book.row(number).items:
            return None
        return self.book.node(number, moment)

    # Judgements.

    def pair(self, left: int, right: int) -> Pair | None:
        return self.book.pairs.get(pair_key(left, right))

    def standing(self, left: int, right: int) -> Told | None:
        """Give the judgement in force on a pair: the latest."""
        pair = self.pair(left, right)
        if pair is None:
            return None
        return next((one for one in reversed(pair.told) if one.in_force), None)

    # Nodes.

    def birth(self, node: int) -> int:
        contact = self.book.row(identifier_no(node)).contact
        if contact is None:
            return identifier_no(node)
        return contact.tenures[ordinal(node)].birth

    def told(self, node: int) -> int:
        """Count the verified items in force that carry a node."""
        row = self.book.row(identifier_no(node))
        if row.anchor is not None:
            return row.anchor.verified
        return row.contact.tenures[ordinal(node)].verified if row.contact else 0

    def verified(self, node: int) -> bool:
        """Say whether a verified item or a `same` carries a node."""
        if self.told(node):
            return True
        number = identifier_no(node)
        row = self.book.row(number)
        if row.contact is None:
            return bool(row.same)
        return any(
            told is not None
            and tenure_at(row.contact, (told.at_us, told.source, told.message_id, 0))
            == ordinal(node)
            for told in (self.standing(number, other) for other in row.same)
        )

    def name(self, node: int) -> tuple[int, str, int]:
        """Name a node so that ties are broken by it: rank, value, tenure."""
        row = self.book.row(identifier_no(node))
        return self.book.rank[row.kind], row.value, ordinal(node)

    def component(self, node: int) -> int:
        row = self.book.row(identifier_no(node))
        if row.anchor is not None:
            return row.anchor.component
        return row.contact.tenures[ordinal(node)].component if row.contact else 0

    def set_component(self, node: int, component: int) -> None:
        if self.component(node) == component:
            return
        if not component:
            # Who is alone from here on may be a person of before: nothing else of them
            # changes, and what is left of the component no longer tells of them.
            self.book.handed.note(node)
        row = self.book.edit(identifier_no(node))
        if row.anchor is not None:
            row.anchor.component = component
        elif row.contact is not None:
            row.contact.tenures[ordinal(node)].component = component


def link(left: int, right: int) -> Link:
    return (left, right) if left < right else (right, left)


def pair_key(left: int, right: int) -> str:
    low, high = link(left, right)
    return f"{low}:{high}"


def weight(edge: Edge) -> tuple[int, int, int, str, str]:
    """Say how much an edge weighs; the least is taken first."""
    return edge.grade, edge.rank, edge.at_us, edge.source, edge.message_id
