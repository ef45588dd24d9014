"""From reports of tests by region to what the pages show."""

from typing import Any

from habitue.console.geo.charts import lines_chart
from habitue.console.journeys.numbers import percent
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.text import visible

Shown = dict[str, Any]


def design(view: View, look: Look) -> Shown:
    """Show a design."""
    taken = view["chosen"]
    return {
        "lift": percent(view["lift"], look),
        "power": percent(view["power"], look),
        "chosen": None if taken is None else _option(taken, look),
        "options": [_option(one, look) for one in view["options"]],
        **_unknown(view, look),
    }


def _option(one: View, look: Look) -> Shown:
    return {
        "regions": ", ".join(visible(name) for name in one["regions"]),
        "asked": ";".join(one["regions"]),
        "days": one["days"],
        "power": percent(one["power"], look),
        "alarms": percent(one["alarms"], look),
        "least": percent(one["smallest_lift"], look),
        "share": percent(one["share_of_sales"], look),
        "spans": one["spans"],
    }


def _unknown(view: View, look: Look) -> Shown:
    return {
        "unknown": look.number(view["unknown_purchases"]),
        "unknown_money": look.money(view["unknown_minor"], view["currency"]),
    }


def reading(view: View, look: Look) -> Shown:
    """Show what an action brought."""
    return {
        "lift": percent(view["lift"], look),
        "low": percent(view["lift_low"], look),
        "high": percent(view["lift_high"], look),
        "whole": _amount(view["in_all"], view, look),
        "whole_low": _amount(view["in_all_low"], view, look),
        "whole_high": _amount(view["in_all_high"], view, look),
        "p": percent(view["p"], look),
        "is_found": view["is_found"],
        "rank_p": percent(view["rank_p"], look),
        "apart": percent(view["apart_before"], look),
        "days": view["days"],
        "weights": [
            {"name": visible(name), "weight": percent(weight, look)}
            for name, weight in view["weights"].items()
        ],
        "placebos": [
            {"name": visible(one["region"]), "lift": percent(one["lift"], look)}
            for one in view["placebos"]
        ],
        "neighbours": [
            {
                "name": visible(one["region"]),
                "lift": percent(one["lift"], look),
                "p": percent(one["p"], look),
                "whole": _amount(one["in_all"], view, look),
                "is_found": one["is_found"],
            }
            for one in view["neighbours"]
        ],
        "last_days": [
            {
                "day": look.calendar_day(one["day"]),
                "observed": look.money(one["observed"], view["currency"]),
                "expected": look.money(one["expected"], view["currency"]),
            }
            for one in view["days_told"][-view["days"] :]
        ],
        "chart": lines_chart(view, look),
        **_unknown(view, look),
    }


def _amount(told: View | None, view: View, look: Look) -> str:
    return "–" if told is None else look.money(told["minor"], view["currency"])
