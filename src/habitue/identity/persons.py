"""The persons of one raw component: rules 16 and 17 on rows."""

from collections import defaultdict
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from habitue.identity.components import CLAIM, FLOOD
from habitue.identity.drawing import Drawing, Link, weight
from habitue.identity.fitting import NOT_SAME
from habitue.identity.naming import Naming
from habitue.identity.rows import NEVER, Component, Edge, Group
from habitue.model.person import Grade
from habitue.model.strand import identifier_no, ordinal

# A plain number: comparing with an enum would cost more than the rest of it.
_CLAIM = int(Grade.CLAIM)


class United(NamedTuple):
    """A person found: its nodes, and what it is."""

    nodes: list[int]
    group: Group


class Persons:
    """Finds the persons among nodes that edges connect."""

    def __init__(self, drawing: Drawing, naming: Naming) -> None:
        self.drawing = drawing
        self.book = drawing.book
        self.naming = naming

    def component(self, nodes: list[int], edges: dict[Link, Edge]) -> Component:
        """Unite along the edges, lightest first, unless one is refused."""
        return Run(self, nodes, edges).component()

    def united(self, nodes: list[int], edges: dict[Link, Edge]) -> list[United]:
        """Unite along edges none of which is one claim too many; give the persons."""
        return Run(self, nodes, edges).united()

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

    def lightest_first(self, edges: dict[Link, Edge]) -> list[tuple[Link, Edge]]:
        """Order edges by weight, ties by the names of their nodes."""
        return self._in_order(edges, weight)

    def first_told(self, edges: dict[Link, Edge]) -> list[tuple[Link, Edge]]:
        """Order edges by (t, key) of their items, ties by the names of their nodes."""
        return self._in_order(edges, told_at)

    def _in_order(
        self, edges: dict[Link, Edge], by: Callable[[Edge], Any]
    ) -> list[tuple[Link, Edge]]:
        ordered = sorted(
            ((by(edge), pair, edge) for pair, edge in edges.items()),
            key=itemgetter(0),
        )
        result: list[tuple[Link, Edge]] = []
        # Names are looked up only where they matter.
        for _, group in groupby(ordered, key=itemgetter(0)):
            tied = [(pair, edge) for _, pair, edge in group]
            if len(tied) > 1:
                tied.sort(key=lambda one: self.names(one[0]))
            result += tied
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

    def component(self) -> Component:
        """Find the persons, and give all as a row."""
        if not self._fits_whole():
            self._join_all()
        return self._as_component()

    def united(self) -> list[United]:
        """Find the persons; the nodes need not hang together."""
        if self._fit_as_one() is not None:
            return [
                United(held, _whole([self.groups[node] for node in held]))
                for held in self._parts()
            ]
        self._join_all()
        return [United(held, self.groups[root]) for root, held in self.members.items()]

    def _fit_as_one(self) -> Group | None:
        """Give all as one person, if they would fit: then no edge is refused.

        Limits are hereditary: what fits as a whole fits at every step.
        """
        claims = any(edge.grade == _CLAIM for edge in self.edges.values())
        if self.apart or claims or not self.nodes:
            return None
        whole = _whole(list(self.groups.values()))
        limits = self.book.limits
        if any(len(names) > limits[rank] for rank, names in whole.names.items()):
            return None
        return whole

    def _parts(self) -> list[list[int]]:
        """Give the nodes by what hangs together, whatever an edge says."""
        beside: dict[int, list[int]] = {node: [] for node in self.nodes}
        for left, right in self.edges:
            beside[left].append(right)
            beside[right].append(left)
        parts, seen = [], set[int]()
        for node in self.nodes:
            if node not in seen:
                seen.add(node)
                part = [node]
                for one in part:
                    new = [other for other in beside[one] if other not in seen]
                    seen.update(new)
                    part += dict.fromkeys(new)
                parts.append(part)
        return parts

    def _fits_whole(self) -> bool:
        """Take all as one person if nothing can be refused."""
        whole = self._fit_as_one()
        if whole is None:
            return False
        root = self.nodes[0]
        self.root = dict.fromkeys(self.nodes, root)
        self.members = {root: self.nodes}
        self.groups = {root: whole}
        return True

    def _join_all(self) -> None:
        flooding = self._floods()
        for pair, edge in self.persons.lightest_first(self.edges):
            if pair in flooding:
                continue
            left, right = self.root[pair[0]], self.root[pair[1]]
            if left != right and self._may_unite(edge, left, right):
                self._unite(left, right)

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
            heaviest=max(map(weight, self.edges.values())),
            claims=dict(sorted(_claims(self.edges).items())),
            latest=_latest(self.edges),
            judged=bool(self.apart),
        )

    def _may_unite(self, edge: Edge, left: int, right: int) -> bool:
        one, two = self.groups[left], self.groups[right]
        if self.persons.against(edge, one, two) is not None:
            return False
        return not (self.apart and self._judged(left, right))

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
        crowded = {node for node, count in _claims(self.edges).items() if count > most}
        claims = {
            pair: edge
            for pair, edge in self.edges.items()
            if edge.grade == _CLAIM and not crowded.isdisjoint(pair)
        }
        seen: defaultdict[int, int] = defaultdict(int)
        past = set()
        for pair, _ in self.persons.first_told(claims):
            for node in crowded.intersection(pair):
                seen[node] += 1
                if seen[node] > most:
                    past.add(pair)
        return past


def _whole(groups: list[Group]) -> Group:
    """Make one person of all; by sets, as there may be thousands of names."""
    names: dict[int, dict[int, None]] = {}
    for group in groups:
        for rank, held in group.names.items():
            names.setdefault(rank, {}).update(dict.fromkeys(held))
    oldest = min(groups, key=lambda group: group.birth)
    return Group(
        oldest.birth,
        oldest.oldest,
        any(group.verified for group in groups),
        {rank: list(held) for rank, held in names.items()},
    )


def _claims(edges: dict[Link, Edge]) -> dict[int, int]:
    """Count the claims among the edges of each node that has one."""
    counts: defaultdict[int, int] = defaultdict(int)
    for pair, edge in edges.items():
        if edge.grade == _CLAIM:
            for node in pair:
                counts[node] += 1
    return counts


def _latest(edges: dict[Link, Edge]) -> tuple[int, str, str]:
    """Say when the last of the claims was told; the beginning if there is none."""
    claims = (edge for edge in edges.values() if edge.grade == _CLAIM)
    return max(map(told_at, claims), default=NEVER)


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
