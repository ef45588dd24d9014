"""Sequences: one thing after another, with gaps, and what must not come between.

Each step is strictly later than the one before, so things of one moment are in no
order, and it makes no difference in which they were told.
"""

from collections.abc import Iterable

from habitue.segment.alike import Occurrence, faces, is_compared
from habitue.segment.compare import Moment
from habitue.segment.condition import Deed, Doing, Sequence, Step, Window
from habitue.segment.course import Course
from habitue.segment.doing import matching
from habitue.segment.facts import Facts
from habitue.segment.gap import FOREVER_US, follows, reach_of
from habitue.segment.moments import window_us
from habitue.segment.walk import doings


def ends(sequence: Sequence, facts: Facts, at: Moment) -> list[int]:
    """Give the moments at which the whole sequence was done, in order."""
    if is_compared(sequence):
        return _compared(sequence, facts, at)
    reached: list[int] | None = None
    for step in sequence.steps:
        times = _times(step, sequence.within, facts, at)
        if reached is not None:
            barred = _barred(step.without, facts, at)
            before, reach = reached, reach_of(step.after)
            times = [time for time in times if follows(time, before, reach, barred)]
        reached = times
    return _left(reached or [], sequence, facts, at)


def _compared(sequence: Sequence, facts: Facts, at: Moment) -> list[int]:
    """Give the ends of a sequence whose steps are compared with one another."""
    course = Course(sequence)
    done = [
        _occurrences(names, doing, sequence.within, facts, at)
        for doing, names in zip(doings(sequence), course.faces, strict=True)
    ]
    absence = sequence.then_not
    lasting = None if absence is None else absence.lasting
    lasting_us = 0 if lasting is None else window_us(lasting)
    return [end for end in course.ends(done) if at.now_us - end >= lasting_us]


def _occurrences(
    names: tuple[str, ...],
    doing: Doing,
    within: Window | None,
    facts: Facts,
    at: Moment,
) -> list[Occurrence]:
    """Give when something was done, and with which faces; of steps in the window."""
    window = within if isinstance(doing, Step) else None
    found = matching(doing, window, facts, at)
    return sorted(
        {
            (one.done.at_us, face)
            for one in found
            for face in faces(names, one, at.shop_zone)
        }
    )


def _times(
    doing: Step | Deed, window: Window | None, facts: Facts, at: Moment
) -> list[int]:
    found = matching(doing, window, facts, at)
    return sorted({one.done.at_us for one in found})


def _barred(without: Iterable[Deed], facts: Facts, at: Moment) -> list[int]:
    """Give the moments of what must not lie between two steps."""
    return sorted({time for deed in without for time in _times(deed, None, facts, at)})


def _left(times: list[int], sequence: Sequence, facts: Facts, at: Moment) -> list[int]:
    """Give the ends that nothing barred has followed, for so long as is asked."""
    absence = sequence.then_not
    if absence is None:
        return times
    lasting = 0 if absence.lasting is None else window_us(absence.lasting)
    followed = (one.done.at_us for one in matching(absence, None, facts, at))
    last = max(followed, default=-FOREVER_US)
    return [time for time in times if time >= last and at.now_us - time >= lasting]
