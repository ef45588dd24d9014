"""How far edges reach in a wide component: which of a node's edges may join it.

A claim past the first so many of either of its nodes joins nobody (rule 17), so it
leads from neither to the other. A node may have very many of these: they are gone
through, but nothing is made of them.
"""

from collections.abc import Callable, Iterable, Iterator, Set
from heapq import nsmallest
from itertools import chain

from habitue.base.steps import MANY, Steps, finish, let_go, parts
from habitue.identity.drawing import Link
from habitue.identity.merging import CLAIM
from habitue.identity.persons import Persons, told_at
from habitue.identity.rows import Component, Edge

Edges = dict[Link, Edge]
_NONE: dict[int, Edge] = {}


class Reach:
    """The edges of a component by node, as long as the component stays as it is."""

    def __init__(self, persons: Persons, component: Component) -> None:
        self._persons = persons
        self._component = component
        self._most = persons.book.policy.claim_edges_max
        # Of each node looked at the edges to lesser nodes; the others it has itself.
        self._lesser: dict[int, dict[int, Edge]] = {}
        self._first: dict[int, frozenset[Link]] = {}
        # Of those with very many claims: all else, and the claims that are taken.
        self._own: dict[int, Edges] = {}

    def look(self, nodes: Iterable[int]) -> Steps[None]:
        """Find the edges of nodes that were not looked at yet, in one go."""
        wanted: set[int] = set()
        for some_nodes in parts(nodes, MANY):
            new = [node for node in some_nodes if node not in self._lesser]
            self._lesser.update((node, {}) for node in new)
            wanted.update(new)
            yield
        if not wanted:
            return
        for some in parts(self._component.edges.items(), MANY):
            for left, others in some:
                yield from self._note(left, others, _both(others, wanted))
            yield

    def let_go(self) -> Steps[None]:
        """Forget all edges, as nobody asks any more."""
        return let_go(self._lesser, self._first, self._own)

    def _note(
        self, left: int, others: dict[int, Edge], wanted: Iterable[int]
    ) -> Steps[None]:
        for some in parts(wanted, MANY):
            for right in some:
                self._lesser[right][left] = others[right]
            if len(some) == MANY:
                yield

    def edges(self, node: int) -> Iterator[Link]:
        """Give all edges of a node, those that join nobody too."""
        finish(self.look((node,)))
        return (pair for pair, _ in self._edges(node, bool))

    def among(self, nodes: Set[int]) -> Steps[Edges]:
        """Give the edges between these nodes that are not one claim too many."""
        yield from self._prepare(nodes)
        found: Edges = {}
        for some in parts(self._own_of(nodes), MANY):
            for pair, edge in some:
                if pair[0] in nodes and pair[1] in nodes:
                    found[pair] = edge
            yield
        taken: Edges = {}
        for these in parts(found.items(), MANY):
            taken.update(one for one in these if self._is_taken(*one))
            yield
        return taken

    def beyond(self, nodes: Set[int], among: Set[int]) -> Steps[set[int]]:
        """Give the nodes not among some to whom such edges of these nodes lead."""
        yield from self._prepare(nodes)
        found: list[tuple[int, Link, Edge]] = []
        for some in parts(self._own_of(nodes), MANY):
            for pair, edge in some:
                found += [(end, pair, edge) for end in pair if end not in among]
            yield
        yield from self._prepare({end for end, _, _ in found if self.is_crowded(end)})
        ends: set[int] = set()
        for these in parts(found, MANY):
            ends |= {end for end, pair, edge in these if self._is_taken(pair, edge)}
            yield
        return ends

    def is_crowded(self, node: int) -> bool:
        """Say whether a node has more claims than are taken."""
        return self._component.claims.get(node, 0) > self._most

    def first(self, node: int) -> Steps[frozenset[Link]]:
        """Give the claims of a node that are not one too many for it, by (t, key)."""
        yield from self.look((node,))
        if not self.is_crowded(node):
            return frozenset(pair for pair, _ in self._edges(node, _is_claim))
        if node not in self._first:
            yield from self._find_few(node)
        return self._first[node]

    def _prepare(self, nodes: Set[int]) -> Steps[None]:
        """Find what is looked at of nodes: of those of very many claims, the few."""
        yield from self.look(nodes)
        for some in parts(nodes, MANY):
            for node in some:
                if self.is_crowded(node) and node not in self._own:
                    yield from self._find_few(node)
            yield

    def _find_few(self, node: int) -> Steps[None]:
        """Find the edges of a node, but for the claims that are one too many for it."""
        first = yield from self._first_of(node)
        own: Edges = {}
        for some in parts(self._edges(node, bool), MANY):
            own.update(one for one in some if _is_no_claim(one[1]))
            yield
        own.update((pair, self._edge(pair)) for pair in first)
        self._first[node], self._own[node] = frozenset(first), own

    def _first_of(self, node: int) -> Steps[list[Link]]:
        """Give the claims of a crowded node that are not one too many, by (t, key)."""
        # Nearly all of them are too late to be looked at closer.
        most, times = self._most, list[int]()
        for some in parts(self._all(node), MANY):
            times = sorted([*times, *(one.at_us for one in some if _is_claim(one))])
            times = times[:most]
            yield
        early: Edges = {}
        for these in parts(self._edges(node, _is_claim), MANY):
            early.update(one for one in these if one[1].at_us <= times[-1])
            yield
        told: list[tuple[int, str, str]] = []
        for edges in parts(early.values(), MANY):
            told = nsmallest(most, chain(told, map(told_at, edges)))
            yield
        early = {pair: one for pair, one in early.items() if told_at(one) <= told[-1]}
        first = yield from self._persons.first_told(early)
        return [pair for pair, _ in first[:most]]

    def _own_of(self, nodes: Iterable[int]) -> Iterator[tuple[Link, Edge]]:
        """Give the edges of nodes that are not one too many for the node itself."""
        for node in nodes:
            if self.is_crowded(node):
                yield from self._own[node].items()
            else:
                yield from self._edges(node, bool)

    def _is_taken(self, pair: Link, edge: Edge) -> bool:
        return edge.grade != CLAIM or all(
            not self.is_crowded(end) or pair in self._first[end] for end in pair
        )

    def _all(self, node: int) -> Iterator[Edge]:
        own = self._component.edges.get(node, _NONE)
        return chain(own.values(), self._lesser[node].values())

    def _edges(
        self, node: int, which: Callable[[Edge], bool]
    ) -> Iterator[tuple[Link, Edge]]:
        for right, edge in self._component.edges.get(node, _NONE).items():
            if which(edge):
                yield (node, right), edge
        for left, edge in self._lesser[node].items():
            if which(edge):
                yield (left, node), edge

    def _edge(self, pair: Link) -> Edge:
        return self._component.edges[pair[0]][pair[1]]


def _is_claim(edge: Edge) -> bool:
    return edge.grade == CLAIM


def _is_no_claim(edge: Edge) -> bool:
    return edge.grade != CLAIM


def _both(others: dict[int, Edge], wanted: set[int]) -> Iterable[int]:
    """Give what is in both, going through the smaller."""
    if len(others) <= len(wanted):
        return [one for one in others if one in wanted]
    return [one for one in wanted if one in others]
