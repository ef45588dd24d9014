"""Arms of an experiment and how far they lie apart, with what may be chance."""

import math
from collections.abc import Iterable, Sequence

from msgspec import Struct

from habitue.measure.experiment.chance import chi_square_above, quantile, two_sided

ALPHA = 0.05
# Below it, arms are not as large as they should be by chance once in 1,000 times.
RATIO_ALARM = 0.001
# With fewer people in an arm nothing is said: its spread is not known well enough.
ARM_MIN = 30


class Arm(Struct, frozen=True):
    """An arm: people, the sum of what each did, and the sum of its squares.

    Of a yes or no, sum and squares are the number of yes; of money, minor units.
    """

    people: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        return self.total / self.people

    @property
    def variance(self) -> float:
        """How the people of the arm spread, one less than their number as divisor."""
        spread = self.squares - self.total * self.total / self.people
        return max(0.0, spread / (self.people - 1))

    @property
    def error2(self) -> float:
        """The variance of the mean."""
        return self.variance / self.people


def arm_of(values: Iterable[float]) -> Arm:
    """Make an arm of what each of its people did.

    >>> arm_of([1, 0, 1]).variance
    0.33333333333333337
    """
    told = list(values)
    return Arm(len(told), math.fsum(told), math.fsum(one * one for one in told))


def yes_of(people: int, yes: int) -> Arm:
    """Make an arm of people of whom so many did something."""
    return Arm(people, yes, yes)


class Interval(Struct, frozen=True):
    """By how much an arm's mean lies above the control's, and between which bounds.

    p: how likely so large a difference is where there is none.
    """

    estimate: float
    low: float
    high: float
    p: float

    def times(self, people: int) -> "Interval":
        """Give what it comes to for so many people, as in money."""
        return Interval(
            self.estimate * people, self.low * people, self.high * people, self.p
        )

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def difference(control: Arm, treated: Arm, alpha: float = ALPHA) -> Interval | None:
    """Compare means once, at the planned end (Welch, by the normal).

    Who looks again and again, and stops when it is significant, errs far more often
    than alpha says: that is what `always_valid` is for. None where arms are too small.
    """
    if min(control.people, treated.people) < ARM_MIN:
        return None
    estimate = treated.mean - control.mean
    error = math.sqrt(control.error2 + treated.error2)
    half = quantile(1 - alpha / 2) * error
    p = two_sided(estimate / error) if error else float(estimate == 0)
    return Interval(estimate, estimate - half, estimate + half, p)


def always_valid(
    control: Arm, treated: Arm, expected: float, alpha: float = ALPHA
) -> Interval | None:
    """Compare means so that one may look whenever one likes, and stop.

    The mixture sequential probability ratio test: with a normal of deviation tau over
    differences, the ratio exceeds 1 / alpha at any time, where there is no difference,
    with at most probability alpha (Robbins 1970; Johari, Koomen, Pekelis and Walsh
    2017). expected: the difference one plans to see, in the unit of the means: at it
    the interval is narrowest. None where arms are too small.
    """
    if min(control.people, treated.people) < ARM_MIN:
        return None
    estimate, tau2 = treated.mean - control.mean, expected * expected
    error2 = control.error2 + treated.error2
    if not error2 or not tau2:
        return Interval(estimate, -math.inf, math.inf, 1.0)
    both = error2 + tau2
    half = math.sqrt(
        2 * error2 * both / tau2 * (math.log(1 / alpha) + math.log(both / error2) / 2)
    )
    log_ratio = math.log(error2 / both) / 2 + tau2 * estimate * estimate / (
        2 * error2 * both
    )
    p = math.exp(-max(0.0, log_ratio))
    return Interval(estimate, estimate - half, estimate + half, p)


def sample_ratio(people: Sequence[int], weights: Sequence[float] = ()) -> float:
    """Give how likely arms of these sizes are, if they were assigned as planned.

    weights: the planned sizes, equal ones if none are given (Pearson's chi-square).
    Below RATIO_ALARM something assigned, counted or lost people otherwise, and no
    result of the experiment can be believed.
    """
    planned = weights or [1.0] * len(people)
    total, scale = sum(people), sum(planned)
    if not total:
        return 1.0
    expected = [total * one / scale for one in planned]
    distance = sum(
        (found - wanted) ** 2 / wanted
        for found, wanted in zip(people, expected, strict=True)
    )
    return chi_square_above(distance, len(people) - 1)


def ratio_difference(
    control: tuple[Arm, Arm, float],
    treated: tuple[Arm, Arm, float],
    alpha: float = ALPHA,
) -> Interval | None:
    """Compare sums over sums, as money an order; people are what was assigned.

    Each arm: what is above, what is below the line, and the sum of their products by
    person (the delta method; Deng, Knoblich and Lu 2018).
    """
    if min(control[0].people, treated[0].people) < ARM_MIN:
        return None
    if not control[1].total or not treated[1].total:
        return None
    (before, error_a), (after, error_b) = _ratio(*control), _ratio(*treated)
    estimate, error = after - before, math.sqrt(error_a + error_b)
    half = quantile(1 - alpha / 2) * error
    p = two_sided(estimate / error) if error else float(estimate == 0)
    return Interval(estimate, estimate - half, estimate + half, p)


def _ratio(above: Arm, under: Arm, products: float) -> tuple[float, float]:
    """Give a ratio of means and its variance."""
    people, ratio = above.people, above.mean / under.mean
    covariance = (products - above.total * under.total / people) / (people - 1)
    spread = above.variance - 2 * ratio * covariance + ratio * ratio * under.variance
    return ratio, max(0.0, spread) / people / under.mean**2
