"""Who gets the credit for what was bought: models, each of which hands out all of it.

Credit is not cause: a channel may have all of the credit and no effect (a control group
tells). What nothing led to is no channel's: it stays NO_TOUCH's in every model; and of
what nobody knows who bought it, what led to it is UNKNOWN.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cache
from math import lcm
from typing import NamedTuple

from habitue.base.clock import DAY_US
from habitue.journey.tally import Spot, Tally

NO_TOUCH, UNKNOWN = "no_touch", "unknown_buyer"
# No channels, and shown behind them.
NOBODYS = (NO_TOUCH, UNKNOWN)
HALF_LIFE_US = 7 * DAY_US
# What the first and the last touchpoint of three or more get; the rest share the rest.
ENDS = Fraction(2, 5)


class Share(NamedTuple):
    """A channel's part, exactly: of the purchases, and of their money (minor units)."""

    conversions: Fraction
    value: Fraction


Shares = dict[str, Share]
# By a channel and what its parts are divided by: purchases and money, as numerators.
_Sums = defaultdict[tuple[str, int], list[int]]
_ALL, _NONE = Fraction(1), Fraction(0)


class Credit(NamedTuple):
    """A channel's credit: purchases, in parts of one, and whole minor units."""

    conversions: float
    value: int


def first(tally: Tally) -> Shares:
    """Give all to the channel that a path began with."""
    return _by_spot(tally, lambda spot: _ALL if spot.is_first else _NONE)


def last(tally: Tally) -> Shares:
    """Give all to the channel before the purchase."""
    return _by_spot(tally, lambda spot: _ALL if spot.is_last else _NONE)


def linear(tally: Tally) -> Shares:
    """Give each touchpoint of a path the same."""
    return _by_spot(tally, lambda spot: _equal(spot.length))


def position(tally: Tally) -> Shares:
    """Give the first and the last 40 % each, those in between the rest.

    Of two each gets half, and the only one gets all.
    """
    return _by_spot(tally, _of_position)


def _of_position(spot: Spot) -> Fraction:
    if spot.length <= 2:
        return _equal(spot.length)
    if spot.is_first or spot.is_last:
        return ENDS
    return _between(spot.length)


# To make a fraction takes longer than all else of a spot, and few are different.
@cache
def _equal(length: int) -> Fraction:
    return Fraction(1, length)


@cache
def _between(length: int) -> Fraction:
    return (1 - 2 * ENDS) / (length - 2)


def _by_spot(tally: Tally, part: Callable[[Spot], Fraction]) -> Shares:
    sums = _sums()
    for spot, told in tally.spots.items():
        given = part(spot)
        held = sums[spot.channel, given.denominator]
        held[0] += given.numerator * told.conversions
        held[1] += given.numerator * told.value
    return _added(sums)


def _sums() -> _Sums:
    return defaultdict(lambda: [0, 0])


def _added(sums: _Sums) -> Shares:
    """Add up parts exactly: whole numbers over one divisor, each a fraction once."""
    divisor = lcm(*(one for _, one in sums))
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (name, own), (conversions, value) in sums.items():
        found[name][0] += conversions * (divisor // own)
        found[name][1] += value * (divisor // own)
    return {
        name: Share(Fraction(conversions, divisor), Fraction(value, divisor))
        for name, (conversions, value) in found.items()
        if conversions or value
    }


def shapley(tally: Tally) -> Shares:
    """Give each channel its Shapley value in the game of sets of channels.

    What a set of channels is worth is what paths brought that need no other channel.
    Such a game is a sum of games in which all of a path's channels are needed, so the
    value is each path's worth in equal parts to the channels that it has (Shapley
    1953, additivity and symmetry; Zhao, Mahboobi and Bagheri 2018 for paths).
    """
    sums = _sums()
    for channels, told in tally.sets.items():
        for one in channels:
            held = sums[one, len(channels)]
            held[0] += told.conversions
            held[1] += told.value
    return _added(sums)


def by_weight(tally: Tally, weights: Mapping[str, float]) -> Shares:
    """Hand out all by weights that need not add up to one; none is below 0."""
    exact = {name: Fraction(max(one, 0.0)) for name, one in weights.items()}
    total, touched = sum(exact.values(), Fraction(0)), tally.touched
    if not total:
        return {}
    return {
        name: Share(one / total * touched.conversions, one / total * touched.value)
        for name, one in exact.items()
        if one
    }


class Decayed(NamedTuple):
    """A way for time decay: channels with their age at the purchase, and its money."""

    touches: tuple[tuple[str, int], ...]
    value: int


def decayed(
    ways: Iterable[Decayed], half_life_us: int = HALF_LIFE_US
) -> dict[str, tuple[float, float]]:
    """Give each channel's purchases and money where a touchpoint's part halves.

    It does so each half-life (microseconds) that lies between it and the purchase.
    """
    found: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for way in ways:
        weights = [(name, 0.5 ** (age / half_life_us)) for name, age in way.touches]
        total = sum(weight for _, weight in weights)
        for name, weight in weights:
            found[name][0] += weight / total
            found[name][1] += way.value * weight / total
    return {name: (held[0], held[1]) for name, held in found.items()}


def time_decay(tally: Tally, sums: Mapping[str, tuple[float, float]]) -> Shares:
    """Hand out exactly what there is by what decayed() says."""
    touched = tally.touched
    bought = _scaled({name: one[0] for name, one in sums.items()}, touched.conversions)
    money = _scaled({name: one[1] for name, one in sums.items()}, touched.value)
    return {name: Share(bought[name], money[name]) for name in sums}


def _scaled(weights: Mapping[str, float], total: int) -> dict[str, Fraction]:
    exact = {name: Fraction(one) for name, one in weights.items()}
    held = sum(exact.values(), Fraction(0))
    return {
        name: one / held * total if held else Fraction(0) for name, one in exact.items()
    }


def credits_of(tally: Tally, shares: Shares) -> dict[str, Credit]:
    """Round parts to whole minor units; they add up to all that was bought.

    What is left over by rounding down goes to the largest remainders, of equal ones to
    the first by name.
    """
    values = apportioned(
        tally.touched.value, {name: one.value for name, one in shares.items()}
    )
    found = {
        name: Credit(float(one.conversions), values[name])
        for name, one in shares.items()
    }
    for name, left in zip(NOBODYS, (tally.untouched, tally.unknown), strict=True):
        if left.conversions:
            found[name] = Credit(float(left.conversions), left.value)
    return dict(sorted(found.items(), key=lambda one: (-one[1].value, one[0])))


def apportioned(total: int, parts: Mapping[str, Fraction]) -> dict[str, int]:
    """Give whole numbers that add up to the total, each next to its part.

    >>> apportioned(10, dict.fromkeys("abc", Fraction(10, 3)))
    {'a': 4, 'b': 3, 'c': 3}
    """
    whole = {name: part.numerator // part.denominator for name, part in parts.items()}
    left = total - sum(whole.values())
    by_rest = sorted(parts, key=lambda name: (whole[name] - parts[name], name))
    for name in by_rest[:left]:
        whole[name] += 1
    return whole
