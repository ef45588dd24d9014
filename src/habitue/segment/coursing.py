"""Sequences whose steps are compared, over the times and faces that leaves keep."""

from typing import Any

from habitue.segment.alike import Occurrence
from habitue.segment.compare import Moment
from habitue.segment.condition import Sequence
from habitue.segment.course import Course, plain
from habitue.segment.following import NOTHING, Answer, ByLeaf, Following, Settled, ahead
from habitue.segment.leaves import face_of


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
        done = [
            _read(told) if names else plain(told)
            for told, names in zip(entries, self._course.faces, strict=True)
        ]
        times = [[time for time, _ in one] for one in done]
        shown = [[one for one in told if one[0] <= at.now_us] for told in done]
        first_us, last_us = self._span(at)
        for step in self._steps:
            shown[step.place] = [
                one for one in done[step.place] if first_us <= one[0] <= last_us
            ]
        ends = self._course.ends(shown)
        return self._lasts(ends, times, at.now_us, ahead(times, at.now_us))


def _read(entries: list[Any]) -> list[Occurrence]:
    return [(time, face_of(text)) for time, text in entries]
