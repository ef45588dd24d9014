"""What an experiment brought: arms against the control, by what people did."""

from typing import Any

from habitue.app.insights.cell_view import cell_of
from habitue.app.insights.clearing import cleared
from habitue.app.insights.figures import interval, money, part
from habitue.app.insights.outcomes import Told, outcomes, possible
from habitue.measure.experiment.arms import Arm, Interval, always_valid, difference
from habitue.measure.experiment.comparisons import holm
from habitue.measure.experiment.plan import Ratio, ratio_of, read_shares, told_by_events
from habitue.measure.said import UNTOLD

View = dict[str, Any]


def experiment_report(table: Any, told: View) -> View:
    """Make the report of the rows of `experiment_all`."""
    rows = table.to_pylist()
    seen = {row["arm"]: row for row in rows if row["sort"] == "arm"}
    strays = sum(row["people"] for row in rows if row["sort"] == "strays")
    ratio = ratio_told(seen, told["shares"])
    control = told["control"]
    return {
        "experiment": told["experiment"],
        "control": control,
        "currency": told["currency"],
        "days": told["days"],
        "outcome": told["outcome"] or None,
        "loyal_from": told["loyal"],
        "strays": strays,
        "planned_shares": {name: part(one) for name, one in ratio.planned.items()},
        "sample_ratio_p": float(f"{ratio.p:.4g}"),
        "alarm": ratio.alarm,
        "unplanned": ratio.unplanned,
        "because": None if control in seen else _no_control(control),
        "arms": [_arm(seen[name], told) for name in sorted(seen)],
        "against_control": _against(seen, told) if control in seen else [],
    }


def _no_control(control: str) -> str:
    return UNTOLD["no_control"].format(name=control[:64])


def ratio_told(arms: dict[str, View], shares: str) -> Ratio:
    """Compare rows of arms with the plan: that asked by, or else the events' own."""
    planned = read_shares(shares) or told_by_events(
        {name: row["share"] for name, row in arms.items()}
    )
    return ratio_of({name: row["people"] for name, row in arms.items()}, planned)


def _arm(row: View, told: View) -> View:
    people, purchases = row["people"], row["purchases"]
    each = row["money"] / purchases * told["unit"] if purchases else None
    return {
        "arm": row["arm"],
        "people": people,
        "buyers": row["bought"],
        "again": row["again"],
        "loyal": row["loyal"],
        "did": row["did"] if told["outcome"] else None,
        "purchases": round(purchases),
        "rate": part(row["bought"] / people),
        "money": money(round(row["money"]), told["currency"]),
        "money_minor": round(row["money"]),
        "money_per_person": part(row["money"] / people * told["unit"]),
        "money_per_purchase": part(each),
        "cells": _cells(row["arm"], told),
    }


def _cells(arm: str, told: View) -> View:
    """Say who stands behind the counts of an arm."""
    names = ("experiment", "days", "currency")
    asked = {"arm": arm, **{name: told[name] for name in names}}
    least = {"people": 0, "buyers": 1, "again": 2, "loyal": told["loyal"]}
    cells = {
        name: cell_of(told, "arm", **asked, least=count)
        for name, count in least.items()
    }
    if told["outcome"]:
        cells["did"] = cell_of(told, "arm", **asked, outcome=told["outcome"])
    return cells


def _against(seen: dict[str, View], told: View) -> list[View]:
    control = told["control"]
    rates, spent = cleared(seen, "bought"), cleared(seen, "money")
    found = [
        _lift(
            name,
            (rates.arms[control], rates.arms[name]),
            (spent.arms[control], spent.arms[name]),
            told,
        )
        for name in sorted(seen.keys() - {control})
    ]
    firm = holm({one["arm"]: one["money"]["p"] for one in found if one["money"]})
    looked = outcomes(
        seen, Told(control, told["outcome"], told["unit"], told["expected_rate"])
    )
    for one in found:
        one["money_p_of_all_arms"] = firm.get(one["arm"])
        one["variance_removed"] = part(spent.removed)
        one["rate_variance_removed"] = part(rates.removed)
        one["outcomes"] = looked[one["arm"]]
    return found


def _lift(
    name: str, rates: tuple[Arm, Arm], spent: tuple[Arm, Arm], told: View
) -> View:
    people = rates[1].people
    whole: Interval | None = difference(*spent)
    rate_plan, money_plan = told["expected_rate"], told["expected_money"] / told["unit"]
    return {
        "arm": name,
        "rate": interval(difference(*rates)),
        "rate_always_valid": interval(possible(always_valid(*rates, rate_plan))),
        "money": interval(whole, told["unit"]),
        "money_always_valid": interval(always_valid(*spent, money_plan), told["unit"]),
        # What the arm's people brought beyond what they would have.
        "money_in_all": interval(whole and whole.times(people), told["unit"]),
    }
