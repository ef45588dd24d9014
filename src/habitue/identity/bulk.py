"""Identity in bulk: components by numpy first, the rules again only where they bite.

Limits and verdicts are hereditary: what fits as a whole fits in every part. So a
raw component (all its edges, refused or not) in which everything fits, no node is
flooded with claims, and at most one part that holds without claims is known to the
shop, is one person, whatever the order of its edges. The others are united edge by
edge as the definition says.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from habitue.identity import components
from habitue.identity.components import Link, Point, Union
from habitue.identity.fitting import Fitting
from habitue.identity.meaning import resolve
from habitue.identity.resolution import Resolution
from habitue.model.evidence import Evidence, Judgement
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy
from habitue.model.person import Grade

# Of 64 bits, or of 32 while nodes are connected.
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Again = Callable[[Ints, Ints], Ints]


class Nodes(Struct, frozen=True, kw_only=True):
    """Nodes as columns: rank of the kind, number of the name, told by the shop."""

    rank: Ints
    name: Ints
    verified: Flags


class Edges(Struct, frozen=True, kw_only=True):
    """Edges as columns: two nodes, and whether the edge is only claimed."""

    left: Ints
    right: Ints
    claim: Flags


class Limits(Struct, frozen=True, kw_only=True):
    """How many names of each rank fit one person, and claim edges one node."""

    names: Ints
    claim_edges_max: int


def resolve_bulk(
    history: Iterable[Evidence | Judgement], policy: KindPolicy
) -> Resolution:
    """Resolve a history as `meaning.resolve` does, its components by numpy."""
    return resolve(history, policy, unite=unite)


def unite(points: Sequence[Point], links: Sequence[Link], fitting: Fitting) -> Union:
    """Unite as `components.unite` does; links: one a pair, lightest first."""
    nodes, edges = _nodes(points, fitting), _edges(links)
    limits = Limits(
        names=np.array(fitting.policy.limits(), np.int64),
        claim_edges_max=fitting.policy.claim_edges_max,
    )
    refused: dict[Link, str] = {}

    def again(members: Ints, inner: Ints) -> Ints:
        union = _again(members, inner, points, links, fitting)
        refused.update(_renamed(union.refused, members))
        return np.array(union.roots, np.int64)

    labels = settle(nodes, edges, _apart(points, fitting), limits, again)
    return Union(labels.tolist(), refused)


def settle(
    nodes: Nodes, edges: Edges, apart: Ints, limits: Limits, again: Again
) -> Ints:
    """Label each node with the least node of its person.

    apart: pairs of nodes judged not the same, one a row. again: unites one doubtful
    component by the rules; it gets its nodes and edges by number, ascending, and
    answers for each node which of these nodes, by place, is its person's least.
    """
    labels = connect(nodes.rank.size, edges.left, edges.right)
    for members, inner in parts(
        labels, edges, doubts(nodes, edges, labels, apart, limits)
    ):
        labels[members] = members[again(members, inner)]
    return labels


def connect(count: int, left: Ints, right: Ints) -> Ints:
    """Label each of so many nodes with the least node it hangs together with.

    Each round hooks every root to a root next to it, lifts the remaining edges to
    the new roots and drops those that lie inside one tree. A node always hangs on a
    lesser one, so that the root of a tree is its least node.
    """
    # Most of the time goes to fetching from memory: numbers half as wide, half of it.
    width = np.dtype(np.int32 if count < 2**31 else np.int64)
    parent: Ints = np.arange(count, dtype=width)
    one, other = left.astype(width), right.astype(width)
    low, high = np.minimum(one, other), np.maximum(one, other)
    # Any neighbour will do at first: most trees are whole after it.
    parent[high] = low
    while True:
        # Most edges lie in one tree after a step already; the others climb on.
        low, high = _between(parent[low], parent[high])
        one, other = _climb(parent, low), _climb(parent, high)
        # Shorter ways for those who climb again.
        parent[low], parent[high] = one, other
        one, other = _between(one, other)
        if not one.size:
            return _climb(parent, parent).astype(np.int64)
        low, high = np.minimum(one, other), np.maximum(one, other)
        # From here on the least, or a star told in a bad order takes a round a ray.
        np.minimum.at(parent, high, low)


def _between(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Leave out the edges that lead back to where they come from."""
    joins = np.flatnonzero(one != other)
    return one[joins], other[joins]


def _climb(parent: Ints, nodes: Ints) -> Ints:
    """Go up from each node to its root."""
    while True:
        above = parent[nodes]
        if np.array_equal(above, nodes):
            return above
        nodes = above


def doubts(
    nodes: Nodes, edges: Edges, labels: Ints, apart: Ints, limits: Limits
) -> Ints:
    """Find the components in which an edge might be refused, by their labels.

    apart: pairs of nodes judged not the same, one a row.
    """
    found = (
        _over_limit(nodes, labels, limits),
        labels[apart[:, 0]][labels[apart[:, 0]] == labels[apart[:, 1]]],
        _flooded(edges, labels, limits),
        _claimed(nodes, edges, labels),
    )
    return np.unique(np.concatenate(found))


def _over_limit(nodes: Nodes, labels: Ints, limits: Limits) -> Ints:
    """Find the labels with more names of a kind than its limit."""
    over = [labels[:0]]
    for rank in np.flatnonzero(limits.names):
        limit = limits.names[rank]
        own = np.flatnonzero(nodes.rank == rank)
        # Names are looked at only where the nodes alone would be too many.
        many = own[np.bincount(labels[own])[labels[own]] > limit] if own.size else own
        # A pair of label and name as one number: sorting rows is ten times slower.
        wide = int(nodes.name.max(initial=0)) + 1
        pairs = np.unique(labels[many] * wide + nodes.name[many])
        held, names = np.unique(pairs // wide, return_counts=True)
        over.append(held[names > limit])
    return np.concatenate(over)


def _flooded(edges: Edges, labels: Ints, limits: Limits) -> Ints:
    """Find the labels with a node that has more claim edges than are taken."""
    ends = np.concatenate((edges.left[edges.claim], edges.right[edges.claim]))
    over = np.flatnonzero(np.bincount(ends) > limits.claim_edges_max)
    return np.asarray(labels[over], np.int64)


def _claimed(nodes: Nodes, edges: Edges, labels: Ints) -> Ints:
    """Find the labels in which a claim edge might join two that the shop knows."""
    firm = ~edges.claim
    if firm.all():
        return labels[:0]
    firmly = connect(labels.size, edges.left[firm], edges.right[firm])
    known = np.zeros(labels.size, np.bool_)
    known[firmly[nodes.verified]] = True
    return np.flatnonzero(np.bincount(labels[known]) > 1)


def parts(labels: Ints, edges: Edges, wanted: Ints) -> Iterable[tuple[Ints, Ints]]:
    """Give nodes and edges, by number and in order, of each wanted component."""
    asked = np.zeros(labels.size, np.bool_)
    asked[wanted] = True
    asked = asked[labels]
    members = np.flatnonzero(asked)
    inner = np.flatnonzero(asked[edges.left])
    return zip(
        _by_label(labels[members], members, wanted),
        _by_label(labels[edges.left[inner]], inner, wanted),
        strict=True,
    )


def _by_label(own: Ints, places: Ints, wanted: Ints) -> list[Ints]:
    """Give for each wanted label those of the places, in order, that have it.

    own: the label of each place.
    """
    order = np.argsort(own, kind="stable")
    own, at = own[order], places[order]
    starts = np.searchsorted(own, wanted)
    ends = np.searchsorted(own, wanted, side="right")
    return [at[start:end] for start, end in zip(starts, ends, strict=True)]


def _again(
    members: Ints,
    inner: Ints,
    points: Sequence[Point],
    links: Sequence[Link],
    fitting: Fitting,
) -> Union:
    """Unite one component edge by edge; nodes are renumbered in their order."""
    number = {member: at for at, member in enumerate(members.tolist())}
    return components.unite(
        [points[member] for member in number],
        [
            link._replace(left=number[link.left], right=number[link.right])
            for link in (links[at] for at in inner.tolist())
        ],
        fitting,
    )


def _renamed(refused: dict[Link, str], members: Ints) -> dict[Link, str]:
    return {
        link._replace(left=int(members[link.left]), right=int(members[link.right])): why
        for link, why in refused.items()
    }


def _nodes(points: Sequence[Point], fitting: Fitting) -> Nodes:
    numbers: dict[Identifier, int] = {}
    name, rank = fitting.names.of, fitting.policy.rank
    return Nodes(
        rank=np.array([rank(point.identifier.kind) for point in points], np.int64),
        name=np.array(
            [
                numbers.setdefault(name(point.identifier), len(numbers))
                for point in points
            ],
            np.int64,
        ),
        verified=np.array([point.verified for point in points], np.bool_),
    )


def _edges(links: Sequence[Link]) -> Edges:
    return Edges(
        left=np.array([link.left for link in links], np.int64),
        right=np.array([link.right for link in links], np.int64),
        claim=np.array([link.grade is Grade.CLAIM for link in links], np.bool_),
    )


def _apart(points: Sequence[Point], fitting: Fitting) -> Ints:
    judged = fitting.verdicts.not_same
    at: defaultdict[Identifier, list[int]] = defaultdict(list)
    for number, point in enumerate(points):
        if point.identifier in judged:
            at[point.identifier].append(number)
    pairs = [
        (left, right)
        for identifier, lefts in at.items()
        for other in judged[identifier]
        for right in at.get(other, ())
        for left in lefts
    ]
    return np.array(pairs, np.int64).reshape(-1, 2)
