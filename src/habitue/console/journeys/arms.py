"""What experiments showed: each arm beside the control, with bounds."""

from typing import Any

from habitue.console.cells import link
from habitue.console.channel_names import channel_named
from habitue.console.journeys.numbers import chance, percent, units
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.refused import refused
from habitue.console.said import untold
from habitue.console.text import visible

_OUTCOMES = {
    "bought": later("Bought"),
    "again": later("Bought twice or more"),
    "loyal": later("Bought as often as the loyal do"),
    "did": later("Did what is looked for"),
    "order_value": later("Worth of a purchase"),
}
_MONEY = later("Money a person")


def arms(view: View, look: Look) -> dict[str, Any]:
    """Show the report of an experiment."""
    currency = view["currency"]
    return {
        "experiment": visible(view["experiment"]),
        "alarm": _said(view["alarm"], look),
        "unplanned": _said(view["unplanned"], look),
        "because": untold(view["because"] or "", look),
        "ratio_p": chance(view["sample_ratio_p"], look),
        "strays": look.number(view["strays"]),
        "outcome": visible(view["outcome"] or ""),
        "loyal_from": view["loyal_from"],
        "arms": [_arm(one, currency, look) for one in view["arms"]],
        "against": [_against(one, view, look) for one in view["against_control"]],
    }


def _arm(one: View, currency: str, look: Look) -> dict[str, Any]:
    return {
        "name": visible(one["arm"]),
        "people": look.number(one["people"]),
        "bought": look.number(one["buyers"]),
        "again": look.number(one["again"]),
        "loyal": look.number(one["loyal"]),
        "did": "" if one["did"] is None else look.number(one["did"]),
        "links": {
            name: link(cell) if one[name] else "" for name, cell in one["cells"].items()
        },
        "money": look.money(one["money_minor"], currency),
        "each": units(one["money_per_person"], currency, look),
        "worth": units(one["money_per_purchase"], currency, look),
    }


def _against(one: View, view: View, look: Look) -> dict[str, Any]:
    whole, currency = one["money_in_all"] or {}, view["currency"]
    each = {arm["arm"]: arm["money_per_person"] for arm in view["arms"]}
    money = {
        "outcome": "money",
        "control": each[view["control"]],
        "arm": each[one["arm"]],
        "difference": one["money"],
        "always_valid": one["money_always_valid"],
        "p_of_all": one["money_p_of_all_arms"],
    }
    rows = [money, *one["outcomes"]]
    return {
        "name": visible(one["arm"]),
        "removed": percent(one["variance_removed"], look),
        "rate_removed": percent(one["rate_variance_removed"], look),
        "whole": units(whole.get("estimate"), currency, look),
        "whole_low": units(whole.get("low"), currency, look),
        "whole_high": units(whole.get("high"), currency, look),
        "rows": [_row(row, currency, look) for row in rows],
    }


def _row(one: View, currency: str, look: Look) -> dict[str, str]:
    name = _OUTCOMES.get(one["outcome"], _MONEY)
    is_money = one["outcome"] in {"money", "order_value"}

    def written(value: object) -> str:
        return units(value, currency, look) if is_money else percent(value, look)

    told, always = one["difference"] or {}, one["always_valid"] or {}
    return {
        "name": look.say(name),
        "control": written(one["control"]),
        "arm": written(one["arm"]),
        "difference": written(told.get("estimate")),
        "low": written(told.get("low")),
        "high": written(told.get("high")),
        "always_low": written(always.get("low")),
        "always_high": written(always.get("high")),
        "p": chance(one["p_of_all"], look),
    }


def _because(told: str, look: Look) -> str:
    return refused(told, look) if told else ""


def said_by_controls(view: View, look: Look) -> dict[str, Any]:
    """Show, beside the credit of channels, what control groups say."""
    currency = view["currency"]
    return {
        "controls": [
            {
                "experiment": visible(one["experiment"]),
                "asked": one["experiment"],
                "channel": channel_named(one["channel"], look) or look.say("not told"),
                "arm": visible(arm["arm"]),
                "money": units(
                    _of(arm, "money_per_person", "estimate"), currency, look
                ),
                "low": units(_of(arm, "money_per_person", "low"), currency, look),
                "high": units(_of(arm, "money_per_person", "high"), currency, look),
                "whole": units(_of(arm, "money_in_all", "estimate"), currency, look),
                "alarm": _doubt(one, look),
            }
            for one in view["control_groups"]
            for arm in one["arms"]
        ],
        "no_control": _because(view["control_because"], look),
    }


def _doubt(one: View, look: Look) -> str:
    """Say why arms are not to be believed, if they are not."""
    return _said(one["alarm"] or one["unplanned"], look)


def _said(told: str | None, look: Look) -> str:
    return look.say(told) if told else ""


def _of(arm: View, name: str, bound: str) -> object:
    return (arm[name] or {}).get(bound)
