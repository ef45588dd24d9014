"""Synthetic control: a weighted mean of other regions that moves as one region did.

After Abadie, Diamond and Hainmueller (2010, JASA 105), with each region as shares of
its own mean, as Doudchenko and Imbens (2016) and Ferman and Pinto (2021) take the mean
away, so that a large region may be followed by small ones.
"""

from typing import Any, TypeAlias

import numpy as np

Series: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
_ROUNDS = 20
# Smaller than that, of the largest, is nothing.
_TINY = 1e-12


def simplex_weights(treated: Series, others: Series) -> Series:
    """Give weights of at least 0 that add up to 1, and follow a series best.

    treated: a value a day; others: days by regions; both without their means. That is
    the point of least norm in the convex hull of what each region lies apart from it
    (Wolfe 1976, Mathematical Programming 11): exact, in finitely many rounds.

    >>> simplex_weights(np.array([1.0, -1.0]), np.array([[2.0, 0.0], [-2.0, 0.0]]))
    array([0.5, 0.5])
    """
    apart = others - treated[:, None]
    products = apart.T @ apart
    size = products.shape[0]
    least = _TINY * max(float(np.diag(products).max()), 1e-300)
    held = [int(np.argmin(np.diag(products)))]
    weights = np.array([1.0])
    for _ in range(_ROUNDS * size):
        towards = products[:, held] @ weights
        best = int(np.argmin(towards))
        if best in held or towards[best] > float(weights @ towards[held]) - least:
            break
        held.append(best)
        weights = np.append(weights, 0.0)
        held, weights = _settled(products, held, weights)
    found = np.zeros(size)
    found[held] = weights
    return found


def _settled(
    products: Series, held: list[int], weights: Series
) -> tuple[list[int], Series]:
    """Go to the nearest point of what is held; leave behind what it needs none of."""
    while True:
        wanted = _nearest(products[np.ix_(held, held)])
        if (wanted > _TINY).all():
            return held, wanted
        falls = wanted <= _TINY
        # As far as nobody's weight falls below nothing.
        steps = weights[falls] / np.maximum(weights[falls] - wanted[falls], _TINY)
        weights = weights + min(1.0, float(steps.min())) * (wanted - weights)
        stays = weights > _TINY
        if stays.all():
            stays[int(np.argmin(weights))] = False
        held = [one for one, keep in zip(held, stays, strict=True) if keep]
        weights = weights[stays] / weights[stays].sum()


def _nearest(products: Series) -> Series:
    """Give weights of either sign that add up to 1, of the point of least norm."""
    size = products.shape[0]
    system = np.zeros((size + 1, size + 1))
    # A little of each by itself: regions that are alike to the last digit part, too.
    system[:size, :size] = products + _TINY * np.trace(products) * np.eye(size)
    system[size, :size] = system[:size, size] = 1.0
    wanted = np.zeros(size + 1)
    wanted[size] = 1.0
    try:
        found: Series = np.linalg.solve(system, wanted)[:size]
    except np.linalg.LinAlgError:
        found = np.linalg.lstsq(system, wanted, rcond=None)[0][:size]
    return found


def relative(money: Series, until: int) -> tuple[Series, Series]:
    """Give how far each day lies from a region's own mean, as a share of that mean.

    So a large region may be followed by small ones. Also gives the means; until: the
    days that they are of.
    """
    means = money[:until].mean(axis=0)
    return money / np.where(means > 0, means, 1.0) - 1.0, means


def followed(treated: Series, others: Series, until: int) -> tuple[Series, Series]:
    """Give what a region would have had, day by day, and the weights of the others.

    until: the days before the action, by which alone the weights are found.
    """
    told, base = relative(treated, until)
    apart, _ = relative(others, until)
    weights = simplex_weights(told[:until], apart[:until])
    return base * (1.0 + apart @ weights), weights
