"""A history of levels (a price, a stock): what held when, what was lowest, what fell.

A level holds from its moment until the next. Of two told for one moment the greater
version holds.
"""

from bisect import bisect_left
from typing import NamedTuple

from habitue.base.clock import DAY_US
from habitue.catalog.rows import POINTS_MAX, HistoryRow, Point

# The price to be shown beside a reduced one is the lowest of so long before
# (Directive 98/6/EC, article 6a).
REFERENCE_US = 30 * DAY_US


class Lowest(NamedTuple):
    """The lowest level of a span; whole says whether levels of all of it are known."""

    amount: int
    whole: bool


class Fall(NamedTuple):
    """When the level that holds came below the one before, and what that was."""

    at_us: int
    before: int


def add_point(row: HistoryRow, point: Point) -> bool:
    """Put a point in its place; False if it is there, or older than what is kept."""
    place = bisect_left(row.points, point)
    if row.points[place : place + 1] == (point,):
        return False
    points = (*row.points[:place], point, *row.points[place:])
    over = len(points) - POINTS_MAX
    if over > 0:
        row.cut_us = max(row.cut_us, points[over - 1][0])
        points = points[over:]
    row.points = points
    return place >= over


def remove_point(row: HistoryRow, offset: int) -> bool:
    """Take the point that a record told out; False if there is none of it."""
    points = tuple(point for point in row.points if point[3] != offset)
    found = len(points) < len(row.points)
    row.points = points
    return found


def in_force(row: HistoryRow, at_us: int) -> Point | None:
    """Give the point that holds at a moment; None if none is known."""
    return before(row, at_us + 1)


def before(row: HistoryRow, at_us: int) -> Point | None:
    """Give the point that holds right before a moment; None if none is known."""
    place = _place(row, at_us)
    return row.points[place - 1] if place else None


def lowest(
    row: HistoryRow, until_us: int, span_us: int = REFERENCE_US
) -> Lowest | None:
    """Give the lowest level that held in the span before a moment; None if none did."""
    since_us = until_us - span_us
    start, end = _place(row, since_us + 1), _place(row, until_us)
    levels = _holding(row.points[start:end])
    # What held when the span began reaches into it.
    if start:
        levels.append(row.points[start - 1][4])
    if not levels:
        return None
    return Lowest(min(levels), bool(start))


def fall(row: HistoryRow, at_us: int) -> Fall | None:
    """Say when the level that holds at a moment fell; None if it rose or began."""
    point = in_force(row, at_us)
    run = _run(row, at_us)
    if point is None or run.before is None or run.before <= point[4]:
        return None
    return Fall(run.since_us, run.before)


def since(row: HistoryRow, at_us: int) -> int | None:
    """Say since when the level that holds at a moment has been what it is."""
    return None if in_force(row, at_us) is None else _run(row, at_us).since_us


class _Run(NamedTuple):
    since_us: int
    before: int | None


def _run(row: HistoryRow, at_us: int) -> _Run:
    """Give since when the level of a moment has held, and the one before it."""
    points, place = row.points, _place(row, at_us + 1)
    since_us = 0
    for at in range(place - 1, -1, -1):
        point = points[at]
        if at + 1 < place and points[at + 1][0] == point[0]:
            # Another was told for the same moment, of a greater version.
            continue
        if point[4] != points[place - 1][4]:
            return _Run(since_us, point[4])
        since_us = point[0]
    return _Run(since_us, None)


def changes(row: HistoryRow) -> list[Point]:
    """Give the points at which the level changed, in order of time."""
    found: list[Point] = []
    for point in _last_of_each_moment(row.points):
        if not found or found[-1][4] != point[4]:
            found.append(point)
    return found


def _place(row: HistoryRow, at_us: int) -> int:
    """Give how many points lie before a moment."""
    return bisect_left(row.points, (at_us, -1, "", 0, 0))


def _last_of_each_moment(points: tuple[Point, ...]) -> list[Point]:
    return [
        point
        for at, point in enumerate(points)
        if at + 1 == len(points) or points[at + 1][0] != point[0]
    ]


def _holding(points: tuple[Point, ...]) -> list[int]:
    return [point[4] for point in _last_of_each_moment(points)]
