"""From rows of the queries to the view of key figures: numbers, each with its cell."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from habitue.app.insights.figures import money, share_of
from habitue.app.insights.months import clipped, days_of_month
from habitue.measure.kpi.asking import PARTS, Asked
from habitue.measure.kpi.cells import Cell, What
from habitue.measure.kpi.funnel import CHANNEL

View = dict[str, Any]
Row = Mapping[str, Any]
# Of stores and channels of contact so many are shown, where most buyers are first.
SHOWN_MAX = 50
_COUNTED: tuple[What, ...] = ("buyers", "new", "returning", "repeat", "loyal")


class Frame(msgspec.Struct, frozen=True):
    """What cells share: the days, whose, and what makes somebody loyal."""

    first: str
    last: str
    segment: str
    asked: Asked

    def cell(self, what: What, **more: Any) -> View:
        """Write a cell as the report tells it."""
        told = {"since": self.first, "until": self.last, **more}
        if what == "loyal":
            told["least"] = self.asked.loyal
        found: View = msgspec.to_builtins(Cell(what=what, segment=self.segment, **told))
        return found


def kpi_view(rows: Sequence[Row], steps: Sequence[Row], frame: Frame) -> View:
    """Make the view of the rows of `all` and of `step`."""
    people = [row for row in rows if row["sort"] == "people"]
    sums = [row for row in rows if row["sort"] == "money"]
    returned = {row["currency"]: row["amount"] for row in rows_of(rows, "returned")}
    (whole,) = _parts(people, sums, 7, frame) or [_nothing(frame)]
    for one in whole["money"]:
        back = returned.get(one["currency"], 0)
        one |= {
            "returned": money(back, one["currency"]),
            "net_minor": one["amount_minor"] - back,
            "net": money(one["amount_minor"] - back, one["currency"]),
        }
    return {
        "loyal_from": frame.asked.loyal,
        "all": whole,
        "months": sorted(_parts(people, sums, 3, frame), key=lambda one: one["month"]),
        "days": [_day(row, frame) for row in sorted(rows_of(rows, "day"), key=_day_of)],
        "channels": _most(_parts(people, sums, 5, frame)),
        "stores": _most(_parts(people, sums, 6, frame)),
        "deciles": deciles(rows_of(rows, "decile"), frame),
        "cohorts": months_after(rows_of(rows, "cohort"), frame),
        "steps": steps_view(steps, frame),
    }


def rows_of(rows: Iterable[Row], sort: str) -> list[Row]:
    """Give the rows of a sort."""
    return [row for row in rows if row["sort"] == sort]


# -- parts of the span ---------------------------------------------------------------


def _nothing(frame: Frame) -> View:
    empty = {"purchases": 0, "unknown": 0, "buyers": 0, "new": 0, "repeat": 0}
    return _part({**empty, "loyal": 0, "part": 7, "name": ""}, [], frame)


def _parts(people: list[Row], sums: list[Row], part: int, frame: Frame) -> list[View]:
    spent: dict[str, list[Row]] = {}
    for row in sums:
        if row["part"] == part:
            spent.setdefault(row["name"], []).append(row)
    return [
        _part(row, spent.get(row["name"], []), frame)
        for row in people
        if row["part"] == part
    ]


def _part(row: Row, spent: list[Row], frame: Frame) -> View:
    sort, name = PARTS[row["part"]], row["name"]
    counts = {
        "buyers": row["buyers"],
        "new": row["new"],
        "returning": row["buyers"] - row["new"],
        "repeat": row["repeat"],
        "loyal": row["loyal"],
    }
    return {
        **({} if sort == "whole" else {sort: name}),
        "purchases": row["purchases"],
        # By whom nobody knows: they are of no person, and in no number of people.
        "unknown": row["unknown"],
        **counts,
        "repeat_rate": share_of(row["repeat"], row["buyers"]),
        "loyal_share": share_of(row["loyal"], row["buyers"]),
        "money": sorted(
            (_money(one) for one in spent),
            key=lambda one: (-one["purchases"], one["currency"]),
        ),
        "cells": _cells(sort, name, frame),
    }


def _cells(sort: str, name: str, frame: Frame) -> View:
    more: View = {}
    if sort == "month":
        since, until = clipped(name, frame.first, frame.last)
        more = {"since": since, "until": until}
    elif sort != "whole":
        more = {sort: name} if name else {"by": sort}
    return {what: frame.cell(what, **more) for what in _COUNTED}


def _money(row: Row) -> View:
    currency = row["currency"]
    # Half to even, in minor units.
    average = round(row["amount"] / row["purchases"]) if row["purchases"] else None
    known = row["amount"] - row["unknown_amount"]
    return {
        "currency": currency,
        "purchases": row["purchases"],
        "unknown": row["unknown"],
        "amount": money(row["amount"], currency),
        "amount_minor": row["amount"],
        "unknown_amount": money(row["unknown_amount"], currency),
        "unknown_minor": row["unknown_amount"],
        "average": None if average is None else money(average, currency),
        "average_minor": average,
        # Of what known buyers spent: those who were new in these days, and the loyal.
        "new_share": share_of(row["new_amount"], known),
        "loyal_share": share_of(row["loyal_amount"], known),
    }


def _day_of(row: Row) -> str:
    return str(row["day"])


def _day(row: Row, frame: Frame) -> View:
    return {
        "day": row["day"],
        "purchases": row["purchases"],
        "buyers": row["buyers"],
        "cells": {"buyers": frame.cell("buyers", since=row["day"], until=row["day"])},
        "amount": money(row["amount"], frame.asked.currency),
        "amount_minor": row["amount"],
    }


def _most(found: list[View]) -> list[View]:
    return sorted(found, key=lambda one: -one["purchases"])[:SHOWN_MAX]


# -- tenths, cohorts, steps ---------------------------------------------------------


def deciles(rows: list[Row], frame: Frame) -> View:
    """Show the tenths of buyers, 10 those who spent most; equal money, equal tenth."""
    currency = frame.asked.currency
    told = sorted(rows, key=lambda row: int(row["decile"]))
    whole = sum(row["amount"] for row in told)
    bounds = [*(row["low"] for row in told[1:]), None][: len(told)]
    return {
        "currency": currency,
        "people": sum(row["people"] for row in told),
        "tenths": [
            {
                "decile": row["decile"],
                "people": row["people"],
                "low": money(row["low"], currency),
                "high": money(row["high"], currency),
                "low_minor": row["low"],
                "high_minor": row["high"],
                "amount": money(row["amount"], currency),
                "amount_minor": row["amount"],
                "share": share_of(row["amount"], whole),
                "cell": frame.cell(
                    "decile", currency=currency, **_bounds(at, row, below)
                ),
            }
            for at, (row, below) in enumerate(zip(told, bounds, strict=True))
        ],
    }


def _bounds(at: int, row: Row, below: int | None) -> View:
    """Below the first tenth nobody is: what is spent may be less than nothing."""
    return {"low": None if at == 0 else row["low"], "below": below}


def months_after(rows: list[Row], frame: Frame) -> list[View]:
    """Show who first bought in a month, and how many of them bought months later."""
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        found.setdefault(row["cohort"], {})[row["month"]] = row
    return [_came_back(month, found[month], frame) for month in sorted(found)]


def _came_back(month: str, told: Mapping[str, Row], frame: Frame) -> View:
    people = told[month]["people"]
    since, until = days_of_month(month)
    months = []
    for after, later in enumerate(_months(month, frame.last[:7])):
        row = told.get(later)
        first, last = days_of_month(later)
        amount = row["amount"] if row else 0
        again = frame.cell(
            "cohort", since=since, until=until, month=first, month_until=last
        )
        months.append(
            {
                "after": after,
                "month": later,
                "people": row["people"] if row else 0,
                "share": share_of(row["people"] if row else 0, people),
                "amount": money(amount, frame.asked.currency),
                "amount_minor": amount,
                "cell": again,
            }
        )
    return {"month": month, "people": people, "months": months}


def _months(first: str, last: str) -> list[str]:
    """Name the months from one through another.

    >>> _months("2025-12", "2026-02")
    ['2025-12', '2026-01', '2026-02']
    """
    low, high = (int(told[:4]) * 12 + int(told[5:]) - 1 for told in (first, last))
    return [f"{at // 12:04}-{at % 12 + 1:02}" for at in range(low, high + 1)]


def steps_view(rows: Sequence[Row], frame: Frame) -> View:
    """Show how many took each step after those before, of all and by the first one."""
    found: dict[str | None, dict[int, Row]] = {}
    for row in rows:
        found.setdefault(row["part"], {})[row["step"]] = row
    whole, apart = found.pop(None, {}), frame.asked.apart
    parts = {name: told for name, told in found.items() if name is not None}
    most = sorted(parts, key=lambda one: (-parts[one][0]["ways"], one))
    return {
        "names": list(frame.asked.steps),
        "by": apart.by,
        "same": apart.same or None,
        "all": _way(None, whole, frame),
        "parts": [
            {"part": name, "steps": _way(name, parts[name], frame)}
            for name in most[:SHOWN_MAX]
        ],
    }


def _way(part: str | None, told: Mapping[int, Row], frame: Frame) -> list[View]:
    names, nobody = frame.asked.steps, {"ways": 0, "people": 0}
    rows = [told.get(at, nobody) for at in range(len(names))]
    ways = [row["ways"] for row in rows]
    before = [ways[0], *ways]
    return [
        {
            "name": name,
            "people": rows[at]["people"],
            "ways": ways[at],
            "of_first": share_of(ways[at], ways[0]),
            "of_before": share_of(ways[at], before[at]),
            "cell": _step_cell(names[: at + 1], part, frame),
        }
        for at, name in enumerate(names)
    ]


def _step_cell(steps: Sequence[str], part: str | None, frame: Frame) -> View:
    apart, more = frame.asked.apart, {}
    if part is not None:
        of_channel = apart.by == CHANNEL and part
        more = {"channel": part} if of_channel else {"by": apart.by, "part": part}
    if apart.same:
        more["same"] = apart.same
    return frame.cell("step", steps=steps, **more)
