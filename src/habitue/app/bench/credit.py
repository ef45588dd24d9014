"""Attribution measured on made paths, as many as a public file of them has.

The paths are counted before: in the product a query does that, which the report waits
for anyway. What is measured is all that comes after: each model, and whole cents.
"""

import time
from collections.abc import Sequence

import numpy as np

from habitue.app.bench.figure import Figure, Say, less
from habitue.base.clock import DAY_US
from habitue.journey.attribution import Decayed, credits_of, decayed
from habitue.journey.reading import MODELS, shares_by
from habitue.journey.tally import Path, Tally, tally_of

SEED = 19
# channel-attribution-paths: different paths, channels, and how long a path is at most.
PATHS, CHANNELS, LENGTH_MAX = 10_000, 12, 89
BAR_S = 0.1


def credit(say: Say) -> Figure:
    """Measure all models on a tenth of the paths, and on all."""
    say(f"journeys: crediting {PATHS:,} paths")
    small, large = (took(paths_of(count)) for count in (PATHS // 10, PATHS))
    return less(
        "journeys: attribution",
        large,
        "s",
        bar=BAR_S,
        note=f"{len(MODELS)} models of {PATHS:,} different paths over {CHANNELS}"
        f" channels; of ten times the paths {large / small:.1f} times as long",
    )


def paths_of(count: int) -> list[Path]:
    """Make so many paths: most are short, and a fifth of those who walk them buy."""
    chance = np.random.default_rng(SEED)
    lengths = np.minimum(chance.geometric(1 / 6, count), LENGTH_MAX)
    names = np.array([f"c{one}" for one in range(CHANNELS)])
    bought, lost = chance.poisson(2, count), chance.poisson(7, count)
    values = chance.integers(100, 100_000, count)
    return [
        Path(
            tuple(names[chance.integers(0, CHANNELS, length)].tolist()),
            int(buys),
            int(buys * value),
            int(more),
        )
        for length, buys, value, more in zip(lengths, bought, values, lost, strict=True)
    ]


def counted(paths: Sequence[Path]) -> tuple[Tally, dict[str, tuple[float, float]]]:
    """Count paths as the models ask for them; a touchpoint a day, for time decay."""
    ways = (Decayed(_aged(one.channels), one.value) for one in paths if one.conversions)
    return tally_of(paths), decayed(ways)


def _aged(channels: Sequence[str]) -> tuple[tuple[str, int], ...]:
    return tuple((name, at * DAY_US) for at, name in enumerate(reversed(channels)))


def took(paths: Sequence[Path]) -> float:
    """Give the seconds that crediting takes, the best of three."""
    tally, decay = counted(paths)
    found = []
    for _ in range(3):
        began = time.perf_counter()
        for model in MODELS:
            credits_of(tally, shares_by(model, tally, decay))
        found.append(time.perf_counter() - began)
    return min(found)
