"""From the view of key figures to what the page shows."""

from collections.abc import Iterable
from typing import Any

from habitue.console.cells import link
from habitue.console.channel_names import channel_titled
from habitue.console.journeys.numbers import percent
from habitue.console.kpis.charts import (
    DAYS_MAX,
    calendar_chart,
    cohorts_chart,
    steps_chart,
)
from habitue.console.kpis.steps import step_named
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.said import untold
from habitue.console.text import visible
from habitue.measure.kpi.way import WAY

Shown = dict[str, Any]
# The tints of a cohort's cells: tenths of who came back.
TINTS = 10
_COUNTED = ("buyers", "new", "returning", "repeat", "loyal")


def figures(view: View, look: Look) -> Shown:
    """Show key figures."""
    whole = view["all"]
    tenths = view["deciles"]["tenths"]
    return {
        "loyal_from": view["loyal_from"],
        "offset": "" if view["offset"] is None else look.number(view["offset"]),
        "purchases": look.number(whole["purchases"]),
        "unknown": look.number(whole["unknown"]),
        "counts": _counts(whole, look),
        "repeat_rate": percent(whole["repeat_rate"], look),
        "loyal_share": percent(whole["loyal_share"], look),
        "money": [_money(one, look) for one in whole["money"]],
        "days": _days(view, look),
        "months": [
            _part(one, look.month(one["month"]), look) for one in view["months"]
        ],
        "channels": _parts(view["channels"], "channel", look),
        "stores": _parts(view["stores"], "store", look),
        "cohorts": _months_after(view["cohorts"], look),
        "tenths": [_tenth(one, view["currency"], look) for one in tenths],
        "steps": _steps(view, look),
        "costs": _costs(view, look),
        "costs_because": untold(view["costs_because"] or "", look),
    }


def _counts(part: View, look: Look) -> dict[str, Shown]:
    return {
        name: {
            "people": look.number(part[name]),
            "link": link(part["cells"].get(name)) if part[name] else "",
        }
        for name in _COUNTED
    }


def _money(one: View, look: Look) -> Shown:
    currency = one["currency"]
    average = one["average_minor"]
    return {
        "currency": currency,
        "amount": look.money(one["amount_minor"], currency),
        "unknown": look.money(one["unknown_minor"], currency),
        "net": look.money(one["net_minor"], currency) if "net_minor" in one else "",
        "average": "–" if average is None else look.money(average, currency),
        "new_share": percent(one["new_share"], look),
        "loyal_share": percent(one["loyal_share"], look),
    }


def _part(one: View, name: str, look: Look) -> Shown:
    return {
        "name": name,
        "purchases": look.number(one["purchases"]),
        "unknown": look.number(one["unknown"]),
        "counts": _counts(one, look),
        "repeat_rate": percent(one["repeat_rate"], look),
        "money": [_money(each, look) for each in one["money"]],
    }


def _parts(found: Iterable[View], name: str, look: Look) -> list[Shown]:
    nothing = look.say("not told")
    return [_part(one, named(one[name], name, look) or nothing, look) for one in found]


def named(part: object, what: str, look: Look) -> str:
    """Call a part of purchases, such as a store; a channel as the reader does."""
    of_channels = what in {"channel", WAY}
    return channel_titled(part, look) if of_channels else visible(part)


def _days(view: View, look: Look) -> Shown:
    """Show what was bought day by day, the day on which most was first."""
    best = max(view["days"], key=lambda one: one["purchases"], default=None)
    return {
        "chart": calendar_chart(view, look),
        "best": None if best is None else _day(best, view["currency"], look),
        "rows": [_day(one, view["currency"], look) for one in view["days"][-DAYS_MAX:]],
    }


def _day(one: View, currency: str, look: Look) -> Shown:
    return {
        "day": look.calendar_day(one["day"]),
        "purchases": look.number(one["purchases"]),
        "buyers": {
            "people": look.number(one["buyers"]),
            "link": link(one["cells"]["buyers"]),
        },
        "amount": look.money(one["amount_minor"], currency),
    }


def _months_after(found: list[View], look: Look) -> Shown:
    return {
        "chart": cohorts_chart(found, look),
        "after": range(max((len(one["months"]) for one in found), default=0)),
        "rows": [
            {
                "month": look.month(one["month"]),
                "people": look.number(one["people"]),
                "cells": [_came_back(each, look) for each in one["months"]],
            }
            for one in found
        ],
    }


def _came_back(one: View, look: Look) -> Shown:
    share = one["share"] or 0
    return {
        "people": look.number(one["people"]),
        "share": percent(one["share"], look),
        "tint": min(TINTS, round(share * TINTS)) if one["after"] else 0,
        "link": link(one["cell"]) if one["people"] else "",
    }


def _tenth(one: View, currency: str, look: Look) -> Shown:
    return {
        "decile": one["decile"],
        "people": look.number(one["people"]),
        "low": look.money(one["low_minor"], currency),
        "high": look.money(one["high_minor"], currency),
        "amount": look.money(one["amount_minor"], currency),
        "share": percent(one["share"], look),
        "bar": _bar(one["share"]),
        "link": link(one["cell"]),
    }


def _steps(view: View, look: Look) -> Shown:
    told = view["steps"]
    whole = [_taken(one, look) for one in told["all"]]
    return {
        "chart": steps_chart(view, look),
        "names": [step_named(name, look) for name in told["names"]],
        "all": whole,
        "began": whole[0],
        "ended": whole[-1],
        "by": _told_by(told["by"], look),
        "same": visible(told["same"] or ""),
        "parts": [
            {
                "part": named(one["part"], told["by"], look) or look.say("not told"),
                "steps": [_taken(each, look) for each in one["steps"]],
            }
            for one in told["parts"]
        ],
    }


def _told_by(by: str, look: Look) -> str:
    if by == WAY:
        return look.say("Channel that led there")
    return look.say("Channel") if by == "channel" else visible(by)


def _taken(one: View, look: Look) -> Shown:
    return {
        "name": step_named(one["name"], look),
        "people": look.number(one["people"]),
        "ways": look.number(one["ways"]),
        "of_first": percent(one["of_first"], look),
        "bar": _bar(one["of_first"]),
        "link": link(one["cell"]) if one["people"] else "",
    }


def _costs(view: View, look: Look) -> list[Shown]:
    currency = view["currency"]
    return [_cost(one, currency, look) for one in view["costs"] or ()]


def _cost(one: View, currency: str, look: Look) -> Shown:
    cost = one["cost_minor"]
    return {
        "channel": channel_titled(one["channel"], look)
        or look.say("no touchpoint known"),
        "cost": look.say("not told") if cost is None else look.money(cost, currency),
        "reached": look.number(one["reached"]),
        "reached_link": link(one["cells"].get("reached")) if one["reached"] else "",
        "purchases": look.number(one["purchases"]),
        "led": look.number(one["led"]),
        "led_link": link(one["cells"]["led"]) if one["led"] else "",
        "per_reached": _each(one["cost_per_reached"], currency, look),
        "per_purchase": _each(one["cost_per_purchase"], currency, look),
    }


def _each(told: View | None, currency: str, look: Look) -> str:
    return "–" if told is None else look.money(told["minor"], currency)


def _bar(share: float | None) -> int:
    """Give a bar's length, of 100."""
    return round((share or 0) * 100)
