"""What channels cost, whom they reached and what followed: people, purchases, money.

A channel is what the rules for channels make of a visit, as in the report of journeys.
Reached is whoever was in touch by it in these days; a purchase follows the last touch
on the way to it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import structs

from habitue.app.insights.figures import money
from habitue.app.insights.framing import Framing
from habitue.app.insights.kpi_view import Frame
from habitue.app.insights.spending import spending
from habitue.journey.asking import query
from habitue.lake.port import Question

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.lake.asking import OneOffset

View = dict[str, Any]
ROWS_MAX = 1_000_000
_REACHED = "SELECT channel, person_id FROM touch WHERE contact <> 'pos'"
_LED = "SELECT path[-1] AS channel, person_id, amount, currency FROM journey"
_SUMS = (
    f"SELECT 'reached' AS sort, channel, count(DISTINCT person_id) AS people,"
    f" 0 AS purchases, 0 AS amount FROM ({_REACHED}) GROUP BY channel"
    " UNION ALL SELECT 'led', coalesce(channel, ''), count(DISTINCT person_id),"
    " count(*), CAST(coalesce(sum(amount) FILTER (WHERE currency = $currency), 0)"
    f" AS BIGINT) FROM ({_LED}) GROUP BY channel"
)


class KpiCosts:
    """Asks journeys what costs are compared with."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._framing = Framing(home)

    async def view(self, at: "OneOffset", frame: Frame) -> list[View]:
        """Give a row a channel: cost, reached, purchases that followed, and cost each.

        at: the copy at one offset.
        """
        currency = frame.asked.currency
        asked = self._framing.asked(frame.first, frame.last)
        made = query(structs.replace(asked, more={"currency": currency}), _SUMS)
        found = await at.ask(Question(sql=made.sql, values=made.values, trusted=True))
        told: dict[str, dict[str, Mapping[str, Any]]] = {}
        for row in found.table.to_pylist():
            told.setdefault(row["channel"], {})[row["sort"]] = row

        async def ask(select: str, more: Mapping[str, Any]) -> list[View]:
            made = query(structs.replace(asked, more=more), select)
            told = Question(
                sql=made.sql, values=made.values, rows_max=ROWS_MAX, trusted=True
            )
            rows: list[View] = (await at.ask(told)).table.to_pylist()
            return rows

        truth, days = self._home.engine.truth, (frame.first, frame.last)
        costs = await spending(truth, days, currency, ask)
        names = sorted({*told, *costs}, key=lambda one: (-costs.get(one, 0), one))
        return [_row(name, told.get(name, {}), costs, frame) for name in names]


def _row(
    name: str,
    told: Mapping[str, Mapping[str, Any]],
    costs: Mapping[str, int],
    frame: Frame,
) -> View:
    currency, cost = frame.asked.currency, costs.get(name)
    reached = told.get("reached", {}).get("people", 0)
    led = told.get("led", {})
    purchases = led.get("purchases", 0)
    return {
        # Empty: what nothing known led to.
        "channel": name,
        # Nothing was told of it: that is not known, and not nothing.
        "cost": None if cost is None else money(cost, currency),
        "cost_minor": cost,
        "reached": reached,
        "led": led.get("people", 0),
        "purchases": purchases,
        "amount": money(led.get("amount", 0), currency),
        "amount_minor": led.get("amount", 0),
        "cost_per_reached": _each(cost, reached, currency),
        "cost_per_purchase": _each(cost, purchases, currency),
        "cells": {
            **({"reached": frame.cell("reached", channel=name)} if name else {}),
            "led": frame.cell("led", channel=name),
        },
    }


def _each(cost: int | None, count: int, currency: str) -> View | None:
    if cost is None or not count:
        return None
    # Half to even, in minor units.
    each = round(cost / count)
    return {"amount": money(each, currency), "minor": each}
