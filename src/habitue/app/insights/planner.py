"""How many people an experiment needs, for a rate or for money, with several arms.

What people do without it is told, or read from what they did: everybody who came in
some days of the past, as if chance had assigned them then and nothing had been done.
"""

import math
from typing import Any

from habitue.app.insights.clearing import cleared
from habitue.app.insights.figures import part
from habitue.base.errors import InvalidError
from habitue.measure.experiment.arms import ARM_MIN
from habitue.measure.experiment.power import (
    alpha_of_each,
    people_for_mean,
    people_for_rate,
)
from habitue.measure.wanted import Planning

View = dict[str, Any]
RATE, MONEY = "rate", "money"
EITHER = (
    "Tell either the rate that is to rise, or the deviation of what people spend; not"
    " both."
)
READ = (
    "A rate or a deviation is told, or read from the shop's own history (baseline);"
    " not both."
)
NO_BASELINE = "'{}' is nothing that a plan is read from; name rate or money."
NO_DAYS = "Tell of which days (from, to) the shop's own history is read."
FEW = (
    "{} people came in these days early enough for {} days after it to be over; to plan"
    " by what they did takes {} at least. Name more days."
)


def planned(wanted: Planning, baseline: View | None = None) -> View:
    """Say how many people each arm needs, and all of them; baseline: what was read."""
    told = baseline or {"rate": wanted.rate, "deviation": wanted.deviation}
    people = _people(wanted, told, alpha_of_each(wanted.alpha, wanted.arms))
    return {
        "lift": wanted.lift,
        "rate": told["rate"],
        "deviation": told["deviation"],
        "arms": wanted.arms,
        "alpha": wanted.alpha,
        "power": wanted.power,
        "baseline": baseline,
        "people_per_arm": people,
        "people": people * wanted.arms,
    }


def check(wanted: Planning) -> None:
    """Refuse a plan that is to be read from what can't be read."""
    if wanted.baseline not in {RATE, MONEY}:
        raise InvalidError(NO_BASELINE.format(wanted.baseline[:40]))
    if wanted.rate is not None or wanted.deviation is not None:
        raise InvalidError(READ)
    if not (wanted.first and wanted.last):
        raise InvalidError(NO_DAYS)


def _people(wanted: Planning, told: View, alpha: float) -> int:
    rate, deviation = told["rate"], told["deviation"]
    removed = told.get("variance_removed", 0.0)
    if rate is not None and deviation is None:
        return people_for_rate(rate, wanted.lift, alpha, wanted.power, removed)
    if deviation is not None and rate is None:
        return people_for_mean(deviation, wanted.lift, alpha, wanted.power, removed)
    raise InvalidError(EITHER)


def baseline_report(table: Any, told: View) -> View:
    """Make, of the one row of `arm_sums`, what a plan is made by.

    The rate or, in units of the currency, the mean and the deviation; with the part of
    the variance that clearing takes out, as it will in the experiment's report.
    """
    rows = table.to_pylist()
    people = sum(row["people"] for row in rows)
    if people < ARM_MIN:
        raise InvalidError(FEW.format(people, told["days"], ARM_MIN))
    (row,) = rows
    outcome = "bought" if told["baseline"] == RATE else "money"
    removed = cleared({row["arm"]: row}, outcome).removed
    view = {
        "of": told["baseline"],
        "people": people,
        "days": told["days"],
        "variance_removed": part(max(0.0, removed)),
    }
    if outcome == "bought":
        return {**view, "rate": part(row["bought"] / people), "deviation": None}
    return {**view, **_spent(row, told)}


def _spent(row: View, told: View) -> View:
    people, currency = row["people"], told["currency"]
    spread = row["money2"] - row["money"] * row["money"] / people
    deviation = math.sqrt(max(0.0, spread) / (people - 1)) * told["unit"]
    return {
        "rate": None,
        "currency": currency,
        "money_per_person": part(row["money"] / people * told["unit"]),
        "deviation": part(deviation),
    }
