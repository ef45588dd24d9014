"""What an experiment brought: arms against the control, by what people did."""

from typing import Any

from habitue.app.insights.figures import interval, money, part
from habitue.app.insights.outcomes import Told, outcomes
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
    seen = {row["arm"]: row for row in rows if row["sort"] == "arm"}
    arms = {name: _paired(row) for name, row in seen.items()}
    strays = sum(row["people"] for row in rows if row["sort"] == "strays")
    ratio_p = sample_ratio([one.people for one in arms.values()]) if arms else 1.0
    control = told["control"]
    return {
        "experiment": told["experiment"],
        "control": control,
        "currency": told["currency"],
        "days": told["days"],
        "outcome": told["outcome"] or None,
        "loyal_from": told["loyal"],
        "strays": strays,
        "sample_ratio_p": float(f"{ratio_p:.4g}"),
        "alarm": ALARM if ratio_p < RATIO_ALARM else None,
        "because": None if control in arms else NO_CONTROL.format(control[:64]),
        "arms": [_arm(seen[name], told) for name in sorted(arms)],
        "against_control": _against(arms, seen, told) if control in arms else [],
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
    }


def _against(arms: dict[str, Paired], seen: dict[str, View], told: View) -> list[View]:
    control = told["control"]
    names = [control, *(name for name in sorted(arms) if name != control)]
    cleared = adjusted([arms[name] for name in names])
    rates = {name: yes_of(arms[name].people, seen[name]["bought"]) for name in names}
    spent = dict(zip(names, cleared.arms, strict=True))
    found = [
        _lift(name, (rates[control], rates[name]), (spent[control], spent[name]), told)
        for name in names[1:]
    ]
    firm = holm({one["arm"]: one["money"]["p"] for one in found if one["money"]})
    looked = outcomes(
        seen, Told(control, told["outcome"], told["unit"], told["expected_rate"])
    )
    for one in found:
        one["money_p_of_all_arms"] = firm.get(one["arm"])
        one["variance_removed"] = part(cleared.removed)
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
        "rate_always_valid": interval(always_valid(*rates, rate_plan)),
        "money": interval(whole, told["unit"]),
        "money_always_valid": interval(always_valid(*spent, money_plan), told["unit"]),
        # What the arm's people brought beyond what they would have.
        "money_in_all": interval(whole and whole.times(people), told["unit"]),
    }
