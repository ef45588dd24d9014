"""Against comparable people: an association, cleared of what was known before.

Who ordered online is compared with people who had not by then and were alike before,
in the same stratum of what is known of them (coarsened exact matching; Iacus, King and
Porro 2012). These are chosen by what was before alone; who orders later is looked at
until then, and stands for the part of the days that this was. What is not known of
people is not cleared: it is no proof.
"""

import math
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from habitue.measure.experiment.arms import ALPHA
from habitue.measure.experiment.chance import quantile

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

NOBODY_ALIKE = (
    "Not known: nobody who did not order online is like those who did. Ask for more"
    " days."
)
# People of a stratum that is told of nothing by fewer.
STRATUM_MIN = 2
# Above this many deviations of a covariate the two groups are not alike.
BALANCED = 0.1


class Compared(Struct, frozen=True):
    """A person a row: did they order, what did they spend, what was known before.

    ordered: bool; online, store: minor units spent online from the order on, and in
    stores after it, within the days; watched: which part of the days they were looked
    at, 1 for who ordered; known: by name, numbers from before; strata: a
    row of small whole numbers each, equal for who is taken to be alike.
    """

    ordered: "Array"
    online: "Array"
    store: "Array"
    watched: "Array"
    known: dict[str, "Array"]
    strata: "Array"


class Balance(Struct, frozen=True):
    """How far the groups lie apart in something known, in deviations of it."""

    name: str
    before: float
    after: float

    @property
    def is_balanced(self) -> bool:
        return abs(self.after) <= BALANCED


class Adjusted(Struct, frozen=True):
    """Units in the store beyond what alike people spent, for one spent online."""

    ratio: float
    low: float
    high: float
    ordered: int
    # Of these, people with someone alike; the others are left out.
    matched: int
    others: int
    balance: tuple[Balance, ...]


def adjusted(rows: Compared, alpha: float = ALPHA) -> Adjusted | None:
    """Compare; None where nobody who ordered has anybody alike to be compared with."""
    import numpy as np  # noqa: PLC0415 - heavy, and asked for seldom

    ordered = rows.ordered.astype(bool)
    _, place = np.unique(rows.strata, axis=0, return_inverse=True)
    place = place.reshape(-1)
    size = int(place.max()) + 1 if len(place) else 0
    those = np.bincount(place[ordered], minlength=size)
    others = np.bincount(place[~ordered], minlength=size)
    # What others spent is of as many days as all of theirs make: of less than one
    # person's whole days nothing is said.
    days = np.bincount(place[~ordered], rows.watched[~ordered], size)
    both = (those > 0) & (others >= STRATUM_MIN) & (days >= 1)
    days = np.maximum(days, 1)
    kept, rest = ordered & both[place], ~ordered & both[place]
    spent = float(rows.online[kept].sum())
    if not kept.any() or not spent:
        return None
    store = rows.store.astype(float)
    means = np.bincount(place[rest], store[rest], size) / days
    beyond = store - means[place] * rows.watched
    weights = those / days
    ratio = float(beyond[kept].sum()) / spent
    # The denominator varies, too (the delta method); of those compared with each stands
    # for as many as the stratum's weight, and a mean of few lies closer to them than to
    # the truth: one less than their number.
    few = others / np.maximum(others - 1, 1)
    left = (beyond[kept] - ratio * rows.online[kept]) ** 2
    right = (weights[place] * beyond)[rest] ** 2 * few[place][rest]
    error = math.sqrt(float(left.sum() + right.sum())) / spent
    half = quantile(1 - alpha / 2) * error
    return Adjusted(
        ratio=ratio,
        low=ratio - half,
        high=ratio + half,
        ordered=int(ordered.sum()),
        matched=int(kept.sum()),
        others=int(rest.sum()),
        balance=tuple(
            _balance(name, told.astype(float), ordered, kept, (rest, weights[place]))
            for name, told in rows.known.items()
        ),
    )


def _balance(
    name: str,
    told: "Array",
    ordered: "Array",
    kept: "Array",
    rest: tuple["Array", "Array"],
) -> Balance:
    others, weights = rest
    spread = math.sqrt((float(told[ordered].var()) + float(told[~ordered].var())) / 2)
    if not spread:
        return Balance(name, 0.0, 0.0)
    before = float(told[ordered].mean() - told[~ordered].mean())
    held = weights[others]
    matched = float((told[others] * held).sum() / held.sum())
    after = float(told[kept].mean()) - matched
    return Balance(name, before / spread, after / spread)
