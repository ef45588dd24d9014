"""What the nodes of a raw component bring into a person, and what keeps two apart."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

from habitue.base.steps import MANY, Steps, in_order
from habitue.identity.components import CLAIM, FLOOD
from habitue.identity.drawing import Drawing, Link, weight
from habitue.identity.fitting import NOT_SAME
from habitue.identity.naming import Naming
from habitue.identity.rows import Component, Edge, Group
from habitue.model.person import Grade
from habitue.model.strand import identifier_no, ordinal

# A plain number: comparing with an enum would cost more than the rest of it.
_CLAIM = int(Grade.CLAIM)

# An edge with its nodes.
Drawn = tuple[Link, Edge]


class Persons:
    """Says what rules 16 and 17 ask about nodes, edges and persons."""

    def __init__(self, drawing: Drawing, naming: Naming) -> None:
        self.drawing = drawing
        self.book = drawing.book
        self.naming = naming

    def group(self, node: int) -> Group:
        """Give a node's share of a person."""
        number = identifier_no(node)
        row = self.book.row(number)
        name, birth = row.counts_as or number, number
        verified = bool(row.same)
        if row.anchor is not None:
            verified = verified or row.anchor.verified > 0
            if row.anchor.head:
                name = self.book.name(number)
        elif row.contact is not None:
            tenure = row.contact.tenures[ordinal(node)]
            birth = tenure.birth
            verified = tenure.verified > 0 or (verified and self.drawing.verified(node))
        return Group(birth, node, verified, {self.book.rank[row.kind]: [name]})

    def between(self, component: Component, pair: Link, edge: Edge) -> str | None:
        """Say what keeps the ends of an edge apart; None: they are one person.

        What spoke against an edge when it was looked at still does, as persons only
        grow; where nothing else does, there were too many claims.
        """
        left, right = component.nodes[pair[0]], component.nodes[pair[1]]
        if left == right:
            return None
        one, two = component.groups[left], component.groups[right]
        against = self.against(edge, one, two)
        if against is None and component.judged:
            against = NOT_SAME if self._judged(component, left, right) else None
        return against or FLOOD

    def against(self, edge: Edge, one: Group, two: Group) -> str | None:
        """Say what speaks against making two persons one by an edge, verdicts apart."""
        if edge.grade == _CLAIM and one.verified and two.verified:
            return CLAIM
        over = too_many(one, two, self.book.limits)
        return None if over is None else f"limit {self.book.policy.at(over).name}"

    def _judged(self, component: Component, left: int, right: int) -> bool:
        of = component.nodes.items()
        others = {identifier_no(node) for node, key in of if key == right}
        return any(
            other in others
            for node, key in of
            if key == left
            for other in self.book.row(identifier_no(node)).apart
        )

    def lightest_first(self, edges: dict[Link, Edge]) -> Steps[list[Drawn]]:
        """Order edges by weight, ties by the names of their nodes."""
        return self._in_order(edges, weight)

    def first_told(self, edges: dict[Link, Edge]) -> Steps[list[Drawn]]:
        """Order edges by (t, key) of their items, ties by the names of their nodes."""
        return self._in_order(edges, told_at)

    def _in_order(
        self, edges: dict[Link, Edge], by: Callable[[Edge], Any]
    ) -> Steps[list[Drawn]]:
        ordered = yield from in_order(edges.items(), lambda one: by(one[1]))
        result: list[Drawn] = []
        enough = MANY
        # Names are looked up only where they matter.
        for _, group in groupby(ordered, key=lambda one: by(one[1])):
            tied = list(group)
            if len(tied) > 1:
                tied.sort(key=lambda one: self.names(one[0]))
            result += tied
            if len(result) >= enough:
                enough = len(result) + MANY
                yield
        return result

    def names(self, pair: Link) -> list[tuple[int, str, int]]:
        return sorted(self.drawing.name(node) for node in pair)


def told_at(edge: Edge) -> tuple[int, str, str]:
    """Say where the item of an edge stands in the order of (t, key)."""
    return edge.at_us, edge.source, edge.message_id


def too_many(one: Group, two: Group, limits: list[int]) -> int | None:
    """Give the highest kind of which two persons together have too many names."""
    over = None
    for rank, names in one.names.items():
        held = two.names.get(rank)
        if held is None:
            continue
        # Nearly always both fit though every name were another.
        if len(names) + len(held) > limits[rank] and (over is None or rank < over):
            few, many = (names, held) if len(names) < len(held) else (held, names)
            total = len(many) + sum(name not in many for name in few)
            if total > limits[rank]:
                over = rank
    return over


def absorb(group: Group, other: Group) -> None:
    """Add one person's share to another's."""
    group.verified = group.verified or other.verified
    if other.birth < group.birth:
        group.birth, group.oldest = other.birth, other.oldest
    for rank, names in other.names.items():
        held = group.names.setdefault(rank, [])
        held += [name for name in names if name not in held]
