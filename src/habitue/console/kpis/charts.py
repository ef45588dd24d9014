"""The calendar of purchases and the grid of cohorts, as charts.js draws them."""

from datetime import date, timedelta
from typing import Any

from habitue.console.journeys.numbers import percent
from habitue.console.kpis.steps import step_named
from habitue.console.look import Look
from habitue.console.port import View

Chart = dict[str, Any]
# Of a longer span the last days are drawn.
DAYS_MAX = 366
# A month that needs no year, as it is called where it stands alone.
MONTH = "LLL"
# From which the names of days of the week are counted.
A_SUNDAY = date(2026, 3, 1)


def calendar_chart(view: View, look: Look) -> Chart | None:
    """Draw how many purchases there were on each day; None where there were none."""
    last = date.fromisoformat(view["to"])
    first = date.fromisoformat(view["from"])
    first = max(first, last - timedelta(days=DAYS_MAX - 1))
    days = [one for one in view["days"] if one["day"] >= first.isoformat()]
    if not days:
        return None
    return {
        "kind": "calendar",
        "from": first.isoformat(),
        "to": last.isoformat(),
        "most": max(one["purchases"] for one in days),
        "months": _months(first, last, look),
        "weekdays": [
            look.language.date(A_SUNDAY + timedelta(days=at), "ccc") for at in range(7)
        ],
        "days": [
            {
                "value": [one["day"], one["purchases"]],
                "told": f"{look.calendar_day(one['day'])}:"
                f" {look.number(one['purchases'])}",
            }
            for one in days
        ],
    }


def _months(first: date, last: date, look: Look) -> dict[str, str]:
    """Call each month of some days, by its number as 2026-03."""
    numbers = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
    days = (date(one // 12, one % 12 + 1, 1) for one in numbers)
    return {f"{day:%Y-%m}": _month(day, first, look) for day in days}


def _month(day: date, first: date, look: Look) -> str:
    # A year at each month would leave no room; it is told where one begins.
    if day.month in {1, first.month}:
        return look.language.month(day)
    return look.language.date(day, MONTH)


def steps_chart(view: View, look: Look) -> Chart | None:
    """Draw how many took each step after those before; None where nobody began."""
    steps = view["steps"]["all"]
    # Where a property is the same in all steps, shares are of ways.
    what = "ways" if view["steps"]["same"] else "people"
    if not steps[0][what]:
        return None
    labels = [step_named(one["name"], look) for one in steps]
    return {
        "kind": "funnel",
        "steps": [
            {
                "name": f"{at} {label}",
                "value": one[what],
                "hue": at,
                "label": f"{label} · {look.number(one[what])}",
                "told": f"{label}: {look.number(one[what])}"
                f" ({percent(one['of_first'], look)})",
            }
            for at, (one, label) in enumerate(zip(steps, labels, strict=True))
        ],
    }


def cohorts_chart(found: list[View], look: Look) -> Chart | None:
    """Draw which share of those who began in a month came back in each later one.

    None of a single month, or where nobody had one to come back in.
    """
    longest = max((len(one["months"]) for one in found), default=0)
    if longest < 2 or len(found) < 2:
        return None
    return {
        "kind": "cohorts",
        "months": [look.month(one["month"]) for one in found],
        "after": [f"+{after}" for after in range(1, longest)],
        "cells": [
            {
                "value": [cell["after"] - 1, at, cell["share"] or 0],
                "told": f"{look.month(one['month'])} +{cell['after']}:"
                f" {percent(cell['share'], look)}",
            }
            for at, one in enumerate(found)
            for cell in one["months"][1:]
        ],
    }
