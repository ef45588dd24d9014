"""How a segment grew, as a line to be drawn; days that are not known leave a gap."""

from datetime import date
from itertools import count
from typing import Any

from habitue.console.look import Look
from habitue.console.port import View

WIDTH, HEIGHT = 640, 170
LEFT, TOP, BOTTOM = 52, 12, 26
TICKS = 3
DAY = "d MMM"


def chart_of(days: list[View] | None, look: Look) -> dict[str, Any] | None:
    """Give lines, days and a scale; None where fewer than two days are known."""
    known = [one for one in days or () if one["members"] is not None]
    if days is None or len(known) < 2:
        return None
    top = _top(max(one["members"] for one in known))
    first, last = known[0], known[-1]
    began = look.language.date(date.fromisoformat(first["day"]), DAY)
    ended = look.language.date(date.fromisoformat(last["day"]), DAY)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "lines": _lines(days, top),
        "scale": [
            {"y": _y(value, top), "text": look.number(value)}
            for value in range(0, top + 1, top // TICKS)
        ],
        "first": began,
        "last": ended,
        "says": look.say(
            "From %(before)s people on %(first)s to %(now)s on %(last)s.",
            before=look.number(first["members"]),
            first=began,
            now=look.number(last["members"]),
            last=ended,
        ),
    }


def _top(most: int) -> int:
    """Give the least number that ticks of 1, 2 or 5 and noughts reach over the most."""
    steps = (int(times * 10**power) for power in count() for times in (1, 2, 5))
    return TICKS * next(step for step in steps if step * TICKS >= most)


def _lines(days: list[View], top: int) -> list[str]:
    """Give the points of each line without a gap."""
    step = (WIDTH - LEFT - 8) / max(1, len(days) - 1)
    found: list[list[str]] = [[]]
    for at, one in enumerate(days):
        if one["members"] is None:
            found.append([])
            continue
        found[-1].append(f"{LEFT + at * step:.1f},{_y(one['members'], top):.1f}")
    return [" ".join(line) for line in found if line]


def _y(value: float, top: int) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)
