"""A segment in figures, as the page writes them; what is not known is None."""

from typing import Any

from habitue.console.channel_names import channel_titled
from habitue.console.look import Look
from habitue.console.port import View

PURPOSE = "marketing"
# How many days of the trend may be looked at.
TREND_DAYS = (14, 30, 90)


def figures_of(told: View, look: Look) -> dict[str, Any]:
    """Write money, reach and trend for a reader."""
    return {
        "known": told["known"],
        # None: of none, as people were judged while more came in.
        "offset": told["offset"] and look.number(told["offset"]),
        "members": look.number(told["members"]),
        "purchases": look.number(told["purchases"]),
        "buyers": look.number(told["buyers"]),
        "money": [_money(one, look) for one in told["money"] or ()],
        "channels": [_channel(one, look) for one in told["channels"] or ()],
        "days": [_day(one, look) for one in told["trend"]["days"] or ()],
    }


def _money(told: View, look: Look) -> dict[str, str]:
    names = ("gross_minor", "returns_minor", "net_minor", "net_minor_per_member")
    return {name: look.money(told[name], told["currency"]) for name in names}


def _channel(told: View, look: Look) -> dict[str, str]:
    numbers = ("known", "granted", "reachable")
    return {
        "channel": channel_titled(told["channel"], look),
        **{name: look.number(told[name]) for name in numbers},
    }


def _day(told: View, look: Look) -> dict[str, str | None]:
    numbers = ("members", "entered", "left")
    return {
        "day": look.calendar_day(told["day"]),
        **{n: None if told[n] is None else look.number(told[n]) for n in numbers},
    }
