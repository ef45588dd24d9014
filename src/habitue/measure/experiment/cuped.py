"""CUPED: what was known of people before takes out what would have been anyway.

(Deng, Xu, Kohavi and Walker 2013; several covariates at once by least squares.) They
have to be from before the assignment: one of later takes the effect out with it.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct

from habitue.measure.experiment.arms import Arm

Vector: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
# A covariate that spreads less than this part of its square is the same of everybody.
_TINY = 1e-12


class Paired(Struct, frozen=True):
    """An arm: people, sum and squares of the outcome, and what was known before.

    before: the sum of each covariate; crossed: of the products of each two;
    products: of each with the outcome.
    """

    people: int
    total: float
    squares: float
    before: tuple[float, ...]
    crossed: tuple[tuple[float, ...], ...]
    products: tuple[float, ...]

    @property
    def arm(self) -> Arm:
        return Arm(self.people, self.total, self.squares)

    @property
    def spread(self) -> Vector:
        """How covariates spread together, about their own means."""
        sums = np.array(self.before)
        found: Vector = np.array(self.crossed) - np.outer(sums, sums) / self.people
        return found

    @property
    def shared(self) -> Vector:
        """How the outcome and each covariate spread together."""
        found: Vector = np.array(self.products) - self.total * np.array(self.before) / (
            self.people
        )
        return found


def paired_of(people: Iterable[Sequence[float]]) -> Paired:
    """Make an arm of each person's outcome and, behind it, covariates."""
    told = np.array(list(people), dtype=float)
    outcome, before = told[:, 0], told[:, 1:]
    return Paired(
        len(told),
        float(outcome.sum()),
        float(outcome @ outcome),
        tuple(before.sum(axis=0)),
        tuple(tuple(row) for row in before.T @ before),
        tuple(before.T @ outcome),
    )


class Adjusted(Struct, frozen=True):
    """Arms with what was known before taken out, and how much of the variance went."""

    arms: tuple[Arm, ...]
    removed: float


def adjusted(arms: Sequence[Paired]) -> Adjusted:
    """Take out of each arm what its covariates say; differences stay unbiased.

    One slope of each covariate for all arms, from within them; covariates are centred
    on the mean of everybody. What is left spreads by as many degrees of freedom less as
    slopes were taken from it, or small arms would alarm too often.
    """
    slopes = _slopes(sum(one.spread for one in arms), sum(one.shared for one in arms))
    people = sum(one.people for one in arms)
    centre = sum(np.array(one.before) for one in arms) / people
    free = people - len(arms)
    widened = free / max(1, free - int(np.count_nonzero(slopes)))
    found = tuple(_without(one, slopes, centre, widened) for one in arms)
    was = sum(one.arm.variance * (one.people - 1) for one in arms)
    left = sum(one.variance * (one.people - 1) for one in found)
    return Adjusted(found, 1 - left / was if was else 0.0)


def _slopes(spread: Any, shared: Any) -> Vector:
    """Solve for the slopes; what says nothing of its own gets none."""
    size = np.sqrt(np.maximum(np.diag(spread), 0.0))
    told = size > _TINY * max(float(size.max(initial=0.0)), 1.0)
    scale = np.where(told, size, 1.0)
    unit = np.where(np.outer(told, told), spread / np.outer(scale, scale), 0.0)
    found: Vector = np.linalg.lstsq(unit, np.where(told, shared / scale, 0.0), 1e-9)[0]
    return found / scale


def _without(arm: Paired, slopes: Vector, centre: Any, widened: float) -> Arm:
    people = arm.people
    apart = np.array(arm.before) / people - centre
    mean = arm.arm.mean - float(slopes @ apart)
    spread = (
        arm.arm.variance * (people - 1)
        - 2 * float(slopes @ arm.shared)
        + float(slopes @ arm.spread @ slopes)
    )
    left = max(0.0, spread) * widened
    return Arm(people, mean * people, left + mean * mean * people)
