"""How many people an experiment needs, and what it can see with those there are."""

import math

from habitue.base.errors import InvalidError
from habitue.measure.experiment.arms import ALPHA
from habitue.measure.experiment.chance import quantile

POWER = 0.8
# More than there are.
PEOPLE_MAX = 10_000_000_000
# Nearer to never and always nothing can be reckoned.
CHANCE_MIN = 1e-9
ARMS_MAX = 50


def people_for_rate(
    rate: float,
    lift: float,
    alpha: float = ALPHA,
    power: float = POWER,
    removed: float = 0.0,
) -> int:
    """Give the people an arm needs to see a rate rise by a lift, both parts of one.

    By the normal, each arm with the variance of its own rate (Fleiss, Levin and Paik
    2003, without the correction for continuity). removed: the part of the variance that
    clearing by what was known before takes out.

    >>> people_for_rate(0.10, 0.02)
    3839
    >>> people_for_rate(0.10, 0.02, removed=0.5)
    1920
    """
    after = rate + lift
    if not (0 < rate < 1 and 0 < after < 1 and lift):
        raise InvalidError(
            f"A rate of {rate:g} that changes by {lift:g} can't be planned for; both"
            " rates lie between 0 and 1, and differ."
        )
    spread = rate * (1 - rate) + after * (1 - after)
    return _people(spread * (1 - removed), lift, alpha, power)


def people_for_mean(
    deviation: float,
    lift: float,
    alpha: float = ALPHA,
    power: float = POWER,
    removed: float = 0.0,
) -> int:
    """Give the people an arm needs to see a mean rise by a lift, of one unit both.

    removed: as for a rate.

    >>> people_for_mean(50, 2)
    9812
    """
    if deviation <= 0 or not lift:
        raise InvalidError("A deviation above 0 and a lift other than 0 are needed.")
    return _people(2 * deviation * deviation * (1 - removed), lift, alpha, power)


def alpha_of_each(alpha: float, arms: int) -> float:
    """Give what each arm may err by, so that all together do by no more than alpha.

    Each is compared with the control: one less than there are arms (Bonferroni; Holm,
    by which the report corrects, finds no less).

    >>> alpha_of_each(0.05, 3)
    0.025
    """
    if not 2 <= arms <= ARMS_MAX:
        raise InvalidError(f"An experiment has 2 to {ARMS_MAX} arms, with the control.")
    return alpha / (arms - 1)


def seen_with(
    people: int, deviation: float, alpha: float = ALPHA, power: float = POWER
) -> float:
    """Give the smallest lift of a mean that so many people an arm show.

    >>> round(seen_with(9812, 50), 2)
    2.0
    """
    if people < 2 or deviation <= 0:
        raise InvalidError("Two people an arm and a deviation above 0 are needed.")
    return _both(alpha, power) * deviation * math.sqrt(2 / people)


def _people(variance: float, lift: float, alpha: float, power: float) -> int:
    # In powers of ten: the lift may be too small to be squared.
    size = math.log10(variance) + 2 * math.log10(_both(alpha, power) / abs(lift))
    if size > math.log10(PEOPLE_MAX):
        raise InvalidError(
            f"A change of {lift:g} takes more than {PEOPLE_MAX:,} people an arm to be"
            " seen; plan for a larger one."
        )
    return math.ceil(variance * (_both(alpha, power) / lift) ** 2)


def _both(alpha: float, power: float) -> float:
    if not all(CHANCE_MIN <= one <= 1 - CHANCE_MIN for one in (alpha, power)):
        raise InvalidError(
            f"alpha and power lie between {CHANCE_MIN:g} and 1 - {CHANCE_MIN:g}."
        )
    both = quantile(1 - alpha / 2) + quantile(power)
    if both <= 0:
        raise InvalidError(
            f"A power of {power:g} is had by chance with an alpha of {alpha:g};"
            " ask for more than half of alpha."
        )
    return both
