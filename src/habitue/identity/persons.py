"""The persons of one raw component: rules 16 and 17 on rows."""

from collections import defaultdict
from operator import itemgetter

from habitue.identity.components import CLAIM, FLOOD
from habitue.identity.drawing import Drawing, Link, weight
from habitue.identity.fitting import NOT_SAME
from habitue.identity.naming import Naming
from habitue.identity.rows import Component, Edge, Group, Refused
from habitue.model.person import Grade
from habitue.model.strand import identifier_no, ordinal

# A plain number: comparing with an enum would cost more than the rest of it.
_CLAIM = int(Grade.CLAIM)


class Persons:
    """Finds the persons among nodes that edges connect."""

    def __init__(self, drawing: Drawing, naming: Naming) -> None:
        self.drawing = drawing
        self.book = drawing.book
        self.naming = naming

    def component(self, nodes: list[int], edges: dict[Link, Edge]) -> Component:
        """Unite along the edges, lightest first, unless one is refused."""
        return Run(self, nodes, edges).component()

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

    def lightest_first(self, edges: dict[Link, Edge]) -> list[tuple[Link, Edge]]:
        """Order edges by weight, ties by the names of their nodes."""
        ordered = sorted(
            ((weight(edge), pair, edge) for pair, edge in edges.items()),
            key=itemgetter(0),
        )
        result: list[tuple[Link, Edge]] = []
        at = 0
        while at < len(ordered):
            end = at + 1
            while end < len(ordered) and ordered[end][0] == ordered[at][0]:
                end += 1
            tied = [(pair, edge) for _, pair, edge in ordered[at:end]]
            if len(tied) > 1:
                tied.sort(key=lambda one: self.names(one[0]))
            result += tied
            at = end
        return result

    def names(self, pair: Link) -> list[tuple[int, str, int]]:
        return sorted(self.drawing.name(node) for node in pair)


class Run:
    """Rules 16 and 17 on one raw component."""

    def __init__(
        self, persons: Persons, nodes: list[int], edges: dict[Link, Edge]
    ) -> None:
        self.persons = persons
        self.book = persons.book
        self.nodes = nodes
        self.edges = edges
        self.root = {node: node for node in nodes}
        self.members = {node: [node] for node in nodes}
        self.groups = {node: persons.group(node) for node in nodes}
        numbers = {identifier_no(node) for node in nodes}
        self.apart = {
            number: apart
            for number in sorted(numbers)
            if (apart := self.book.row(number).apart)
        }
        self.refused: list[Refused] = []

    def component(self) -> Component:
        """Find the persons, and give all as a row."""
        if not self._fits_whole():
            self._join_all()
        return self._as_component()

    def _fits_whole(self) -> bool:
        """Take all as one person if nothing can be refused.

        Limits are hereditary: what fits as a whole fits at every step.
        """
        claims = any(edge.grade == _CLAIM for edge in self.edges.values())
        if self.apart or claims:
            return False
        first = self.groups[self.nodes[0]]
        whole = Group(first.birth, first.oldest, False, {})
        for group in self.groups.values():
            if too_many(group, whole, self.book.limits) is not None:
                return False
            absorb(whole, group)
        root = self.nodes[0]
        self.root = dict.fromkeys(self.nodes, root)
        self.members = {root: self.nodes}
        self.groups = {root: whole}
        return True

    def _join_all(self) -> None:
        flooding = self._floods()
        for pair, edge in self.persons.lightest_first(self.edges):
            left, right = self.root[pair[0]], self.root[pair[1]]
            if left == right:
                continue
            why = self._refusal(edge, left, right) or (
                FLOOD if pair in flooding else None
            )
            if why is None:
                self._unite(left, right)
            else:
                self.refused.append(Refused(*pair, why))

    def _as_component(self) -> Component:
        edges: dict[int, dict[int, Edge]] = {}
        for (left, right), edge in sorted(self.edges.items(), key=lambda one: one[0]):
            edges.setdefault(left, {})[right] = edge
        keys = {root: min(held) for root, held in self.members.items()}
        return Component(
            nodes={node: keys[self.root[node]] for node in sorted(self.nodes)},
            groups={
                keys[root]: self.groups[root]
                for root in sorted(keys, key=keys.get)  # type: ignore[arg-type]
            },
            edges=edges,
            refused=self.refused,
            heaviest=max(map(weight, self.edges.values())),
            claims=dict(sorted(_claims(self.edges).items())),
            judged=bool(self.apart),
        )

    def _refusal(self, edge: Edge, left: int, right: int) -> str | None:
        one, two = self.groups[left], self.groups[right]
        if edge.grade == _CLAIM and one.verified and two.verified:
            return CLAIM
        over = too_many(one, two, self.book.limits)
        if over is not None:
            return f"limit {self.book.policy.kinds[over].name}"
        return NOT_SAME if self.apart and self._judged(left, right) else None

    def _judged(self, left: int, right: int) -> bool:
        small, large = sorted((self.members[left], self.members[right]), key=len)
        others = {identifier_no(node) for node in large}
        return any(
            other in others
            for node in small
            for other in self.apart.get(identifier_no(node), ())
        )

    def _unite(self, left: int, right: int) -> None:
        if len(self.members[left]) < len(self.members[right]):
            left, right = right, left
        moved = self.members.pop(right)
        for node in moved:
            self.root[node] = left
        self.members[left] += moved
        absorb(self.groups[left], self.groups.pop(right))

    def _floods(self) -> set[Link]:
        """Find the claims past the first so many of one of their nodes."""
        most = self.book.policy.claim_edges_max
        claims = [
            (edge, pair) for pair, edge in self.edges.items() if edge.grade == _CLAIM
        ]
        if len(claims) <= most:
            return set()
        claims.sort(
            key=lambda one: (
                one[0].at_us,
                one[0].source,
                one[0].message_id,
                self.persons.names(one[1]),
            )
        )
        seen: defaultdict[int, int] = defaultdict(int)
        past = set()
        for _, pair in claims:
            for node in pair:
                seen[node] += 1
                if seen[node] > most:
                    past.add(pair)
        return past


def _claims(edges: dict[Link, Edge]) -> dict[int, int]:
    """Count the claims among the edges of each node that has one."""
    counts: defaultdict[int, int] = defaultdict(int)
    for pair, edge in edges.items():
        if edge.grade == _CLAIM:
            for node in pair:
                counts[node] += 1
    return counts


def too_many(one: Group, two: Group, limits: list[int]) -> int | None:
    """Give the highest kind of which two persons together have too many names."""
    over = None
    for rank, names in one.names.items():
        held = two.names.get(rank)
        if held is None:
            continue
        total = len(held) + sum(name not in held for name in names)
        if total > limits[rank] and (over is None or rank < over):
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
