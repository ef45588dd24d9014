"""Channels as the API asks for them: rules, a try of these, costs."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from habitue.app.desks.channel_reading import ChannelReading
from habitue.app.projection.defined import (
    CHANNEL_COSTS,
    CHANNEL_RATES,
    CHANNEL_RULES,
    channel_costs,
    channel_rates,
    channel_rules,
)
from habitue.base.days import day_number
from habitue.base.errors import InvalidError
from habitue.base.money import to_minor
from habitue.identity.defining import SHOP
from habitue.measure.channels import channel_of_touch, check_rules
from habitue.measure.costs import TOUCH
from habitue.measure.touch import read_touch
from habitue.model.channel import ChannelCost, ChannelCosts, ChannelRate, ChannelRates

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]
Views = list[View]
Costs = Iterable[ChannelCost]

# A year and the day before.
REPORT_DAYS_MAX = 367
COSTS_A_MONTH_MAX = 20_000
RATES_MAX = 1_000


class ChannelDesk:
    """Answers what channels brought, and writes rules and costs."""

    def __init__(self, home: "Home") -> None:
        self._truth = home.engine.truth
        self._writing = home.engine.writing
        self._reading = ChannelReading(home)
        # One change, and one report, at a time.
        self._turn = asyncio.Lock()
        self._reports = asyncio.Lock()

    def rules(self) -> View:
        """Give the rules in force, in order, and whether they are the shop's own."""
        rules, own = channel_rules(self._truth)
        return {"own": own, "rules": [_told(one) for one in rules.rules]}

    async def set_rules(self, told: Views) -> View:
        """Put other rules in force; past reports are by these from then on, too."""
        rules = check_rules(told)
        async with self._turn:
            await self._writing.define(CHANNEL_RULES, SHOP, msgspec.json.encode(rules))
        return self.rules()

    def try_url(self, url: str, referrer: str) -> View:
        """Say through which channel somebody would come who opens an address so."""
        touch = read_touch(url, referrer, {})
        rules, _ = channel_rules(self._truth)
        channel, at = channel_of_touch(rules, touch)
        seen: View = msgspec.to_builtins(touch)
        told = None if at is None else _told(rules.rules[at - 1])
        return {"channel": channel, "rule": at, "because": told, "seen": seen}

    async def set_costs(self, told: Views) -> View:
        """Keep what channels cost; of a day, channel and currency the latest stands."""
        told = [{"per": "", **one, "at": at} for at, one in enumerate(told, 1)]
        rates = [_rate(one) for one in told if one["per"] == TOUCH]
        rows = _summed(_cost(one) for one in told if one["per"] != TOUCH)
        months: dict[str, list[ChannelCost]] = {}
        for row in rows:
            months.setdefault(row.day[:7], []).append(row)
        async with self._turn:
            changed = [await self._keep(name, months[name]) for name in sorted(months)]
            changed.append(await self._keep_rates(rates))
        return {"rows": len(rows) + len(rates), "changed": sum(changed)}

    async def _keep_rates(self, rates: list[ChannelRate]) -> int:
        held = {one[:3]: one for one in map(_fields, channel_rates(self._truth))}
        new = {**held, **{one[:3]: one for one in map(_fields, rates)}}
        if len(new) > RATES_MAX:
            raise InvalidError(
                f"There would be {len(new)} costs of single touchpoints; {RATES_MAX} is"
                " the most."
            )
        changed = sum(1 for key, one in new.items() if held.get(key) != one)
        if changed:
            rows = tuple(ChannelRate(*one) for one in sorted(new.values()))
            body = msgspec.json.encode(ChannelRates(rows))
            await self._writing.define(CHANNEL_RATES, SHOP, body)
        return changed

    async def _keep(self, month: str, rows: Costs) -> int:
        held = {_key(one): one for one in channel_costs(self._truth, month, month)}
        new = {**held, **{_key(one): one for one in rows}}
        if len(new) > COSTS_A_MONTH_MAX:
            raise InvalidError(
                f"Costs of {month} would be {len(new)} rows; {COSTS_A_MONTH_MAX} is the"
                " most. Sum them up by channel."
            )
        changed = sum(1 for key, one in new.items() if held.get(key) != one)
        if changed:
            costs = ChannelCosts(tuple(sorted(new.values())))
            await self._writing.define(CHANNEL_COSTS, month, msgspec.json.encode(costs))
        return changed

    async def report(self, since: str, until: str) -> View:
        """Report visits, people, orders, revenue and cost from a day through one.

        Days are those of the shop's time zone, as 2026-03-01.
        """
        first, last = day_number(since), day_number(until)
        days = last - first + 1
        if not 0 < days <= REPORT_DAYS_MAX:
            raise InvalidError(
                f"A report is of 1 to {REPORT_DAYS_MAX} days; this one is of {days}."
            )
        rules, _ = channel_rules(self._truth)
        async with self._reports:
            report = await self._reading.report(rules, first, last)
        report.costs(channel_costs(self._truth, since[:7], until[:7]))
        return report.view()


def _told(rule: Any) -> View:
    view: View = msgspec.to_builtins(rule)
    return view


def _key(row: ChannelCost) -> tuple[str, str, str]:
    return row.day, row.channel, row.currency


def _summed(rows: Costs) -> list[ChannelCost]:
    """Add up what is told more than once of one day, channel and currency."""
    sums: dict[tuple[str, str, str], int] = {}
    for row in rows:
        sums[_key(row)] = sums.get(_key(row), 0) + row.minor
    return [ChannelCost(*key, minor) for key, minor in sorted(sums.items())]


def _cost(told: View) -> ChannelCost:
    return ChannelCost(told["day"], told["channel"], told["currency"], _minor(told))


def _rate(told: View) -> ChannelRate:
    return ChannelRate(told["channel"], told["currency"], told["day"], _minor(told))


def _minor(told: View) -> int:
    day_number(told["day"])
    minor = to_minor(told["cost"], told["currency"])
    if minor is None or minor < 0:
        raise InvalidError(
            f"Row {told['at']}: '{told['cost']}' is no cost; write it as 12.50, not"
            " below 0."
        )
    return minor


def _fields(rate: ChannelRate) -> tuple[str, str, str, int]:
    return rate.channel, rate.currency, rate.since, rate.minor
