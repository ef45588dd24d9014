"""How likely what was found is by chance: conformal inference for a mean shift.

After Chernozhukov, Wuethrich and Zhu (2021, JASA 116): take the effect away that is
supposed, follow the region over all days, and ask how often the residuals, moved round
in their order, lie as far off in the days of the action as they do. Moved round as they
are, one day's likeness to the next stays. The mean of the residuals is looked at,
and not their size: that they are larger than before says that the region is followed
less well, not that more was sold.
"""

import numpy as np

from habitue.measure.geo.control import Series, relative, simplex_weights

GRID = 81
# Bounds are looked for within so many deviations of the estimate.
_WIDTH = 6.0


def residuals(treated: Series, others: Series, effect: float, days: int) -> Series:
    """Give what is not followed, day by day, if the last days had this effect.

    effect: a day, in the unit of the money; what is given, as shares of the mean.
    """
    supposed = treated.copy()
    supposed[-days:] -= effect
    told, _ = relative(supposed, len(supposed))
    apart, _ = relative(others, len(others))
    return told - apart @ simplex_weights(told, apart)


def p_value(treated: Series, others: Series, effect: float, days: int) -> float:
    """Give how likely so large a shift of the last days is, if this is the effect."""
    return shifted(residuals(treated, others, effect, days), days)


def shifted(left: Series, days: int) -> float:
    """Give the share of all ways round in which the last days lie as far off.

    >>> shifted(np.array([0.0, 0.0, 0.0, 4.0]), 1)
    0.25
    """
    count = len(left)
    twice = np.concatenate(([0.0], np.cumsum(np.concatenate((left, left)))))
    # The sum of so many days from each on; the last of the ways is as it was.
    sums = np.abs(twice[days : days + count] - twice[:count])
    told = sums[count - days]
    return float((sums >= told * (1 - 1e-12)).mean())


def bounds(
    treated: Series, others: Series, days: int, alpha: float, estimate: float
) -> tuple[float | None, float | None]:
    """Give the least and the greatest effect that is not ruled out; None: no bound.

    By a grid of effects around the estimate, as wide as residuals spread.
    """
    spread = float(residuals(treated, others, estimate, days).std() * treated.mean())
    width = _WIDTH * max(spread, 1e-12)
    grid = estimate + np.linspace(-width, width, GRID)
    kept = [effect for effect in grid if p_value(treated, others, effect, days) > alpha]
    if not kept:
        return float(estimate), float(estimate)
    low, high = float(min(kept)), float(max(kept))
    return (
        None if low == float(grid[0]) else low,
        None if high == float(grid[-1]) else high,
    )
