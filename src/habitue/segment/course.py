"""Sequences whose steps are compared: from step to step, with what is remembered.

After each step stand the moments at which the whole up to it was done, for each of
the faces that later ones are compared with. Few are remembered at a time
(limits.ALIKE_STEPS_MAX), so there are not more of these than different values.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from habitue.segment.alike import (
    NO_FACE,
    Face,
    Link,
    Occurrence,
    compared,
    kept,
    links,
    places_of,
)
from habitue.segment.condition import Sequence as Steps
from habitue.segment.gap import follows

# The faces of the steps that are remembered, in their order.
_Held: TypeAlias = tuple[Face, ...]
_States: TypeAlias = Mapping[_Held, list[int]]
_Known: TypeAlias = Mapping[int, Face]
_Done: TypeAlias = Sequence[Iterable[Occurrence]]


class _Test(NamedTuple):
    """A comparison: values of the own face with those of a step's."""

    is_same: bool
    own: int
    step: int
    of: int

    def holds(self, face: Face, known: _Known) -> bool:
        """Say whether it holds; what is missing is neither the same nor another."""
        own, there = face[self.own], known[self.step][self.of]
        if not own or not there:
            return False
        return any(one in there for one in own) is self.is_same


class Course:
    """A sequence whose steps are compared with one another, ready to be followed."""

    def __init__(self, sequence: Steps) -> None:
        self._steps = sequence.steps
        # What faces have, of all that the sequence names, in order (walk.doings).
        self.faces = compared(sequence)
        self._places = places_of(sequence)
        found = list(links(sequence))
        self._kept = kept(found, len(sequence.steps))
        self._tests: dict[int, list[_Test]] = defaultdict(list)
        for link in found:
            self._tests[link.place].append(self._test(link))
        self._absence = len(self.faces) - 1 if sequence.then_not is not None else None

    def _test(self, link: Link) -> _Test:
        there = self.faces[self._places[link.step]]
        return _Test(
            link.alike.op == "same",
            self.faces[link.place].index(link.alike.property),
            link.step,
            there.index(link.of),
        )

    def ends(self, done: _Done) -> list[int]:
        """Give the moments at which all was done that nothing barred has followed.

        done: of all that the sequence names, in order (walk.doings).
        """
        states = self._begun(done[0])
        for at in range(1, len(self._steps)):
            states = self._reached(at, states, done)
        if self._absence is not None:
            followed = _Such(self._tests[self._absence], done[self._absence])
            states = self._left(states, followed)
        return sorted({end for times in states.values() for end in times})

    def _begun(self, done: Iterable[Occurrence]) -> _States:
        """Give what stands after the first step."""
        found: dict[_Held, set[int]] = defaultdict(set)
        for time, face in done:
            found[self._held(0, {0: face})].add(time)
        return {held: sorted(times) for held, times in found.items()}

    def _reached(self, at: int, before: _States, done: _Done) -> _States:
        """Give what stands after a later step, by what stood before it."""
        tests, gap = self._tests[self._places[at]], self._steps[at].after
        candidates = _Candidates(before, self._kept[at - 1], tests)
        barring = [_Such(self._tests[one], done[one]) for one in self._bars(at)]
        barred: dict[tuple[_Held, Face], list[int]] = {}
        found: dict[_Held, set[int]] = defaultdict(set)
        for time, face in done[self._places[at]]:
            for held in candidates.of(face):
                known = {**self._known(at - 1, held), at: face}
                if not all(test.holds(face, known) for test in tests):
                    continue
                if (held, face) not in barred:
                    such = (one.times(known) for one in barring)
                    barred[held, face] = sorted(set().union(*such))
                if follows(time, before[held], gap, barred[held, face]):
                    found[self._held(at, known)].add(time)
        return {held: sorted(times) for held, times in found.items()}

    def _known(self, at: int, held: _Held) -> dict[int, Face]:
        """Give the faces that are remembered after a step, by their steps."""
        return dict(zip(self._kept[at], held, strict=True))

    def _bars(self, at: int) -> range:
        first = self._places[at] + 1
        return range(first, first + len(self._steps[at].without))

    def _held(self, at: int, known: _Known) -> _Held:
        return tuple([known[one] for one in self._kept[at]])

    def _left(self, states: _States, followed: "_Such") -> _States:
        """Give the ends that nothing such has followed."""
        left = {}
        for held, times in states.items():
            last = max(followed.times(self._known(-1, held)), default=times[0])
            left[held] = [one for one in times if one >= last]
        return left


class _Candidates:
    """What stands before a step, found by the first value that has to be the same."""

    def __init__(
        self, states: _States, kept_: tuple[int, ...], tests: Iterable[_Test]
    ) -> None:
        self._states = states
        self._test = next((test for test in tests if test.is_same), None)
        self._by_text: dict[str, list[_Held]] = defaultdict(list)
        if self._test is not None:
            place = kept_.index(self._test.step)
            for held in states:
                for text in held[place][self._test.of]:
                    self._by_text[text].append(held)

    def of(self, face: Face) -> Iterable[_Held]:
        """Give what may stand before something with a face."""
        if self._test is None:
            return self._states
        texts = face[self._test.own]
        return {held: None for text in texts for held in self._by_text.get(text, ())}


class _Such:
    """What bars, found by the first value that has to be the same, too."""

    def __init__(self, tests: list[_Test], done: Iterable[Occurrence]) -> None:
        self._tests = tests
        self._done = done
        self._test = next((test for test in tests if test.is_same), None)
        self._by_text: dict[str, list[Occurrence]] = defaultdict(list)
        if self._test is not None:
            for one in done:
                for text in one[1][self._test.own]:
                    self._by_text[text].append(one)

    def times(self, known: _Known) -> set[int]:
        """Give when such was done, for somebody of whom some faces are known."""
        return {
            time
            for time, face in self._among(known)
            if all(test.holds(face, known) for test in self._tests)
        }

    def _among(self, known: _Known) -> Iterable[Occurrence]:
        if self._test is None:
            return self._done
        texts = known[self._test.step][self._test.of]
        return [one for text in texts for one in self._by_text.get(text, ())]


def plain(times: Iterable[int]) -> list[Occurrence]:
    """Give what is compared with nothing."""
    return [(time, NO_FACE) for time in times]
