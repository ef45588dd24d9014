"""A made-up market of regions that move together, with a lift planted where asked."""

from random import Random

import numpy as np

from habitue.measure.geo.control import Series

REGIONS = 20
# A week of a shop: days of the week against the mean.
WEEK = (0.85, 0.85, 0.9, 0.95, 1.15, 1.35, 0.95)


def names(count: int = REGIONS) -> list[str]:
    return [f"r{at:02}" for at in range(count)]


def market(
    seed: int,
    days: int,
    *,
    lifted: frozenset[str] = frozenset(),
    lift: float = 0.0,
    last: int = 0,
    noise: float = 0.06,
) -> Series:
    """Give money by day and region; each region follows the market in its own way.

    A market's mood lasts for days, as does a region's own luck: neither is independent
    from one day to the next. lift: of the last days, in the regions lifted.
    """
    chance = Random(seed)
    sizes = [chance.uniform(50_000, 400_000) for _ in range(REGIONS)]
    follows = [chance.uniform(0.7, 1.3) for _ in range(REGIONS)]
    mood, luck, rows = 0.0, [0.0] * REGIONS, []
    for day in range(days):
        mood = 0.8 * mood + chance.gauss(0, 0.05)
        row = []
        for at in range(REGIONS):
            luck[at] = 0.3 * luck[at] + chance.gauss(0, noise)
            level = WEEK[day % 7] * (1 + follows[at] * mood + 0.0004 * day + luck[at])
            row.append(max(0.0, sizes[at] * level))
        rows.append(row)
    found = np.array(rows)
    inside = [at for at, name in enumerate(names()) if name in lifted]
    if last:
        found[-last:, inside] *= 1 + lift
    return found
