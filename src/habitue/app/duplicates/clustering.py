"""Who is likely one person: average links, and nobody who may not be together.

Joining all that is linked would chain: one weak link between two families makes them
one. Here two groups become one only if all their members are alike on average, and
only if they may: no two of them judged not the same, no kind over its limit.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct


class Link(NamedTuple):
    """How much more likely two are one person than not: bits, the log to base 2."""

    left: int
    right: int
    weight: float


class Tuning(Struct, frozen=True):
    """From which weight on links count, what a missing one weighs, the least mean."""

    least: float = -4.0
    missing: float = -6.0
    mean: float = -4.0


class Bounds(Struct):
    """What a member, or a group of them, may not be together with.

    numbers: of identifiers; apart: those judged not the same as one of these; names:
    by kind, the names that count towards a person's limit of that kind.
    """

    numbers: set[int]
    apart: set[int]
    names: dict[str, set[int]]

    def take(self, other: "Bounds") -> None:
        """Make the other's a part of these."""
        self.numbers |= other.numbers
        self.apart |= other.apart
        for kind, names in other.names.items():
            self.names.setdefault(kind, set()).update(names)

    def fits(self, other: "Bounds", limits: Mapping[str, int]) -> bool:
        """Say whether the two may be one person: as identity itself would say."""
        if not self.apart.isdisjoint(other.numbers):
            return False
        if not other.apart.isdisjoint(self.numbers):
            return False
        return all(
            len(names | self.names.get(kind, set())) <= limits[kind]
            for kind, names in other.names.items()
            if kind in limits
        )


class Clusters:
    """Groups that grow link by link, each with what it may not be together with."""

    def __init__(
        self,
        links: Collection[Link],
        bounds: Mapping[int, Bounds],
        limits: Mapping[str, int],
        tuning: Tuning,
    ) -> None:
        self._tuning = tuning
        self._limits = limits
        members = sorted({end for link in links for end in link[:2]})
        self._root = {one: one for one in members}
        self._members = {one: [one] for one in members}
        self._bounds: dict[int, Bounds] = {}
        for one in members:
            held = self._bounds[one] = Bounds(set(), set(), {})
            if one in bounds:
                held.take(bounds[one])
        # Between two groups: the sum of the links that are known, and how many.
        self._between: dict[int, dict[int, tuple[float, int]]] = {
            one: {} for one in members
        }
        for link in links:
            self._between[link.left][link.right] = (link.weight, 1)
            self._between[link.right][link.left] = (link.weight, 1)

    def follow(self, link: Link) -> None:
        """Make the groups of a link one, if they are alike enough and may be."""
        left, right = self._find(link.left), self._find(link.right)
        if left == right or not self._are_alike(left, right):
            return
        if self._bounds[left].fits(self._bounds[right], self._limits):
            self._unite(left, right)

    def groups(self) -> list[list[int]]:
        """Give the groups of two and more, each in order."""
        found = [sorted(held) for held in self._members.values() if len(held) > 1]
        return sorted(found)

    def _are_alike(self, left: int, right: int) -> bool:
        total, known = self._between[left].get(right, (0.0, 0))
        pairs = len(self._members[left]) * len(self._members[right])
        mean = (total + (pairs - known) * self._tuning.missing) / pairs
        return mean >= self._tuning.mean

    def _unite(self, left: int, right: int) -> None:
        if len(self._between[left]) < len(self._between[right]):
            left, right = right, left
        self._root[right] = left
        self._members[left] += self._members.pop(right)
        self._bounds[left].take(self._bounds.pop(right))
        near, far = self._between[left], self._between.pop(right)
        near.pop(right, None)
        for other, (total, known) in far.items():
            if other == left:
                continue
            held, count = near.get(other, (0.0, 0))
            near[other] = self._between[other][left] = (held + total, count + known)
            del self._between[other][right]

    def _find(self, member: int) -> int:
        while self._root[member] != member:
            self._root[member] = self._root[self._root[member]]
            member = self._root[member]
        return member


def cluster(
    links: Iterable[Link],
    bounds: Mapping[int, Bounds] | None = None,
    limits: Mapping[str, int] | None = None,
    tuning: Tuning | None = None,
) -> list[list[int]]:
    """Group those likely one person; the same links in any order give the same groups.

    >>> cluster([Link(1, 2, 9.0), Link(2, 3, 8.0), Link(1, 3, 7.0), Link(3, 4, -5.0)])
    [[1, 2, 3]]
    >>> apart = {1: Bounds({1}, {2}, {}), 2: Bounds({2}, {1}, {})}
    >>> cluster([Link(1, 2, 9.0)], apart)
    []
    """
    tuning = tuning or Tuning()
    told = _heaviest_first(links)
    made = Clusters(told, bounds or {}, limits or {}, tuning)
    for link in told:
        if link.weight < tuning.least:
            break
        made.follow(link)
    return made.groups()


def _heaviest_first(links: Iterable[Link]) -> Sequence[Link]:
    """Give each pair once, in one order whoever told it how."""
    held: dict[tuple[int, int], float] = {}
    for left, right, weight in links:
        pair = (min(left, right), max(left, right))
        held[pair] = max(weight, held.get(pair, weight))
    made = (Link(left, right, weight) for (left, right), weight in held.items())
    return sorted(made, key=lambda link: (-link.weight, link.left, link.right))
