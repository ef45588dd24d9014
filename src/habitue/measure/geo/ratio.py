"""What one unit more online brings in stores, where regions were led and others not.

What a test by region moved online and what it moved in stores are each read against a
synthetic control; their ratio is what is asked for. Its bounds are the ratios that are
not ruled out: if it is r, store money less r times online money was moved by nothing,
which conformal inference looks at (as in conformal.py). So a move online that may be
chance gives wide bounds, or none, and never narrow wrong ones.
"""

import numpy as np
from msgspec import Struct, structs

from habitue.measure.geo.conformal import p_value, shifted
from habitue.measure.geo.control import Series, followed, simplex_weights
from habitue.measure.geo.reading import ALPHA, check, split
from habitue.measure.geo.said import UNMOVED, UNTOLD

GRID = 161
# Bounds are looked for within so many deviations of a day.
_WIDTH = 4.0


class Moved(Struct, frozen=True, kw_only=True):
    """What moved, a day and region in minor units, and the one over the other.

    low, high: None where no bound is known; p: how likely such a move in stores is by
    chance; online_p: the same online; because: why there is no ratio.
    """

    store: float
    online: float
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    p: float
    online_p: float
    because: str = ""


class Both(Struct, frozen=True):
    """Money in stores and online, by days: of the regions led, and of others each."""

    store: Series
    stores: Series
    online: Series
    onlines: Series

    def without(self, ratio: float) -> Series:
        """Give what is not followed, day by day, if so much in stores is online's."""
        told = _apart(self.store - ratio * self.online, self.store)
        others = _apart(self.stores - ratio * self.onlines, self.stores)
        left: Series = told - others @ simplex_weights(told, others)
        return left


def both_of(
    store: Series,
    online: Series,
    names: list[str],
    chosen: frozenset[str],
    neighbours: frozenset[str] = frozenset(),
) -> Both:
    """Part days by regions into those led and the others, in stores and online."""
    told, others, _ = split(store, names, chosen, neighbours)
    clicked, onlines, _ = split(online, names, chosen, neighbours)
    return Both(told, others, clicked, onlines)


def _apart(money: Series, of: Series) -> Series:
    """Give how far days lie from their own mean, as shares of what stores sell."""
    means = of.mean(axis=0)
    apart: Series = (money - money.mean(axis=0)) / np.where(means > 0, means, 1.0)
    return apart


def moved(  # noqa: PLR0913 - what a test is read by
    store: Series,
    online: Series,
    names: list[str],
    chosen: frozenset[str],
    days: int,
    *,
    alpha: float = ALPHA,
    neighbours: frozenset[str] = frozenset(),
) -> Moved:
    """Read a test twice; store, online: days by regions, the last days the action's."""
    both = both_of(store, online, names, chosen, neighbours)
    check(both.stores.shape[1], len(both.store) - days)
    found = Moved(
        store=_beyond(both.store, both.stores, days),
        online=_beyond(both.online, both.onlines, days),
        p=p_value(both.store, both.stores, 0.0, days),
        online_p=p_value(both.online, both.onlines, 0.0, days),
    )
    because = _because(both, found, alpha)
    if because:
        return structs.replace(found, because=because)
    low, high = _bounds(both, found, days, alpha)
    ratio = found.store / found.online
    return structs.replace(found, ratio=ratio, low=low, high=high)


def _because(both: Both, found: Moved, alpha: float) -> str:
    if not both.online.any():
        return UNTOLD
    return UNMOVED if found.online_p > alpha else ""


def _beyond(told: Series, others: Series, days: int) -> float:
    expected, _ = followed(told, others, len(told) - days)
    return float((told - expected)[-days:].mean())


def is_ruled_out(both: Both, ratio: float, days: int, alpha: float = ALPHA) -> bool:
    """Say whether stores less so much of online were moved more than by chance."""
    return shifted(both.without(ratio), days) <= alpha


def _bounds(
    both: Both, found: Moved, days: int, alpha: float
) -> tuple[float | None, float | None]:
    ratio = found.store / found.online
    spread = float(both.without(ratio).std() * both.store.mean())
    width = max(_WIDTH * spread / abs(found.online), 1e-9)
    grid = [float(one) for one in ratio + np.linspace(-width, width, GRID)]
    kept = [one for one in grid if not is_ruled_out(both, one, days, alpha)]
    if not kept:
        return ratio, ratio
    low, high = min(kept), max(kept)
    return (None if low == grid[0] else low, None if high == grid[-1] else high)
