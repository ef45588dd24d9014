"""Which regions an action is to be tested in, for how long, and what would be seen.

Power is the share of past spans in which a planted lift would have been found: the
action is played on days that are over, where the truth is known. Nothing is drawn by a
machine's own chance: which of the sets that serve equally well is taken follows from a
seed that is handed in, so that nobody picks the region that is doing well anyway.
"""

from collections.abc import Iterator
from hashlib import sha256

import numpy as np
from msgspec import Struct

from habitue.base.errors import InvalidError
from habitue.measure.geo.conformal import p_value
from habitue.measure.geo.control import Series
from habitue.measure.geo.reading import ALPHA, check, split

POWER = 0.8
# Spans that an action is played on, for each set of regions and each length.
SPANS = 24
# Sets of regions that are looked at closely: those that go best with the others.
SETS = 6
LENGTHS = (14, 21, 28)
# Lifts that are tried, to say which is the smallest that would be seen.
LIFTS = (0.01, 0.02, 0.03, 0.05, 0.075, 0.10, 0.15, 0.20, 0.30)
# A region of which more than this share of days has no sale is no region to test in.
IDLE_MAX = 0.2


class Option(Struct, frozen=True, kw_only=True):
    """Regions and a length, with what would be seen by them.

    power: the share of past spans in which the lift would have been found; alarms: the
    share in which one would have been found where nothing was done. seen: the smallest
    lift that is found with the power that is asked for; None: none of those tried.
    """

    regions: tuple[str, ...]
    days: int
    power: float
    alarms: float
    seen: float | None
    # Of what all regions sold, the share of these.
    share: float
    spans: int


class Goal(Struct, frozen=True, kw_only=True):
    """What is to be seen: a lift in so many regions, within one of some lengths.

    alpha: how often something may be found where nothing is; power: how often the lift
    is to be found where it is.
    """

    count: int
    lift: float
    lengths: tuple[int, ...] = LENGTHS
    alpha: float = ALPHA
    power: float = POWER


def options(money: Series, names: list[str], goal: Goal) -> list[Option]:
    """Give sets of regions with each length, those that see most first.

    money: days by regions, of days on which nothing like the action was done.
    """
    usable = [at for at in range(len(names)) if (money[:, at] <= 0).mean() <= IDLE_MAX]
    if len(usable) < goal.count:
        raise InvalidError(
            f"{len(usable)} regions sell on most days; choose so many or fewer of them."
        )
    check(len(names) - goal.count, len(money) - max(goal.lengths))
    found = [
        _option(money, names, inside, days, goal)
        for inside in _sets(money, usable, goal.count)
        for days in goal.lengths
    ]
    return sorted(found, key=lambda one: (-one.power, one.days, one.regions))


def chosen(found: list[Option], power: float, seed: str) -> Option | None:
    """Take one of the options that have the power, the shortest first, by a seed.

    None if none has it.
    """
    able = [one for one in found if one.power >= power]
    if not able:
        return None
    days = min(one.days for one in able)
    short = [one for one in able if one.days == days]
    return min(short, key=lambda one: _drawn(seed, one.regions))


def _drawn(seed: str, regions: tuple[str, ...]) -> bytes:
    return sha256("\x1f".join((seed, *regions)).encode()).digest()


def _sets(money: Series, usable: list[int], count: int) -> Iterator[frozenset[int]]:
    """Give sets of regions that go with the rest, each begun with another region."""
    begun = sorted(usable, key=lambda at: (_unlike(money, [at]), at))
    seen: set[frozenset[int]] = set()
    for first in begun:
        told = [first]
        while len(told) < count:
            rest = [at for at in usable if at not in told]
            told.append(min(rest, key=lambda at: (_unlike(money, [*told, at]), at)))
        found = frozenset(told)
        if found not in seen:
            seen.add(found)
            yield found
        if len(seen) == SETS:
            return


def _unlike(money: Series, told: list[int]) -> float:
    """Say how little some regions together go with the others: 0 is all the way."""
    inside = money[:, told].sum(axis=1)
    outside = money.sum(axis=1) - inside
    spread = float(inside.std() * outside.std())
    if not spread:
        return 2.0
    both = (inside - inside.mean()) * (outside - outside.mean())
    return 1.0 - float(both.mean()) / spread


def _option(
    money: Series, names: list[str], inside: frozenset[int], days: int, goal: Goal
) -> Option:
    regions = frozenset(names[at] for at in inside)
    treated, others, _ = split(money, names, regions)
    played = _Played(treated, others, days, goal.alpha)
    whole = float(money.sum())
    return Option(
        regions=tuple(sorted(regions)),
        days=days,
        power=played.rate(goal.lift),
        alarms=played.rate(0.0),
        seen=next((one for one in LIFTS if played.rate(one) >= goal.power), None),
        share=float(treated.sum()) * len(regions) / whole if whole else 0.0,
        spans=len(played.ends),
    )


class _Played:
    """An action of so many days, played on spans that are over."""

    def __init__(
        self, treated: Series, others: Series, days: int, alpha: float
    ) -> None:
        self._treated, self._others = treated, others
        self._days, self._alpha = days, alpha
        # Spread over the days that have enough before them.
        count = len(treated)
        first = min(count // 2 + days, count)
        ends = np.linspace(first, count, SPANS).round().astype(int)
        self.ends = sorted({int(one) for one in ends})
        self._rates: dict[float, float] = {}

    def rate(self, lift: float) -> float:
        """Give the share of spans in which a planted lift is found."""
        if lift not in self._rates:
            found = [self._finds(end, lift) for end in self.ends]
            self._rates[lift] = sum(found) / len(found)
        return self._rates[lift]

    def _finds(self, end: int, lift: float) -> bool:
        told = self._treated[:end].copy()
        told[-self._days :] *= 1.0 + lift
        p = p_value(told, self._others[:end], 0.0, self._days)
        return p <= self._alpha
