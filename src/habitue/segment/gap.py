"""Whether a step may follow another: the gap between, and what must not lie there."""

from bisect import bisect_left, bisect_right
from typing import TypeAlias

from habitue.segment.condition import Gap
from habitue.segment.moments import window_us

FOREVER_US = 2**62


# How long before a step the one before may have ended: at least, and less than.
Reach: TypeAlias = tuple[int, int]


def reach_of(gap: Gap | None) -> Reach:
    """Give how far before a step the one before may lie; it never is at one moment."""
    if gap is None:
        return 1, FOREVER_US
    least = 0 if gap.least is None else window_us(gap.least)
    most = FOREVER_US if gap.most is None else window_us(gap.most)
    return max(least, 1), most


def follows(time: int, before: list[int], reach: Reach, barred: list[int]) -> bool:
    """Say whether a step before ended so that this one may follow at a time.

    before and barred are in order. What happened at the very moment of one of the
    two steps is not between them.
    """
    least, most = reach
    low = time - most + 1
    place = bisect_left(barred, time)
    if place:
        low = max(low, barred[place - 1])
    last = bisect_right(before, time - least)
    return last > 0 and before[last - 1] >= low
