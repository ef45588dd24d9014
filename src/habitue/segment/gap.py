"""Whether a step may follow another: the gap between, and what must not lie there."""

from bisect import bisect_left, bisect_right

from habitue.segment.condition import Gap
from habitue.segment.moments import window_us

FOREVER_US = 2**62


def follows(time: int, before: list[int], gap: Gap | None, barred: list[int]) -> bool:
    """Say whether a step before ended so that this one may follow at a time.

    before and barred are in order. What happened at the very moment of one of the
    two steps is not between them.
    """
    low, high = _bounds(time, gap)
    place = bisect_left(barred, time)
    if place:
        low = max(low, barred[place - 1])
    last = bisect_right(before, high)
    return last > 0 and before[last - 1] >= low


def _bounds(time: int, gap: Gap | None) -> tuple[int, int]:
    """Give the first and the last moment at which the step before may have ended."""
    least = window_us(gap.least) if gap is not None and gap.least is not None else 0
    most = (
        window_us(gap.most) if gap is not None and gap.most is not None else FOREVER_US
    )
    return time - most + 1, time - max(least, 1)
