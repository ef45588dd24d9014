"""Sums by which what people of an arm did is cleared of what was known of them before.

Of each covariate, of the products of each two, and of each with each outcome: from
these alone least squares takes its slopes (habitue.measure.experiment.cuped).
"""

from collections.abc import Iterator
from itertools import combinations_with_replacement

# What was known before: see `tested` of experiment.sql.
COVARIATES = ("x1", "x2", "x3", "x4", "x5")
# What somebody of an arm did, as a number: money, or whether they did it.
OUTCOMES = {
    "money": "money",
    "bought": "CAST(purchases > 0 AS DOUBLE)",
    "again": "CAST(purchases > 1 AS DOUBLE)",
    "loyal": "CAST(purchases >= $loyal AS DOUBLE)",
    "did": "CAST(did AS DOUBLE)",
}


def sums() -> str:
    """Give the columns: `x1`, `x1x2`, `bought_x1` and so on."""
    return ", ".join(_sums())


def _sums() -> Iterator[str]:
    for one in COVARIATES:
        yield f"sum({one}) AS {one}"
    for one, other in combinations_with_replacement(COVARIATES, 2):
        yield f"sum({one} * {other}) AS {one}{other}"
    for name, outcome in OUTCOMES.items():
        for one in COVARIATES:
            yield f"sum({outcome} * {one}) AS {name}_{one}"
