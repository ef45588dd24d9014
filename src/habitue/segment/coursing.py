"""Sequences whose steps are compared, over the times and faces that leaves keep."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any

from habitue.segment.alike import Occurrence
from habitue.segment.compare import Moment
from habitue.segment.condition import Sequence
from habitue.segment.course import Course, plain
from habitue.segment.following import NOTHING, Answer, ByLeaf, Following, Settled, ahead
from habitue.segment.gap import FOREVER_US
from habitue.segment.leaves import at_of, face_of


class Coursing(Following):
    """Whether one thing followed the other, and was as alike as is asked."""

    def __init__(self, leaves: tuple[int, ...], sequence: Sequence) -> None:
        super().__init__(leaves, sequence)
        self._course = Course(sequence)

    def settled(self, _leaf: int) -> Settled:
        # What comes last may be like something long ago.
        return Settled.NONE

    def again(self, held: ByLeaf, at: Moment) -> Answer | None:
        return self.answer([held.get(leaf, NOTHING) for leaf in self.leaves], at)

    def answer(self, entries: list[list[Any]], at: Moment) -> Answer:
        """Judge the times and faces of all deeds, each in order, at a moment."""
        if self._is_too_soon(entries):
            return Answer(False)
        span, now_us = self._span(at), at.now_us
        shown = [_between(told, (-FOREVER_US, now_us)) for told in entries]
        for step in self._steps:
            shown[step.place] = _between(entries[step.place], span)
        last = shown[self._steps[-1].place]
        if self._absence is not None and last:
            # What comes before all ends has followed none.
            since_us = at_of(last[0])
            shown[self._absence] = _between(shown[self._absence], (since_us, now_us))
        end = self._course.first(
            [
                _Read(told) if names else plain(told)
                for told, names in zip(shown, self._course.faces, strict=True)
            ]
        )
        # Of all ends the first decides.
        ends = [] if end is None else [end]
        times = self._times(entries, now_us)
        return self._lasts(ends, times, now_us, ahead(times, now_us))

    def _is_too_soon(self, entries: list[list[Any]]) -> bool:
        """Say whether nothing ever is a last step, behind a first one."""
        first = entries[self._steps[0].place]
        last = entries[self._steps[-1].place]
        if not first or not last:
            return True
        return len(self._steps) > 1 and at_of(last[-1]) <= at_of(first[0])

    def _times(self, entries: list[list[Any]], now_us: int) -> list[list[int]]:
        """Give the times of all deeds; none where time alone changes nothing."""
        if not self._for_us and all(at_of(one[-1]) <= now_us for one in entries if one):
            return []
        return [[at_of(one) for one in told] for told in entries]


def _between(told: list[Any], span: tuple[int, int]) -> list[Any]:
    first_us, last_us = span
    if not told or (at_of(told[0]) >= first_us and at_of(told[-1]) <= last_us):
        return told
    low = bisect_left(told, first_us, key=at_of)
    return told[low : bisect_right(told, last_us, key=at_of)]


class _Read:
    """Entries that are read as they are looked at."""

    def __init__(self, entries: list[Any]) -> None:
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Occurrence]:
        return ((time, face_of(text)) for time, text in self._entries)
