"""A segment in figures as the API shows them: money, reach, trend.

What is not known is None, with a sentence that says why; it is never 0.
"""

from collections.abc import Sequence
from typing import Any

from habitue.base.clock import DAY_US, to_iso
from habitue.lake.port import NotAnsweredError
from habitue.profile.parse import share
from habitue.segment.condition import Condition
from habitue.segment.figures import Figures, Money
from habitue.segment.port import Counting, Day

View = dict[str, Any]
_UNKNOWN = ("offset", "as_of", "members", "people", "purchases", "buyers")
_NO_TREND = (
    "The segment is being filled in: its days are known from the moment on at which it"
    " answers."
)


async def figures_view(counting: Counting, condition: Condition, purpose: str) -> View:
    """Give what members are worth and how they are reached, or why it is not known."""
    try:
        found = await counting.figures(condition, purpose)
    except NotAnsweredError as error:
        unknown = dict.fromkeys((*_UNKNOWN, "money", "channels"))
        return {"known": False, "why_not": str(error), "purpose": purpose, **unknown}
    return {
        "known": True,
        "why_not": None,
        "purpose": purpose,
        "offset": found.offset,
        "as_of": to_iso(found.now_us),
        "members": found.members,
        "people": found.people,
        "purchases": found.purchases,
        "buyers": found.buyers,
        "money": [_money(one, found) for one in found.money],
        "channels": [
            {
                "channel": one.channel,
                "identifier": one.identifier_kind,
                "known": one.known,
                "granted": one.granted,
                "reachable": one.reachable,
            }
            for one in found.reach
        ],
    }


def _money(one: Money, whole: Figures) -> View:
    """Give money in a currency; a member's value is rounded half to even."""
    return {
        "currency": one.currency,
        "purchases": one.purchases,
        "buyers": one.buyers,
        "gross_minor": one.gross_minor,
        "returns_minor": one.returns_minor,
        "net_minor": one.net_minor,
        "net_minor_per_member": share(one.net_minor, 1, whole.members),
    }


def trend_view(days: Sequence[Day] | None) -> View:
    """Give members by day, UTC; None of a day on which the segment did not answer."""
    if days is None:
        return {"known": False, "why_not": _NO_TREND, "days": None}
    told = [
        {
            "day": to_iso(one.day * DAY_US)[:10],
            "members": one.members,
            "entered": one.entered,
            "left": one.left,
        }
        for one in days
    ]
    return {"known": True, "why_not": None, "days": told}
