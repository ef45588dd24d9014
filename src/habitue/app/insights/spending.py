"""What channels cost: as told by day, and by the touchpoint where that is told.

A call or a visit to a store has no bill of its own: what each costs is told once
(`per` touch), from a day on. Of a day of which a cost was told as such, that stands.
"""

from bisect import bisect_right
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from habitue.app.projection.defined import channel_costs, channel_rates
from habitue.log.port import Truth

Rows = list[dict[str, Any]]
# Answers a SELECT over journeys' tables, with what it binds.
Ask = Callable[[str, Mapping[str, Any]], Awaitable[Rows]]
_TOUCHES = (
    "SELECT channel, strftime(day, '%Y-%m-%d') AS day, count(*) AS touches FROM touch"
    " WHERE contact <> 'pos' AND list_contains($priced, channel) GROUP BY channel, day"
)


async def spending(
    truth: Truth, days: tuple[str, str], currency: str, ask: Ask
) -> dict[str, int]:
    """Give what each channel cost from a day through one, in minor units."""
    first, last = days
    told = {
        (row.channel, row.day): row.minor
        for row in channel_costs(truth, first[:7], last[:7])
        if first <= row.day <= last and row.currency == currency
    }
    rates = _rates(truth, currency)
    if rates:
        rows = await ask(_TOUCHES, {"priced": sorted(rates)})
        for row in rows:
            each = _in_force(rates[row["channel"]], row["day"])
            if each is not None:
                told.setdefault((row["channel"], row["day"]), each * row["touches"])
    found: dict[str, int] = {}
    for (channel, _), minor in told.items():
        found[channel] = found.get(channel, 0) + minor
    return found


def _rates(truth: Truth, currency: str) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for one in sorted(channel_rates(truth)):
        if one.currency == currency:
            found.setdefault(one.channel, []).append((one.since, one.minor))
    return found


def _in_force(rates: list[tuple[str, int]], day: str) -> int | None:
    """Give the rate of a day; None before the first.

    >>> _in_force([("2026-03-01", 150), ("2026-04-01", 200)], "2026-03-31")
    150
    >>> _in_force([("2026-03-01", 150)], "2026-02-28")
    """
    at = bisect_right([since for since, _ in rates], day)
    return rates[at - 1][1] if at else None
