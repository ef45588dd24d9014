"""Which nodes are one person: edges by weight, united unless refused (16, 17)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct

from habitue.identity.fitting import Fitting, Group
from habitue.model.evidence import Key
from habitue.model.identifier import Identifier
from habitue.model.person import Grade

CLAIM = "claim"
FLOOD = "flood"


class Point(NamedTuple):
    """A node as the union sees it: its identifier, and whether the shop told it."""

    identifier: Identifier
    verified: bool


class Link(NamedTuple):
    """An edge between two nodes (left < right) with its weight; sorts by weight.

    The nodes are given by their place in the order of names (rank, value, tenure),
    so that comparing links is comparing weights, ties by node names. rank is that
    of the weaker kind.
    """

    grade: Grade
    rank: int
    at_us: int
    key: Key
    left: int
    right: int


class Union(Struct, frozen=True):
    """Which nodes are one: of each the least node of its person, and the refusals.

    refused: the links between two persons, and what keeps these apart.
    """

    roots: Sequence[int]
    refused: dict[Link, str]


def lightest(links: Iterable[Link]) -> list[Link]:
    """Keep of each pair of nodes the link of least weight, lightest first."""
    best: dict[tuple[int, int], Link] = {}
    for link in sorted(links):
        best.setdefault((link.left, link.right), link)
    return list(best.values())


def unite(points: Sequence[Point], links: Sequence[Link], fitting: Fitting) -> Union:
    """Start from single nodes and unite along the links, lightest first.

    links: at most one for each pair, lightest first.
    """
    forest = _Forest(points, fitting)
    flooding = floods(links, fitting.policy.claim_edges_max)
    for link in links:
        if link not in flooding:
            forest.join(link)
    refused = {link: why for link in links if (why := forest.between(link)) is not None}
    return Union(forest.least(), refused)


def floods(links: Iterable[Link], claim_edges_max: int) -> frozenset[Link]:
    """Find the claim edges past the first so many, by (t, key), of a node."""
    claims = sorted(
        (link for link in links if link.grade is Grade.CLAIM), key=lambda link: link[2:]
    )
    seen: defaultdict[int, int] = defaultdict(int)
    past = set()
    for link in claims:
        for end in (link.left, link.right):
            seen[end] += 1
            if seen[end] > claim_edges_max:
                past.add(link)
    return frozenset(past)


class _Forest:
    """Nodes in trees, a tree a person, with what its root knows of the person."""

    def __init__(self, points: Sequence[Point], fitting: Fitting) -> None:
        self.fitting = fitting
        self.parent = list(range(len(points)))
        self.groups: list[Group] = [
            fitting.group((point.identifier,)) for point in points
        ]
        self.verified = [point.verified for point in points]

    def join(self, link: Link) -> None:
        """Unite the two ends of a link, unless something speaks against it."""
        left, right = self._root(link.left), self._root(link.right)
        if left != right and self._against(link, left, right) is None:
            self._unite(min(left, right), max(left, right))

    def between(self, link: Link) -> str | None:
        """Say what keeps the two ends of a link apart in the end; None: they are one.

        What spoke against it when it was looked at still does, as persons only grow;
        where nothing else does, there were too many claims.
        """
        left, right = self._root(link.left), self._root(link.right)
        return None if left == right else self._against(link, left, right) or FLOOD

    def least(self) -> list[int]:
        return [self._root(at) for at in range(len(self.parent))]

    def _against(self, link: Link, left: int, right: int) -> str | None:
        if link.grade is Grade.CLAIM and self.verified[left] and self.verified[right]:
            return CLAIM
        return self.fitting.misfit(self.groups[left], self.groups[right])

    def _unite(self, low: int, high: int) -> None:
        self.parent[high] = low
        self.groups[low] = self.fitting.add(self.groups[low], self.groups[high])
        self.verified[low] |= self.verified[high]

    def _root(self, at: int) -> int:
        while self.parent[at] != at:
            self.parent[at] = self.parent[self.parent[at]]
            at = self.parent[at]
        return at
