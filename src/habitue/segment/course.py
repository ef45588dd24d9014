"""Sequences whose steps are compared: from step to step, with what is remembered.

After each step stand the moments at which the whole up to it was done, for each of
the faces that later ones are compared with. Few are remembered at a time
(limits.ALIKE_STEPS_MAX), so there are not more of these than different values.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias

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
from habitue.segment.gap import follows, reach_of

# The faces of the steps that are remembered, in their order.
_Held: TypeAlias = tuple[Face, ...]
_States: TypeAlias = dict[_Held, list[int]]
_Known: TypeAlias = Mapping[int, Face]
NOTHING_BARS: list[int] = []
_NOTHING: _States = {}


class Occurrences(Protocol):
    """Moments with faces, in order, which may be looked at again."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Occurrence]: ...


_Done: TypeAlias = Sequence[Occurrences]
# Where a step was done so many times less often than the one before, only what may
# stand before it is kept of that one.
FEW = 4


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
        self._reaches = [reach_of(step.after) for step in sequence.steps]
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

        done: of all that the sequence names (walk.doings), each in order of time.
        """
        states = self._reached(len(self._steps) - 1, done)
        if self._absence is not None:
            known = [self._known(-1, held) for held in states]
            tests = self._tests[self._absence]
            followed = _Such(tests, done[self._absence], known)
            states = self._left(states, followed)
        return sorted({end for times in states.values() for end in times})

    def first(self, done: _Done) -> int | None:
        """Give the first of the ends; None where there are none."""
        if self._absence is not None:
            return next(iter(self.ends(done)), None)
        ending = self._ending(len(self._steps) - 1, done)
        return next((time for time, _ in ending), None)

    def _reached(self, at: int, done: _Done) -> _States:
        """Give what stands after a step."""
        found: dict[_Held, list[int]] = defaultdict(list)
        for time, held in self._ending(at, done):
            found[held].append(time)
        return found

    def _ending(self, at: int, done: _Done) -> Iterator[tuple[int, _Held]]:
        """Give, in order of time, when a step was done, and what is remembered then."""
        if at:
            return self._following(at, done)
        if self._kept[0]:
            return ((time, (face,)) for time, face in done[0])
        return ((time, ()) for time, _ in done[0])

    def _following(self, at: int, done: _Done) -> Iterator[tuple[int, _Held]]:
        """Give when a later step was done, by what stood before it."""
        tests, reach = self._tests[self._places[at]], self._reaches[at]
        before = _Before(self._ending(at - 1, done), self._kept[at - 1], tests)
        if len(done[self._places[at]]) * FEW < len(done[self._places[at - 1]]):
            before.narrow(done[self._places[at]])
        bars = _Bars(_Such(self._tests[one], done[one]) for one in self._bars(at))
        for time, face in done[self._places[at]]:
            for held, times in before.of(time, face):
                # Most come too soon, whatever they are like.
                if not follows(time, times, reach, NOTHING_BARS):
                    continue
                known = {**self._known(at - 1, held), at: face}
                if not all(test.holds(face, known) for test in tests):
                    continue
                if follows(time, times, reach, bars.times(held, face, known)):
                    yield time, self._held(at, known)

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


class _Before:
    """What stands before a step, found by the first value that has to be the same.

    It is looked through only as far as is asked: who has done it all does not have to
    be looked at any further.
    """

    def __init__(
        self,
        ending: Iterator[tuple[int, _Held]],
        kept_: tuple[int, ...],
        tests: Iterable[_Test],
    ) -> None:
        """ending: when the step before was done, in order of time."""
        self._ending = ending
        self._next = next(ending, None)
        self._states: _States = {}
        self._test = next((test for test in tests if test.is_same), None)
        self._place = 0 if self._test is None else kept_.index(self._test.step)
        self._by_text: dict[str, _States] = defaultdict(dict)
        self._wanted: set[str] | None = None

    def narrow(self, done: Iterable[Occurrence]) -> None:
        """Look at nothing but what may stand before one of these."""
        if self._test is not None:
            own = self._test.own
            self._wanted = {text for _, face in done for text in face[own]}

    def of(self, time: int, face: Face) -> Iterable[tuple[_Held, list[int]]]:
        """Give what may stand before something with a face; times do not go back."""
        while self._next is not None and self._next[0] < time:
            self._take(*self._next)
            self._next = next(self._ending, None)
        if self._test is None:
            return self._states.items()
        texts = face[self._test.own]
        if len(texts) == 1:
            return self._by_text.get(texts[0], _NOTHING).items()
        found: _States = {}
        for text in texts:
            found.update(self._by_text.get(text, _NOTHING))
        return found.items()

    def _take(self, time: int, held: _Held) -> None:
        test = self._test
        texts = () if test is None else held[self._place][test.of]
        if self._wanted is not None and self._wanted.isdisjoint(texts):
            return
        times = self._states.get(held)
        if times is not None:
            times.append(time)
            return
        self._states[held] = times = [time]
        for text in texts:
            self._by_text[text][held] = times


class _Such:
    """What bars, found by the first value that has to be the same, too."""

    def __init__(
        self,
        tests: list[_Test],
        done: Iterable[Occurrence],
        known: Iterable[_Known] | None = None,
    ) -> None:
        """known: of all who are asked for; None if that is not known yet."""
        self._tests = tests
        self._done = done
        self._test = test = next((test for test in tests if test.is_same), None)
        self._by_text: dict[str, list[Occurrence]] = defaultdict(list)
        if test is None:
            return
        wanted = None
        if known is not None:
            wanted = {text for one in known for text in one[test.step][test.of]}
        for one in done:
            for text in one[1][test.own]:
                if wanted is None or text in wanted:
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


class _Bars:
    """What must not lie between two steps, looked up once for what is remembered."""

    def __init__(self, such: Iterable[_Such]) -> None:
        self._such = [*such]
        self._found: dict[tuple[_Held, Face], list[int]] = {}

    def times(self, held: _Held, face: Face, known: _Known) -> list[int]:
        """Give when such was done, in order, for somebody of whom this is known."""
        if not self._such:
            return NOTHING_BARS
        found = self._found.get((held, face))
        if found is None:
            times = (one.times(known) for one in self._such)
            found = self._found[held, face] = sorted(set().union(*times))
        return found


def plain(times: Iterable[int]) -> list[Occurrence]:
    """Give what is compared with nothing."""
    return [(time, NO_FACE) for time in times]
