"""The nodes and edges that the evidence in force draws (rules 10 and 15)."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from habitue.identity.components import Link, Point, lightest
from habitue.identity.history import Same, moment_of, ranked
from habitue.identity.places import Places
from habitue.model.evidence import Evidence
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy
from habitue.model.person import Grade, Moment, Place


class Graph(Struct, frozen=True):
    """What the union works on; a node's number is its place in the order of names."""

    nodes: Sequence[Place]
    points: Sequence[Point]
    # Of each pair the lightest, lightest first.
    links: Sequence[Link]
    # What a contact refused (rule 7): of each pair the first, with the reason.
    refused: Sequence[tuple[Link, str]]
    shared: Sequence[Identifier]


def graph(items: Sequence[Evidence], sames: Iterable[Same], places: Places) -> Graph:
    """Draw nodes and edges; items: those in force, by (t, key)."""
    policy = places.fitting.policy
    verified = _nodes(items, sames, places)
    nodes = sorted(verified, key=lambda one: _name(one, policy))
    number = {node: at for at, node in enumerate(nodes)}
    drawn = _Drawn(number, places)
    for item in items:
        drawn.item(item)
    for same in sames:
        drawn.same(same)
    return Graph(
        nodes=nodes,
        points=[Point(node.identifier, verified[node]) for node in nodes],
        links=lightest(drawn.links),
        refused=_first(drawn.refused),
        shared=[one for one in places.tenures if places.is_shared(one)],
    )


def _name(node: Place, policy: KindPolicy) -> tuple[int, str, int]:
    kind, value = node.identifier
    return policy.rank(kind), value, node.ordinal


def _nodes(
    items: Iterable[Evidence], sames: Iterable[Same], places: Places
) -> dict[Place, bool]:
    """Find the nodes carried by an item in force, and whether the shop told them."""
    verified: dict[Place, bool] = {}
    for item in items:
        for node in _carried(item.identifiers, moment_of(item), places):
            verified[node] = verified.get(node, False) or item.verified
    for left, right, moment in sames:
        for node in _carried((left, right), moment, places):
            if node in verified:
                verified[node] = True
    return verified


def _carried(
    identifiers: Iterable[Identifier], moment: Moment, places: Places
) -> Iterator[Place]:
    for identifier in identifiers:
        node = places.node(identifier, moment)
        if node is not None:
            yield node


class _Drawn:
    """The edges as they are drawn, item by item."""

    def __init__(self, number: dict[Place, int], places: Places) -> None:
        self.number = number
        self.places = places
        self.links: list[Link] = []
        self.refused: list[tuple[Link, str]] = []

    def item(self, item: Evidence) -> None:
        order = ranked(item.identifiers, self.places.fitting.policy)
        nodes = list(_carried(order, moment_of(item), self.places))
        grade = Grade.VERIFIED if item.verified else Grade.CLAIM
        for other in nodes[1:]:
            link = self._link(grade, moment_of(item), nodes[0], other)
            why = self._refusal(other.identifier, item)
            if why is None:
                self.links.append(link)
            else:
                self.refused.append((link, why))

    def same(self, same: Same) -> None:
        ends = list(_carried((same.left, same.right), same.moment, self.places))
        if len(ends) == 2 and all(end in self.number for end in ends):
            self.links.append(self._link(Grade.SAME, same.moment, *ends))

    def _refusal(self, contact: Identifier, item: Evidence) -> str | None:
        known = self.places.tenures.get(contact)
        return known.refused.get(item.key) if known else None

    def _link(self, grade: Grade, moment: Moment, one: Place, two: Place) -> Link:
        left, right = sorted((self.number[one], self.number[two]))
        rank = self.places.fitting.policy.rank
        weaker = max(rank(one.identifier.kind), rank(two.identifier.kind))
        return Link(grade, weaker, moment.at_us, moment.key, left, right)


def _first(refused: Iterable[tuple[Link, str]]) -> list[tuple[Link, str]]:
    first: dict[tuple[int, int], tuple[Link, str]] = {}
    for link, why in refused:
        first.setdefault((link.left, link.right), (link, why))
    return list(first.values())
