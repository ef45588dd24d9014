"""Persons in the raw components that a change touched (rules 16, 17, 22 and 23)."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby

from msgspec import Struct

from habitue.identity.components import CLAIM, FLOOD
from habitue.identity.drawing import Drawing, Link, weight
from habitue.identity.fitting import NOT_SAME
from habitue.identity.naming import Naming
from habitue.identity.rows import Component, Edge, Group, Refused
from habitue.model.person import Grade
from habitue.model.strand import identifier_no


class Delta(Struct):
    """What changed about nodes and edges: what went, what came, what to look at.

    gone: nodes with the birth they had; touched: nodes whose name, verdicts or
    verification changed.
    """

    gone: dict[int, int] = {}
    new: dict[int, None] = {}
    cut: dict[Link, None] = {}
    drawn: dict[Link, Edge] = {}
    touched: dict[int, None] = {}

    def draw(self, edges: dict[Link, Edge]) -> None:
        """Offer edges; of each pair the lightest counts."""
        for pair, edge in edges.items():
            held = self.drawn.get(pair)
            if held is None or weight(edge) < weight(held):
                self.drawn[pair] = edge


class Uniting:
    """Keeps components and persons as the nodes and edges change."""

    def __init__(self, drawing: Drawing, naming: Naming) -> None:
        self.drawing = drawing
        self.book = drawing.book
        self.naming = naming

    def edge(self, pair: Link) -> Edge | None:
        """Give the edge held between two nodes."""
        component = self.book.components.get(self.drawing.component(pair[0]))
        if component is None:
            return None
        return component.edges.get(pair[0], {}).get(pair[1])

    def rerun(self, delta: Delta, components: Iterable[int]) -> None:
        """Work out again the raw components that a change touched.

        components: those of the nodes gone, which no row tells any more.
        """
        nodes, edges = self._gather(delta, components)
        for pair in delta.cut:
            edges.pop(pair, None)
        for pair, edge in delta.drawn.items():
            held = edges.get(pair)
            if held is None or weight(edge) < weight(held):
                edges[pair] = edge
        for part, within in _parts(nodes, edges):
            self._settle(part, within)

    def _gather(
        self, delta: Delta, components: Iterable[int]
    ) -> tuple[list[int], dict[Link, Edge]]:
        """Take apart the components concerned; give their nodes and edges."""
        ends = (end for pair in (*delta.drawn, *delta.cut) for end in pair)
        named = dict.fromkeys(
            one
            for one in (*delta.new, *delta.touched, *ends)
            if one in delta.new or one not in delta.gone
        )
        ids = dict.fromkeys(components)
        ids.update(dict.fromkeys(self.drawing.component(one) for one in named))
        nodes = dict.fromkeys(named)
        edges: dict[Link, Edge] = {}
        for one in nodes:
            self.book.unlist_person(self.drawing.birth(one))
        for one in ids:
            component = self.book.components.get(one) if one else None
            if component is not None:
                nodes.update(dict.fromkeys(component.nodes))
                edges.update(_links(component))
                for group in component.groups.values():
                    self.book.unlist_person(group.birth)
                self.book.components.delete(one)
        for node, birth in delta.gone.items():
            self.book.unlist_person(birth)
            if node not in delta.new:
                nodes.pop(node, None)
        if delta.gone:
            edges = {
                pair: edge
                for pair, edge in edges.items()
                if pair[0] not in delta.gone and pair[1] not in delta.gone
            }
        return list(nodes), edges

    def _settle(self, nodes: list[int], edges: dict[Link, Edge]) -> None:
        """Find the persons of one raw component and write them."""
        if len(nodes) == 1:
            self.drawing.set_component(nodes[0], 0)
            self.book.list_person(self.drawing.birth(nodes[0]), nodes[0])
            return
        component = _Run(self, nodes, edges).component()
        own = min(nodes)
        self.book.components.put(own, component)
        for node in nodes:
            self.drawing.set_component(node, own)
        for group in component.groups.values():
            self.book.list_person(group.birth, group.oldest)

    def group(self, node: int) -> Group:
        """Give a node's share of a person."""
        return Group(
            birth=self.drawing.birth(node),
            oldest=node,
            verified=self.drawing.verified(node),
            names=self.naming.names([identifier_no(node)]),
        )

    def lightest_first(self, edges: dict[Link, Edge]) -> list[tuple[Link, Edge]]:
        """Order edges by weight, ties by the names of their nodes."""
        ordered = sorted(edges.items(), key=lambda one: weight(one[1]))
        result: list[tuple[Link, Edge]] = []
        for _, tied in groupby(ordered, key=lambda one: weight(one[1])):
            same = list(tied)
            if len(same) > 1:
                same.sort(key=lambda one: self.names(one[0]))
            result += same
        return result

    def names(self, pair: Link) -> list[tuple[int, str, int]]:
        return sorted(self.drawing.name(node) for node in pair)


class _Run:
    """Rules 16 and 17 on one raw component."""

    def __init__(
        self, uniting: Uniting, nodes: list[int], edges: dict[Link, Edge]
    ) -> None:
        self.uniting = uniting
        self.book = uniting.book
        self.nodes = nodes
        self.edges = edges
        self.root = {node: node for node in nodes}
        self.members = {node: [node] for node in nodes}
        self.groups = {node: uniting.group(node) for node in nodes}
        numbers = {identifier_no(node) for node in nodes}
        self.apart = {
            number: apart
            for number in sorted(numbers)
            if (apart := self.book.row(number).apart)
        }
        self.refused: list[Refused] = []

    def component(self) -> Component:
        flooding = self._floods()
        for pair, edge in self.uniting.lightest_first(self.edges):
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
        return self._as_component()

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
            claims=any(edge.grade == Grade.CLAIM for edge in self.edges.values()),
            judged=bool(self.apart),
        )

    def _refusal(self, edge: Edge, left: int, right: int) -> str | None:
        one, two = self.groups[left], self.groups[right]
        if edge.grade == Grade.CLAIM and one.verified and two.verified:
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
            (edge, pair)
            for pair, edge in self.edges.items()
            if edge.grade == Grade.CLAIM
        ]
        if len(claims) <= most:
            return set()
        claims.sort(
            key=lambda one: (
                one[0].at_us,
                one[0].source,
                one[0].message_id,
                self.uniting.names(one[1]),
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


def _links(component: Component) -> dict[Link, Edge]:
    return {
        (left, right): edge
        for left, others in component.edges.items()
        for right, edge in others.items()
    }


def _parts(
    nodes: list[int], edges: dict[Link, Edge]
) -> list[tuple[list[int], dict[Link, Edge]]]:
    """Part nodes and edges into raw components."""
    near: dict[int, list[int]] = {node: [] for node in nodes}
    for left, right in edges:
        near[left].append(right)
        near[right].append(left)
    of: dict[int, int] = {}
    parts: list[tuple[list[int], dict[Link, Edge]]] = []
    for node in nodes:
        if node not in of:
            of[node] = len(parts)
            parts.append((_reach(node, near, of), {}))
    for pair, edge in edges.items():
        parts[of[pair[0]]][1][pair] = edge
    return parts


def _reach(start: int, near: dict[int, list[int]], of: dict[int, int]) -> list[int]:
    found = [start]
    for node in found:
        for other in near[node]:
            if other not in of:
                of[other] = of[start]
                found.append(other)
    return found
