"""Paths counted: all that models of attribution ask, in far fewer numbers than paths.

Money is in minor units, conversions in purchases; both are whole, so that what models
hand out can be held to what there is.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct, field

# Where a path ends: in a purchase, or nowhere.
BOUGHT, LOST = ">bought", ">lost"
State = tuple[str, ...]


class Path(NamedTuple):
    """Channels in order; so many people bought by it, for so much, and so many not."""

    channels: tuple[str, ...]
    conversions: int = 1
    value: int = 0
    nulls: int = 0


class Sum(NamedTuple):
    """Purchases and their money."""

    conversions: int = 0
    value: int = 0

    def plus(self, conversions: int, value: int) -> "Sum":
        return Sum(self.conversions + conversions, self.value + value)


class Spot(NamedTuple):
    """A channel in paths of a length, first, last, both or in between."""

    channel: str
    length: int
    is_first: bool
    is_last: bool


class Tally(Struct):
    """What models need of all paths.

    spots: what paths with a channel in such a spot brought, each time it stands there;
    sets: the same by the channels that a path has, in order of their names; steps: how
    many went from a state, the last channels that were met, to the next channel, or to
    an end; untouched: what was bought without any touchpoint; unknown: by whom nobody
    knows, so that what led to it is not known either.
    """

    order: int = 1
    spots: dict[Spot, Sum] = field(default_factory=dict)
    sets: dict[State, Sum] = field(default_factory=dict)
    steps: dict[tuple[State, str], int] = field(default_factory=dict)
    untouched: Sum = Sum()
    unknown: Sum = Sum()

    @property
    def all(self) -> Sum:
        """What was bought in all."""
        return self.touched.plus(*self.untouched).plus(*self.unknown)

    @property
    def touched(self) -> Sum:
        """What was bought after a touchpoint."""
        told = self.sets.values()
        return Sum(sum(one[0] for one in told), sum(one[1] for one in told))


def tally_of(paths: Iterable[Path], order: int = 1) -> Tally:
    """Count paths; order: so many channels make a state. SQL is held to it."""
    spots: defaultdict[Spot, Sum] = defaultdict(Sum)
    sets: defaultdict[State, Sum] = defaultdict(Sum)
    steps: defaultdict[tuple[State, str], int] = defaultdict(int)
    untouched = Sum()
    for path in paths:
        told = path.channels
        if not told:
            untouched = untouched.plus(path.conversions, path.value)
            continue
        if path.conversions:
            key = tuple(sorted(set(told)))
            sets[key] = sets[key].plus(path.conversions, path.value)
            for at, channel in enumerate(told):
                spot = Spot(channel, len(told), at == 0, at == len(told) - 1)
                spots[spot] = spots[spot].plus(path.conversions, path.value)
        _walk(path, order, steps)
    return Tally(order, dict(spots), dict(sets), dict(steps), untouched)


def _walk(path: Path, order: int, steps: dict[tuple[State, str], int]) -> None:
    told, weight = path.channels, path.conversions + path.nulls
    if not weight:
        return
    for at, channel in enumerate(told):
        steps[told[max(at - order, 0) : at], channel] += weight
    last = told[-order:]
    if path.conversions:
        steps[last, BOUGHT] += path.conversions
    if path.nulls:
        steps[last, LOST] += path.nulls
