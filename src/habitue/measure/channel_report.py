"""Visits, people, orders, revenue and cost by channel and day."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from habitue.base.days import Days, day_text
from habitue.base.money import to_text
from habitue.measure.channels import NO_VISIT
from habitue.measure.visits import Visit
from habitue.model.channel import ChannelCost

View = dict[str, Any]
# So many orders of so many minor units in all.
Sold = tuple[int, int]


class Line(Struct, gc=False):
    """A channel on a day, or on all days of a report; money by currency."""

    visits: int = 0
    people: set[int] = field(default_factory=set)
    orders: dict[str, int] = field(default_factory=dict)
    revenue: dict[str, int] = field(default_factory=dict)
    cost: dict[str, int] = field(default_factory=dict)


class ChannelReport:
    """Adds up what is told of, by channel and day of the shop's zone.

    first and last: the numbers of the first and the last day.
    """

    def __init__(self, days: Days, first: int, last: int) -> None:
        self.days = days
        self.first, self.last = first, last
        self._lines: dict[tuple[str, str], Line] = {}

    def covers(self, at_us: int) -> bool:
        """Say whether a moment lies in the days of the report."""
        return self.first <= self.days.of(at_us) <= self.last

    def visit(self, person_id: int, visit: Visit) -> None:
        """Count a visit on the day on which it began."""
        if self.covers(visit.since_us):
            for line in self._of(self._day(visit.since_us), visit.channel):
                line.visits += 1
                line.people.add(person_id)

    def orders(self, at_us: int, channel: str, currency: str, told: Sold) -> None:
        """Count orders on the day on which they were made."""
        self._sell(self._day(at_us), channel, currency, told)

    def rest(self, number: int, sold: Mapping[str, Sold]) -> None:
        """Count what a day sold beyond the orders counted so far, as of no visit.

        number: of the day; sold: all of the shop's orders of it by currency. Left are
        those whose buyer nobody knows, and those that others than visitors told of.
        """
        day = day_text(number)
        counted: dict[str, list[int]] = {}
        for (on, _), line in self._lines.items():
            if on == day:
                for currency, orders in line.orders.items():
                    held = counted.setdefault(currency, [0, 0])
                    held[0] += orders
                    held[1] += line.revenue[currency]
        for currency, (orders, minor) in sold.items():
            held = counted.get(currency, [0, 0])
            left = (orders - held[0], minor - held[1])
            if any(left):
                self._sell(day, NO_VISIT, currency, left)

    def costs(self, rows: Iterable[ChannelCost]) -> None:
        """Add what channels cost on the days of the report."""
        first, end = day_text(self.first), day_text(self.last)
        for row in rows:
            if first <= row.day <= end:
                for line in self._of(row.day, row.channel):
                    _add(line.cost, row.currency, row.minor)

    def view(self) -> View:
        """Give the report: a row a day and channel, and a sum a channel."""
        rows = sorted(self._lines.items())
        return {
            "from": day_text(self.first),
            "to": day_text(self.last),
            "time_zone": self.days.zone,
            "days": [_row(key, line) for key, line in rows if key[0]],
            "channels": [_row(key, line) for key, line in rows if not key[0]],
        }

    def _sell(self, day: str, channel: str, currency: str, told: Sold) -> None:
        for line in self._of(day, channel):
            _add(line.orders, currency, told[0])
            _add(line.revenue, currency, told[1])

    def _day(self, at_us: int) -> str:
        return day_text(self.days.of(at_us))

    def _of(self, day: str, channel: str) -> tuple[Line, Line]:
        lines = self._lines
        keys = ((day, channel), ("", channel))
        return (
            lines.setdefault(keys[0], Line()),
            lines.setdefault(keys[1], Line()),
        )


def _add(sums: dict[str, int], name: str, change: int) -> None:
    sums[name] = sums.get(name, 0) + change


def _row(key: tuple[str, str], line: Line) -> View:
    day, channel = key
    currencies = sorted({*line.revenue, *line.cost})
    return {
        **({"day": day} if day else {}),
        "channel": channel,
        "visits": line.visits,
        "people": len(line.people),
        "orders": sum(line.orders.values()),
        "money": [_money(line, currency) for currency in currencies],
    }


def _money(line: Line, currency: str) -> View:
    revenue, cost = line.revenue.get(currency, 0), line.cost.get(currency, 0)
    return {
        "currency": currency,
        "revenue": to_text(revenue, currency),
        "cost": to_text(cost, currency),
        "roi": roi(revenue, cost),
    }


def roi(revenue: int, cost: int) -> str | None:
    """Give (revenue - cost) / cost to four places; None where nothing was spent.

    >>> roi(300, 100), roi(50, 100), roi(1, 0)
    ('2.0000', '-0.5000', None)
    """
    if cost <= 0:
        return None
    tenthousandths = ((revenue - cost) * 20_000 + cost) // (2 * cost)
    sign = "-" if tenthousandths < 0 else ""
    whole, part = divmod(abs(tenthousandths), 10_000)
    return f"{sign}{whole}.{part:04}"
