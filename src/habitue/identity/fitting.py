"""Names, and whether identifiers can be one person's (rule 5)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from habitue.identity.history import Verdicts
from habitue.model.evidence import Evidence
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy, Role

NOT_SAME = "not_same"


def head(
    anchor: Identifier,
    items: Iterable[Evidence],
    verdicts: Verdicts,
    policy: KindPolicy,
) -> Identifier:
    """Find the account the shop books an anchor to; itself if to none.

    items: the verified items in force that carry the anchor, by (t, key). The
    highest-ranked other anchor wins, the first told of these, then the least value.
    """
    best, best_rank = anchor, policy.rank(anchor.kind)
    for item in items:
        for other in sorted(item.identifiers):
            rank = policy.rank(other.kind)
            if (
                rank < best_rank
                and policy.kind(other.kind).role is Role.ANCHOR
                and not verdicts.apart(anchor, other)
            ):
                best, best_rank = other, rank
    return best


class Names:
    """What each identifier counts as: its head, and heads judged same as one."""

    def __init__(
        self, heads: Mapping[Identifier, Identifier], verdicts: Verdicts
    ) -> None:
        self._heads = heads
        self._parent: dict[Identifier, Identifier] = {}
        for left, right, _ in verdicts.same:
            self._join(self.head(left), self.head(right))

    def head(self, identifier: Identifier) -> Identifier:
        return self._heads.get(identifier, identifier)

    def of(self, identifier: Identifier) -> Identifier:
        """Give the name of an identifier; names judged same have the least as one."""
        return self._root(self.head(identifier))

    def _join(self, left: Identifier, right: Identifier) -> None:
        # Always towards the least, so the name does not depend on the order of joins.
        low, high = sorted((self._root(left), self._root(right)))
        if low != high:
            self._parent[high] = low

    def _root(self, name: Identifier) -> Identifier:
        while (parent := self._parent.get(name)) is not None:
            name = parent
        return name


class Group:
    """A set of identifiers with the names it has of each kind."""

    __slots__ = ("identifiers", "names")

    def __init__(self) -> None:
        self.identifiers: set[Identifier] = set()
        self.names: defaultdict[str, set[Identifier]] = defaultdict(set)

    def all_names(self) -> set[Identifier]:
        return set().union(*self.names.values())


class Fitting:
    """Says whether identifiers can be one person's, and if not, why."""

    def __init__(self, policy: KindPolicy, names: Names, verdicts: Verdicts) -> None:
        self.policy = policy
        self.names = names
        self.verdicts = verdicts

    def group(self, identifiers: Iterable[Identifier]) -> Group:
        group = Group()
        for identifier in identifiers:
            group.identifiers.add(identifier)
            group.names[identifier.kind].add(self.names.of(identifier))
        return group

    def misfit(self, left: Group, right: Group) -> str | None:
        """Say why two groups that fit each by itself do not fit together.

        Answers `limit KIND` for the highest kind over its limit, else `not_same`,
        else None: they fit.
        """
        small, large = _by_size(left, right)
        over = [kind for kind in small.names if self._over(kind, small, large)]
        if over:
            return f"limit {min(over, key=self.policy.rank)}"
        return NOT_SAME if any(self._judged(small, large)) else None

    def add(self, left: Group, right: Group) -> Group:
        """Unite two groups, the smaller into the larger, which is changed."""
        small, large = _by_size(left, right)
        large.identifiers |= small.identifiers
        for kind, names in small.names.items():
            large.names[kind] |= names
        return large

    def _over(self, kind: str, small: Group, large: Group) -> bool:
        held = large.names.get(kind, set())
        new = sum(name not in held for name in small.names[kind])
        return len(held) + new > self.policy.kind(kind).limit

    def _judged(self, small: Group, large: Group) -> Iterator[bool]:
        for identifier in small.identifiers:
            apart = self.verdicts.not_same.get(identifier, frozenset())
            yield not apart.isdisjoint(large.identifiers)


def _by_size(left: Group, right: Group) -> tuple[Group, Group]:
    if len(left.identifiers) <= len(right.identifiers):
        return left, right
    return right, left
