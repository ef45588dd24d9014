"""How well groups match the truth: in pairs, and for each record (B-cubed)."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import TypeVar

from msgspec import Struct

Label = TypeVar("Label", str, int)


class Score(Struct, frozen=True):
    """Of what was joined, how much is right; of what is one, how much was joined."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def pairwise(found: Sequence[int], truth: Sequence[Label]) -> Score:
    """Score groups by the pairs in them; of none at all nothing is wrong.

    >>> pairwise([1, 1, 1, 2], ["a", "a", "b", "b"])
    Score(precision=0.3333333333333333, recall=0.5)
    """
    both = _pairs(Counter(zip(found, truth, strict=True)).values())
    return Score(
        _part(both, _pairs(Counter(found).values())),
        _part(both, _pairs(Counter(truth).values())),
    )


def b_cubed(found: Sequence[int], truth: Sequence[Label]) -> Score:
    """Score groups by what each record has around it, so that large ones rule nothing.

    >>> b_cubed([1, 1, 1, 2], ["a", "a", "b", "b"])
    Score(precision=0.6666666666666666, recall=0.75)
    """
    groups, people = Counter(found), Counter(truth)
    shared = Counter(zip(found, truth, strict=True))
    total = len(found) or 1
    precise = sum(many * many / groups[group] for (group, _), many in shared.items())
    recalled = sum(many * many / people[one] for (_, one), many in shared.items())
    return Score(precise / total, recalled / total)


def reached(meet: Callable[[int, int], bool], truth: Sequence[Label]) -> float:
    """Give the share of true pairs that meet at all: no more can be found.

    >>> reached(lambda left, right: left == 0, ["a", "a", "b", "b"])
    0.5
    """
    people: dict[Label, list[int]] = {}
    for at, one in enumerate(truth):
        people.setdefault(one, []).append(at)
    pairs = [pair for held in people.values() for pair in combinations(held, 2)]
    return _part(sum(meet(*pair) for pair in pairs), len(pairs))


def labelled(groups: Iterable[Sequence[int]], records: int) -> list[int]:
    """Give each record the number of its group; one in none is its own."""
    found = list(range(records))
    for group in groups:
        for one in group:
            found[one] = group[0]
    return found


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _part(some: int, of: int) -> float:
    return some / of if of else 1.0
