"""The persons of one raw component: rules 16 and 17 on rows, in steps."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from habitue.base.steps import FEW, MANY, Steps, let_go, parts
from habitue.identity.drawing import Link, weight
from habitue.identity.persons import Persons, absorb, told_at
from habitue.identity.rows import NEVER, Component, Edge, Group
from habitue.model.person import Grade
from habitue.model.strand import identifier_no

# A plain number: comparing with an enum would cost more than the rest of it.
_CLAIM = int(Grade.CLAIM)


class United(NamedTuple):
    """A person found: its nodes, and what it is."""

    nodes: list[int]
    group: Group


class Run:
    """Rules 16 and 17 on nodes and the edges between them."""

    def __init__(
        self, persons: Persons, nodes: list[int], edges: dict[Link, Edge]
    ) -> None:
        self.persons = persons
        self.book = persons.book
        self.nodes = nodes
        self.edges = edges
        self.root: dict[int, int] = {}
        self.members: dict[int, list[int]] = {}
        self.groups: dict[int, Group] = {}
        # What identifiers are judged apart from, and those so judged of each person.
        self.apart: dict[int, list[int]] = {}
        self.judged: dict[int, set[int]] = {}

    def component(self) -> Steps[Component]:
        """Unite along the edges, lightest first, unless one is refused; give a row."""
        yield from self._begin()
        whole = yield from self._fit_as_one()
        if whole is None:
            yield from self._join_all()
        else:
            self._be_one(whole)
        return (yield from self._as_component())

    def united(self) -> Steps[list[United]]:
        """Find the persons; no edge may be one claim too many.

        The nodes need not hang together.
        """
        yield from self._begin()
        if (yield from self._fit_as_one()) is None:
            yield from self._join_all()
            return [
                United(held, self.groups[root]) for root, held in self.members.items()
            ]
        found = []
        for held in (yield from self._parts()):
            group = yield from _whole(self.groups[node] for node in held)
            found.append(United(held, group))
        yield from let_go(self.groups, self.members, self.judged, self.root)
        return found

    def _begin(self) -> Steps[None]:
        """Let each node be a person of its own."""
        for some in parts(self.nodes, MANY):
            for node in some:
                self.root[node] = node
                self.members[node] = [node]
                self.groups[node] = self.persons.group(node)
                self._note_verdicts(node)
            yield

    def _note_verdicts(self, node: int) -> None:
        number = identifier_no(node)
        apart = self.book.row(number).apart
        if apart:
            self.apart[number] = apart
        self.judged[node] = {number} if apart else set()

    def _fit_as_one(self) -> Steps[Group | None]:
        """Give all as one person, if they would fit: then no edge is refused.

        Limits are hereditary: what fits as a whole fits at every step.
        """
        if self.apart or not self.nodes:
            return None
        for some in parts(self.edges.values(), MANY):
            if any(edge.grade == _CLAIM for edge in some):
                return None
            yield
        whole = yield from _whole(self.groups.values())
        limits = self.book.limits
        if any(len(names) > limits[rank] for rank, names in whole.names.items()):
            return None
        return whole

    def _parts(self) -> Steps[list[list[int]]]:
        """Give the nodes by what hangs together, whatever an edge says."""
        beside: dict[int, list[int]] = {node: [] for node in self.nodes}
        for some in parts(self.edges, MANY):
            for left, right in some:
                beside[left].append(right)
                beside[right].append(left)
            yield
        found: list[list[int]] = []
        seen: set[int] = set()
        for node in self.nodes:
            if node not in seen:
                part = yield from _reach(node, beside, seen)
                found.append(part)
        return found

    def _be_one(self, whole: Group) -> None:
        root = self.nodes[0]
        self.root = dict.fromkeys(self.nodes, root)
        self.members = {root: self.nodes}
        self.groups = {root: whole}

    def _join_all(self) -> Steps[None]:
        flooding = yield from self._floods()
        edges = yield from self.persons.lightest_first(self.edges)
        for some in parts(edges, FEW):
            for pair, edge in some:
                if pair not in flooding:
                    self._join(pair, edge)
            yield

    def _join(self, pair: Link, edge: Edge) -> None:
        left, right = self.root[pair[0]], self.root[pair[1]]
        if left != right and self._may_unite(edge, left, right):
            self._unite(left, right)

    def _as_component(self) -> Steps[Component]:
        edges: dict[int, dict[int, Edge]] = {}
        for (left, right), edge in sorted(self.edges.items(), key=lambda one: one[0]):
            edges.setdefault(left, {})[right] = edge
        claims = yield from _claims(self.edges)
        keys = {root: min(held) for root, held in self.members.items()}
        return Component(
            nodes={node: keys[self.root[node]] for node in sorted(self.nodes)},
            groups={
                keys[root]: self.groups[root]
                for root in sorted(keys, key=keys.get)  # type: ignore[arg-type]
            },
            edges=edges,
            heaviest=max(map(weight, self.edges.values())),
            claims=dict(sorted(claims.items())),
            latest=_latest(self.edges),
            judged=bool(self.apart),
        )

    def _may_unite(self, edge: Edge, left: int, right: int) -> bool:
        one, two = self.groups[left], self.groups[right]
        if self.persons.against(edge, one, two) is not None:
            return False
        return not (self.apart and self._judged(left, right))

    def _judged(self, left: int, right: int) -> bool:
        # Each of a pair says so, so that only those who are judged are looked at.
        few, many = sorted((self.judged[left], self.judged[right]), key=len)
        return any(other in many for number in few for other in self.apart[number])

    def _unite(self, left: int, right: int) -> None:
        if len(self.members[left]) < len(self.members[right]):
            left, right = right, left
        self.judged[left] |= self.judged.pop(right)
        moved = self.members.pop(right)
        for node in moved:
            self.root[node] = left
        self.members[left] += moved
        absorb(self.groups[left], self.groups.pop(right))

    def _floods(self) -> Steps[set[Link]]:
        """Find the claims past the first so many of one of their nodes."""
        most = self.book.policy.claim_edges_max
        counts = yield from _claims(self.edges)
        crowded = {node for node, count in counts.items() if count > most}
        claims: dict[Link, Edge] = {}
        for some in parts(self.edges.items() if crowded else (), MANY):
            claims |= {
                pair: edge
                for pair, edge in some
                if edge.grade == _CLAIM and not crowded.isdisjoint(pair)
            }
            yield
        seen: defaultdict[int, int] = defaultdict(int)
        past = set()
        for pair, _ in (yield from self.persons.first_told(claims)):
            for node in crowded.intersection(pair):
                seen[node] += 1
                if seen[node] > most:
                    past.add(pair)
        return past


def _reach(
    start: int, beside: dict[int, list[int]], seen: set[int]
) -> Steps[list[int]]:
    """Give all that a node leads to; they are seen by then."""
    seen.add(start)
    found = [start]
    for looked, one in enumerate(found):
        new = dict.fromkeys(other for other in beside[one] if other not in seen)
        seen.update(new)
        found += new
        if looked % MANY == MANY - 1:
            yield
    return found


def _whole(groups: Iterable[Group]) -> Steps[Group]:
    """Make one person of all; by sets, as there may be thousands of names."""
    names: dict[int, dict[int, None]] = {}
    verified, oldest = False, None
    for some in parts(groups, MANY):
        for group in some:
            verified = verified or group.verified
            if oldest is None or group.birth < oldest.birth:
                oldest = group
            for rank, held in group.names.items():
                names.setdefault(rank, {}).update(dict.fromkeys(held))
        yield
    if oldest is None:
        raise ValueError("A person of no nodes was asked for.")
    listed = {rank: list(held) for rank, held in names.items()}
    return Group(oldest.birth, oldest.oldest, verified, listed)


def _claims(edges: dict[Link, Edge]) -> Steps[dict[int, int]]:
    """Count the claims among the edges of each node that has one."""
    counts: defaultdict[int, int] = defaultdict(int)
    for some in parts(edges.items(), MANY):
        for pair, edge in some:
            if edge.grade == _CLAIM:
                for node in pair:
                    counts[node] += 1
        yield
    return counts


def _latest(edges: dict[Link, Edge]) -> tuple[int, str, str]:
    """Say when the last of the claims was told; the beginning if there is none."""
    claims = (edge for edge in edges.values() if edge.grade == _CLAIM)
    return max(map(told_at, claims), default=NEVER)
