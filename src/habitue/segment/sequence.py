"""Sequences: one thing after another, with gaps, and what must not come between.

Each step is strictly later than the one before, so things of one moment are in no
order, and it makes no difference in which they were told.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from habitue.segment.compare import Moment
from habitue.segment.condition import Deed, Gap, Sequence, Step, Window
from habitue.segment.doing import matching
from habitue.segment.facts import Facts
from habitue.segment.moments import window_us

_FOREVER_US = 2**62


def ends(sequence: Sequence, facts: Facts, at: Moment) -> list[int]:
    """Give the moments at which the whole sequence was done, in order."""
    reached: list[int] | None = None
    for step in sequence.steps:
        times = _times(step, sequence.within, facts, at)
        if reached is not None:
            barred = _barred(step.without, facts, at)
            before = reached
            times = [
                time for time in times if _follows(time, before, step.after, barred)
            ]
        reached = times
    return _left(reached or [], sequence, facts, at)


def _times(
    doing: Step | Deed, window: Window | None, facts: Facts, at: Moment
) -> list[int]:
    found = matching(doing, window, facts, at)
    return sorted({one.done.at_us for one in found})


def _barred(without: Iterable[Deed], facts: Facts, at: Moment) -> list[int]:
    """Give the moments of what must not lie between two steps."""
    return sorted({time for deed in without for time in _times(deed, None, facts, at)})


def _follows(time: int, before: list[int], gap: Gap | None, barred: list[int]) -> bool:
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
        window_us(gap.most) if gap is not None and gap.most is not None else _FOREVER_US
    )
    return time - most + 1, time - max(least, 1)


def _left(times: list[int], sequence: Sequence, facts: Facts, at: Moment) -> list[int]:
    """Give the ends that nothing barred has followed, for so long as is asked."""
    absence = sequence.then_not
    if absence is None:
        return times
    lasting = 0 if absence.lasting is None else window_us(absence.lasting)
    followed = (one.done.at_us for one in matching(absence, None, facts, at))
    last = max(followed, default=-_FOREVER_US)
    return [time for time in times if time >= last and at.now_us - time >= lasting]
