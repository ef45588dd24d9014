"""What one step of a sequence is compared with another by: the values of properties.

A face has, of each property that is compared, the values it has in something done:
texts, and whole numbers as text. Of a thing done one line is meant at a time, so who
viewed a product and bought it has a line of the purchase that is that product, and a
thing has as many faces as different lines. What is missing is like nothing.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from habitue.segment.condition import Alike, Following, Sequence
from habitue.segment.doing import Match
from habitue.segment.facts import Line
from habitue.segment.reading import event_values, is_of_line, line_values
from habitue.segment.values import text_of

Face: TypeAlias = tuple[tuple[str, ...], ...]
# When something was done, and one of its faces.
Occurrence: TypeAlias = tuple[int, Face]
NO_FACE: Face = ()


class Link(NamedTuple):
    """A comparison that is found: what of a sequence with which step of it.

    place: where the compared one stands among all that a sequence names (walk.doings);
    before: the step, from 0 on, up to which others come first; step: whom with.
    """

    place: int
    before: int
    step: int
    alike: Alike

    @property
    def of(self) -> str:
        """Give what the property is called in the step."""
        return self.alike.of or self.alike.property


def links(sequence: Sequence) -> Iterator[Link]:
    """Give all comparisons of steps with one another, in order."""
    place = 0
    for at, step in enumerate(sequence.steps):
        every: tuple[Following, ...] = (step, *step.without)
        for doing in every:
            yield from _links(doing, place, at)
            place += 1
    if sequence.then_not is not None:
        yield from _links(sequence.then_not, place, len(sequence.steps))


def _links(doing: Following, place: int, before: int) -> Iterator[Link]:
    for one in doing.alike:
        yield Link(place, before, before - 1 if one.step is None else one.step - 1, one)


def is_compared(sequence: Sequence) -> bool:
    """Say whether any of its steps is compared with another."""
    return any(True for _ in links(sequence))


def places_of(sequence: Sequence) -> list[int]:
    """Say where each step stands among all that a sequence names."""
    places, place = [], 0
    for step in sequence.steps:
        places.append(place)
        place += 1 + len(step.without)
    return places


def compared(sequence: Sequence) -> list[tuple[str, ...]]:
    """Give of all that a sequence names the properties that its faces have."""
    places = places_of(sequence)
    size = sum(1 + len(step.without) for step in sequence.steps)
    found: list[dict[str, None]] = [{} for _ in range(size)]
    if sequence.then_not is not None:
        found.append({})
    for link in links(sequence):
        found[link.place][link.alike.property] = None
        found[places[link.step]][link.of] = None
    return [tuple(sorted(names)) for names in found]


def kept(found: Iterable[Link], steps: int) -> list[tuple[int, ...]]:
    """Say after each step which steps so far are still to be compared with."""
    held = list(found)
    return [
        tuple(sorted({one.step for one in held if one.step <= at < one.before}))
        for at in range(steps)
    ]


def faces(names: tuple[str, ...], found: Match, zone: str) -> list[Face]:
    """Give the faces of something that is meant, each once. zone: the shop's."""
    if not any(map(is_of_line, names)):
        return [_face(names, found, None, zone)]
    lines: tuple[Line | None, ...] = found.lines or (None,)
    return sorted({_face(names, found, line, zone) for line in lines})


def _face(names: tuple[str, ...], found: Match, line: Line | None, zone: str) -> Face:
    return tuple([_texts(name, found, line, zone) for name in names])


def _texts(name: str, found: Match, line: Line | None, zone: str) -> tuple[str, ...]:
    if not is_of_line(name):
        values = event_values(found.done, name, None, zone)
    elif line is None:
        return ()
    else:
        values = line_values(found.done, line, name, None)
    texts = {text_of(value) for value in values}
    return tuple(sorted(text for text in texts if text is not None))
