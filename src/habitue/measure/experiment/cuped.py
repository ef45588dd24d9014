"""CUPED: what was known of people before takes out what would have been anyway.

(Deng, Xu, Kohavi and Walker 2013.) The covariate has to be from before the
assignment: one of later takes the effect out with it.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from habitue.measure.experiment.arms import Arm


class Paired(Struct, frozen=True):
    """An arm: people, sums and squares of outcome and covariate, and their products."""

    people: int
    total: float
    squares: float
    before: float
    before_squares: float
    products: float

    @property
    def arm(self) -> Arm:
        return Arm(self.people, self.total, self.squares)

    @property
    def before_arm(self) -> Arm:
        return Arm(self.people, self.before, self.before_squares)

    @property
    def shared(self) -> float:
        """How outcome and covariate spread together, about their own means."""
        return self.products - self.total * self.before / self.people


def paired_of(pairs: Iterable[tuple[float, float]]) -> Paired:
    """Make an arm of each person's outcome and covariate."""
    told = list(pairs)
    return Paired(
        len(told),
        sum(after for after, _ in told),
        sum(after * after for after, _ in told),
        sum(before for _, before in told),
        sum(before * before for _, before in told),
        sum(after * before for after, before in told),
    )


class Adjusted(Struct, frozen=True):
    """Arms with what was known before taken out, and how much of the variance went."""

    arms: tuple[Arm, ...]
    removed: float


def adjusted(arms: Sequence[Paired]) -> Adjusted:
    """Take out of each arm what its covariate says; differences stay unbiased.

    One slope for all arms, from within them; the covariate is centred on the mean of
    everybody.
    """
    spread = sum(one.before_arm.variance * (one.people - 1) for one in arms)
    slope = sum(one.shared for one in arms) / spread if spread else 0.0
    centre = sum(one.before for one in arms) / sum(one.people for one in arms)
    found = tuple(_without(one, slope, centre) for one in arms)
    was = sum(one.arm.variance * (one.people - 1) for one in arms)
    left = sum(one.variance * (one.people - 1) for one in found)
    return Adjusted(found, 1 - left / was if was else 0.0)


def _without(arm: Paired, slope: float, centre: float) -> Arm:
    people = arm.people
    mean = arm.arm.mean - slope * (arm.before / people - centre)
    spread = (
        arm.arm.variance * (people - 1)
        - 2 * slope * arm.shared
        + slope * slope * arm.before_arm.variance * (people - 1)
    )
    return Arm(people, mean * people, max(0.0, spread) + mean * mean * people)
