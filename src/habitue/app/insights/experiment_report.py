"""What an experiment brought: arms against the control, in purchases and money."""

from typing import Any

from habitue.app.insights.figures import interval, money, part
from habitue.measure.experiment.arms import (
    RATIO_ALARM,
    Arm,
    Interval,
    always_valid,
    difference,
    sample_ratio,
    yes_of,
)
from habitue.measure.experiment.comparisons import holm
from habitue.measure.experiment.cuped import Paired, adjusted

View = dict[str, Any]
ALARM = (
    "The arms are not as large as they should be, which chance does not explain:"
    " something assigned, counted or lost people otherwise. Believe no figure of this"
    " experiment before that is found."
)
NO_CONTROL = "No arm is called '{}': name the control's variation."


def experiment_report(table: Any, told: View) -> View:
    """Make the report of the rows of `experiment_all`."""
    rows = table.to_pylist()
    arms = {row["arm"]: _paired(row) for row in rows if row["sort"] == "arm"}
    buyers = {row["arm"]: row["buyers"] for row in rows if row["sort"] == "arm"}
    strays = sum(row["people"] for row in rows if row["sort"] == "strays")
    ratio_p = sample_ratio([one.people for one in arms.values()]) if arms else 1.0
    control = told["control"]
    return {
        "experiment": told["experiment"],
        "control": control,
        "currency": told["currency"],
        "days": told["days"],
        "strays": strays,
        "sample_ratio_p": float(f"{ratio_p:.4g}"),
        "alarm": ALARM if ratio_p < RATIO_ALARM else None,
        "because": None if control in arms else NO_CONTROL.format(control[:64]),
        "arms": [_arm(name, arms[name], buyers[name], told) for name in sorted(arms)],
        "against_control": _against(arms, buyers, told) if control in arms else [],
    }


def _paired(row: View) -> Paired:
    return Paired(
        row["people"],
        row["money"],
        row["money2"],
        row["before"],
        row["before2"],
        row["products"],
    )


def _arm(name: str, arm: Paired, buyers: int, told: View) -> View:
    return {
        "arm": name,
        "people": arm.people,
        "buyers": buyers,
        "rate": part(buyers / arm.people),
        "money": money(round(arm.total), told["currency"]),
        "money_per_person": part(arm.arm.mean * told["unit"]),
    }


def _against(arms: dict[str, Paired], buyers: dict[str, int], told: View) -> list[View]:
    control = told["control"]
    names = [control, *(name for name in sorted(arms) if name != control)]
    cleared = adjusted([arms[name] for name in names])
    rates = {name: yes_of(arms[name].people, buyers[name]) for name in names}
    spent = dict(zip(names, cleared.arms, strict=True))
    found = [
        _lift(name, (rates[control], rates[name]), (spent[control], spent[name]), told)
        for name in names[1:]
    ]
    firm = holm({one["arm"]: one["money"]["p"] for one in found if one["money"]})
    for one in found:
        one["money_p_of_all_arms"] = firm.get(one["arm"])
        one["variance_removed"] = part(cleared.removed)
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
        "rate_always_valid": interval(always_valid(*rates, rate_plan)),
        "money": interval(whole, told["unit"]),
        "money_always_valid": interval(always_valid(*spent, money_plan), told["unit"]),
        # What the arm's people brought beyond what they would have.
        "money_in_all": interval(whole and whole.times(people), told["unit"]),
    }
