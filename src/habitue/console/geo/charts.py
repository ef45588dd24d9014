"""What an action brought, day by day, as charts.js draws it: two lines over axes."""

from math import ceil, floor, log10
from typing import Any

from habitue.console.look import Look
from habitue.console.port import View

Chart = dict[str, Any]
# So many lines across at most, each at a round sum.
LINES_MAX = 6
ROUND = (1, 2, 5, 10)


def lines_chart(view: View, look: Look) -> Chart | None:
    """Draw what was sold and what was to be expected; None where no day is told."""
    days = view["days_told"]
    if not days:
        return None
    sums = [one[name] for one in days for name in ("observed", "expected")]
    step = step_of(min(0, *sums), max(0, *sums))
    low, high = floor(min(0, *sums) / step), max(1, ceil(max(0, *sums) / step))
    return {
        "kind": "lines",
        "day": look.say("Day"),
        "sold": look.say("Sold a day and region"),
        "days": [look.calendar_day(one["day"]) for one in days],
        "low": low * step,
        "step": step,
        # In the reader's own way of writing money, which the script does not know.
        "sums": [
            look.money(at * step, view["currency"]) for at in range(low, high + 1)
        ],
        "action": {"name": look.say("the action"), "from": len(days) - view["days"]},
        "series": [
            _line("observed", look.say("Sold"), view, look),
            _line("expected", look.say("Expected"), view, look),
        ],
    }


def step_of(low: float, high: float) -> int:
    """Give how far apart lines across stand: 1, 2 or 5 and as many naughts as it takes.

    >>> step_of(0, 5), step_of(0, 12_345), step_of(-40, 60), step_of(0, 0)
    (1, 5000, 20, 1)
    """
    least = (high - low) / (LINES_MAX - 1)
    if least <= 1:
        return 1
    ten = 10 ** floor(log10(least))
    return int(next(one * ten for one in ROUND if one * ten >= least))


def _line(name: str, called: str, view: View, look: Look) -> Chart:
    return {
        "name": called,
        "dashed": name == "expected",
        "values": [
            {"value": one[name], "told": _told(one, view["currency"], look)}
            for one in view["days_told"]
        ],
    }


def _told(day: View, currency: str, look: Look) -> str:
    sold, expected = (
        look.money(day[one], currency) for one in ("observed", "expected")
    )
    return (
        f"{look.calendar_day(day['day'])}\n{look.say('Sold')}: {sold}"
        f"\n{look.say('Expected')}: {expected}"
    )
