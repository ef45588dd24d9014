"""What an action brought in its regions: estimate, bounds, and what placebos show."""

import numpy as np
from msgspec import Struct

from habitue.base.errors import InvalidError
from habitue.measure.geo.conformal import bounds, p_value
from habitue.measure.geo.control import Series, followed

ALPHA = 0.05
# With fewer other regions, or fewer days before, nothing is said.
OTHERS_MIN = 4
DAYS_BEFORE_MIN = 21
# Weights below this are not named.
WEIGHT_MIN = 0.005
FEW = (
    "A test by region needs {} other regions and {} days before it at least; there are"
    " {} and {}."
)


class Placebo(Struct, frozen=True):
    """A region where nothing was done, read as if it had been."""

    region: str
    lift: float | None


class Neighbour(Struct, frozen=True):
    """A region that the action may have reached, too: what was sold beyond expected.

    lift: as a share; p: how likely so much is by chance; whole: over all its days, in
    minor units.
    """

    region: str
    lift: float | None
    p: float
    whole: float


class Reading(Struct, frozen=True, kw_only=True):
    """What was found, a day and a region of the action, in minor units.

    lift: as a share of what would have been; p: how likely it is by chance; rank_p: the
    share of regions (with this one) whose lift lies as far from nothing.
    """

    effect: float
    low: float | None
    high: float | None
    lift: float | None
    p: float
    rank_p: float
    # Over all days and regions of the action.
    whole: float
    # Mean distance before the action, as a share of the mean.
    apart_before: float
    weights: dict[str, float]
    observed: tuple[float, ...]
    expected: tuple[float, ...]
    placebos: tuple[Placebo, ...]
    neighbours: tuple[Neighbour, ...]


def split(
    money: Series,
    names: list[str],
    chosen: frozenset[str],
    aside: frozenset[str] = frozenset(),
) -> tuple[Series, Series, list[str]]:
    """Part days by regions into the mean of those chosen, and the others by name.

    aside: regions that are neither, since the action may have reached them.
    """
    inside = np.array([name in chosen for name in names])
    others = [name for name in names if name not in chosen | aside]
    outside = np.array([name in others for name in names])
    return money[:, inside].mean(axis=1), money[:, outside], others


def check(others: int, before: int) -> None:
    """Refuse a test of which nothing can be said."""
    if others < OTHERS_MIN or before < DAYS_BEFORE_MIN:
        raise InvalidError(FEW.format(OTHERS_MIN, DAYS_BEFORE_MIN, others, before))


def read(  # noqa: PLR0913 - what a test is read by
    money: Series,
    names: list[str],
    chosen: frozenset[str],
    days: int,
    *,
    alpha: float = ALPHA,
    neighbours: frozenset[str] = frozenset(),
) -> Reading:
    """Read a test; money: days by regions, the last days those of the action.

    neighbours: regions that the action may have reached, too. They are compared with
    nobody, for what reached them would be taken off the action; each is read by itself.
    """
    treated, others, rest = split(money, names, chosen, neighbours)
    before = len(treated) - days
    check(len(rest), before)
    expected, weights = followed(treated, others, before)
    left = treated - expected
    effect, mean = float(left[-days:].mean()), float(expected[-days:].mean())
    low, high = bounds(treated, others, days, alpha, effect)
    lift = effect / mean if mean > 0 else None
    placebos = tuple(_placebos(others, rest, before))
    base = float(np.abs(treated[:before]).mean())
    return Reading(
        effect=effect,
        low=low,
        high=high,
        lift=lift,
        p=p_value(treated, others, 0.0, days),
        rank_p=_rank(lift, placebos),
        whole=effect * days * len(chosen),
        apart_before=float(np.abs(left[:before]).mean()) / base if base else 0.0,
        weights={
            name: float(weight)
            for name, weight in sorted(
                zip(rest, weights, strict=True), key=lambda one: (-one[1], one[0])
            )
            if weight >= WEIGHT_MIN
        },
        observed=tuple(map(float, treated)),
        expected=tuple(map(float, expected)),
        placebos=placebos,
        neighbours=tuple(
            _neighbour(name, money[:, at], others, days)
            for at, name in enumerate(names)
            if name in neighbours
        ),
    )


def _neighbour(name: str, told: Series, others: Series, days: int) -> Neighbour:
    """Read a region that the action may have reached, against those it did not."""
    before = len(told) - days
    effect, lift = _beyond(told, others, before)
    p = p_value(told, others, 0.0, days)
    return Neighbour(name, lift, p, effect * days)


def _placebos(others: Series, names: list[str], before: int) -> list[Placebo]:
    """Read each other region as if the action had been there."""
    found = []
    for at, name in enumerate(names):
        rest = np.delete(others, at, axis=1)
        _, lift = _beyond(others[:, at], rest, before)
        found.append(Placebo(name, lift))
    return found


def _beyond(told: Series, others: Series, before: int) -> tuple[float, float | None]:
    """Give what was sold a day beyond what others let expect, and as a share of it."""
    expected, _ = followed(told, others, before)
    mean = float(expected[before:].mean())
    effect = float((told - expected)[before:].mean())
    return effect, effect / mean if mean > 0 else None


def _rank(lift: float | None, placebos: tuple[Placebo, ...]) -> float:
    told = [abs(one.lift) for one in placebos if one.lift is not None]
    if lift is None:
        return 1.0
    return (1 + sum(one >= abs(lift) for one in told)) / (1 + len(told))
