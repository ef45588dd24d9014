"""Sequences over the times that leaves keep: as habitue.segment.sequence says."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any, NamedTuple, Protocol

from habitue.segment.compare import Moment
from habitue.segment.condition import Gap
from habitue.segment.condition import Sequence as Wanted
from habitue.segment.moments import bounds, is_open, window_us

_FOREVER_US = 2**62
NOTHING: list[Any] = []


class Settled(IntEnum):
    """Which answers stay what they are; a bit for each, that of 0 and of 1."""

    NONE = 0
    NO = 1
    YES = 2
    BOTH = 3


class ByLeaf(Protocol):
    """The entries of a person by leaf."""

    def get(self, leaf: int, default: list[Any], /) -> list[Any]: ...


class Answer(NamedTuple):
    """Whether it holds, and when that may change by time alone; None: never."""

    holds: bool
    next_us: int | None = None


class _Step(NamedTuple):
    """A step: where its times stand, how long before it the one before may lie."""

    place: int
    # From least on, before most.
    least_us: int
    most_us: int
    # Where the times of what must not lie between stand.
    barred: tuple[int, ...]


class Following:
    """Whether one thing followed the other."""

    # Entries of one leaf alone say nothing.
    needs = 0

    def __init__(self, leaves: tuple[int, ...], sequence: Wanted) -> None:
        """leaves: of each step, what is barred before it, and what must not follow."""
        self.leaves = leaves
        within = sequence.within
        # A window until now, of so long; or one between dates.
        self._for_us = window_us(within) if within is not None else 0
        self._dates = None if within is None or is_open(within) else within
        self._steps: list[_Step] = []
        place = 0
        for step in sequence.steps:
            barred = tuple(range(place + 1, place + 1 + len(step.without)))
            self._steps.append(_Step(place, *_gap(step.after), barred))
            place += 1 + len(barred)
        first = leaves[self._steps[0].place]
        self.home = leaves[self._steps[-1].place]
        self.other = 0 if first == self.home else first
        absence = sequence.then_not
        self._absence = None if absence is None else place
        # One thing after the other, however soon, and whatever lies between.
        self._is_plain = absence is None and not any(
            step.least_us or step.most_us < _FOREVER_US or step.barred
            for step in self._steps
        )
        lasting = None if absence is None else absence.lasting
        self._lasting_us = 0 if lasting is None else window_us(lasting)

    def settled(self, leaf: int) -> Settled:
        """Say which answers stay (see questions.Question).

        What comes last is no step before another one, and lies between no two: so it
        counts as a last step, or as what must not follow.
        """
        own = {place for place, one in enumerate(self.leaves) if one == leaf}
        if self._absence in own:
            return Settled.NONE
        if self._steps[-1].place not in own:
            return Settled.BOTH
        return Settled.YES if self._absence is None else Settled.NONE

    def again(self, held: ByLeaf, at: Moment) -> Answer | None:
        """Judge it anew, where what came last may be the last step, or bars that."""
        leaves = self.leaves
        for step in self._steps:
            if not held.get(leaves[step.place], NOTHING):
                return None
        entries = [held.get(leaf, NOTHING) for leaf in leaves]
        if self._is_out_of_reach(entries, at):
            # As it was before: nothing else was settled.
            return None
        if self._is_plain:
            return Answer(True, self._leaves_us(entries, at.now_us))
        return self.answer(entries, at)

    def _is_out_of_reach(self, entries: list[list[int]], at: Moment) -> bool:
        """Say whether the steps don't follow one another, whatever bars them."""
        time, until_us = self._span(at)
        time -= 1
        for step in self._steps:
            times = entries[step.place]
            if not times or times[-1] <= time:
                return True
            first = times[0]
            time = first if first > time else times[bisect_right(times, time)]
        return time > until_us

    def answer(self, entries: list[list[int]], at: Moment) -> Answer:
        """Judge the times of all deeds, each in order, at a moment."""
        now_us = at.now_us
        ahead_us = ahead(entries, now_us)
        found: list[int] = []
        span = self._span(at)
        for number, step in enumerate(self._steps):
            times = between(entries[step.place], span)
            if number:
                barred = _barred(entries, step.barred, now_us)
                times = [one for one in times if _follows(one, found, step, barred)]
            if not times:
                # No step goes without the one before; what leaves brings none about.
                return Answer(False, ahead_us)
            found = times
        return self._left(found, entries, now_us, ahead_us)

    def _span(self, at: Moment) -> tuple[int, int]:
        """Give the first moment that counts, and the last."""
        if self._dates is not None:
            since_us, until_us = bounds(self._dates, at.shop_zone)
            return since_us, min(until_us - 1, at.now_us)
        since_us = at.now_us - self._for_us + 1 if self._for_us else -_FOREVER_US
        return since_us, at.now_us

    def _left(
        self,
        ends: list[int],
        entries: list[list[int]],
        now_us: int,
        ahead_us: int | None,
    ) -> Answer:
        """Look whether something has followed the ends, or may still."""
        if self._absence is not None:
            followed = entries[self._absence]
            past = bisect_right(followed, now_us)
            if past:
                ends = ends[bisect_left(ends, followed[past - 1]) :]
        return self._lasts(ends, entries, now_us, ahead_us)

    def _lasts(
        self,
        ends: list[int],
        entries: list[list[int]],
        now_us: int,
        ahead_us: int | None,
    ) -> Answer:
        """Look whether nothing has followed for so long as is asked."""
        # The first of them lasts the longest.
        if ends and now_us - ends[0] >= self._lasting_us:
            return Answer(True, earlier(ahead_us, self._leaves_us(entries, now_us)))
        soon = ends[0] + self._lasting_us if ends else None
        return Answer(False, earlier(ahead_us, soon))

    def _leaves_us(self, entries: list[list[int]], now_us: int) -> int | None:
        """Say when the first thing that counts leaves the window."""
        for_us = self._for_us
        if not for_us:
            return None
        first = [
            times[place]
            for step in self._steps
            for times in (entries[step.place],)
            if (place := bisect_right(times, now_us - for_us)) < len(times)
        ]
        return min(first, default=_FOREVER_US) + for_us


def _gap(gap: Gap | None) -> tuple[int, int]:
    least = None if gap is None else gap.least
    most = None if gap is None else gap.most
    return (
        0 if least is None else window_us(least),
        _FOREVER_US if most is None else window_us(most),
    )


def ahead(entries: Iterable[list[int]], now_us: int) -> int | None:
    """Give the first time that is still to come."""
    found = None
    for times in entries:
        if times and times[-1] > now_us:
            first = times[bisect_right(times, now_us)]
            found = first if found is None else min(found, first)
    return found


def between(times: list[int], span: tuple[int, int]) -> list[int]:
    if not times or (times[0] >= span[0] and times[-1] <= span[1]):
        return times
    return times[bisect_left(times, span[0]) : bisect_right(times, span[1])]


def _barred(entries: list[list[int]], places: Sequence[int], now_us: int) -> list[int]:
    if not places:
        return []
    return sorted(one for at in places for one in entries[at] if one <= now_us)


def _follows(time: int, before: list[int], step: _Step, barred: list[int]) -> bool:
    """Say whether a step before ended so that this one may follow at a time."""
    low = time - step.most_us + 1
    place = bisect_left(barred, time)
    if place:
        low = max(low, barred[place - 1])
    last = bisect_right(before, time - max(step.least_us, 1))
    return last > 0 and before[last - 1] >= low


def earlier(one_us: int | None, other_us: int | None) -> int | None:
    if one_us is None or other_us is None:
        return other_us if one_us is None else one_us
    return min(one_us, other_us)
