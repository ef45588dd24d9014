"""A report by channel as it is shown: amounts and shares as the reader writes them."""

from decimal import Decimal
from typing import Any

from habitue.base.money import to_minor
from habitue.console.channel_names import channel_titled
from habitue.console.look import Look
from habitue.console.port import View

# More lines than this are no page any more; the API gives all.
DAY_LINES_MAX = 2000


def shown_report(report: View, look: Look) -> dict[str, Any]:
    """Give a report's sums by channel, and its lines by day, ready to be written."""
    days = report["days"]
    return {
        "zone": report["time_zone"],
        "channels": [_line(one, look) for one in report["channels"]],
        "days": [_line(one, look) for one in days[:DAY_LINES_MAX]],
        "left_out": max(0, len(days) - DAY_LINES_MAX),
    }


def _line(one: View, look: Look) -> dict[str, Any]:
    return {
        "day": look.calendar_day(one["day"]) if "day" in one else "",
        "channel": channel_titled(one["channel"], look),
        "code": one["channel"],
        "visits": look.number(one["visits"]),
        "people": look.number(one["people"]),
        "orders": look.number(one["orders"]),
        "money": [_money(each, look) for each in one["money"]],
    }


def _money(one: View, look: Look) -> dict[str, str]:
    currency = one["currency"]
    return {
        "revenue": look.money(to_minor(one["revenue"], currency), currency),
        "cost": look.money(to_minor(one["cost"], currency), currency),
        "roi": "" if one["roi"] is None else look.number(percent(one["roi"])),
    }


def percent(share: str) -> float:
    """Give a share in percent, to one place.

    >>> percent("-0.5004"), percent("1.2346")
    (-50.0, 123.5)
    """
    return float(round(Decimal(share) * 100, 1))
