"""What comparisons and sums mean of something done, looked up beforehand.

For the commonest there is a shorter way; all do what habitue.segment.doing does, which
says what they mean.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import TypeAlias, TypeVar

from habitue.segment.compare import Moment
from habitue.segment.condition import Sum, Where
from habitue.segment.doing import Match, match, total
from habitue.segment.facts import Done, Line
from habitue.segment.reading import (
    TEXTS_OF_EVENT,
    TEXTS_OF_LINE,
    event_values,
    is_of_line,
    line_values,
)
from habitue.segment.values import number_of, text_of

V = TypeVar("V")

Tester: TypeAlias = Callable[[Done, Moment], Match | None]
# From what is meant to what it adds, in millionths.
ReadAmount: TypeAlias = Callable[[Match, Moment], int]


def tester(where: Sequence[Where]) -> Tester:
    """Give what says whether something done is meant, and which of its lines."""
    wanted = text_wanted(where)
    if wanted is not None:
        name = where[0].property
        # A text of our own making is the wanted one, or is not.
        if name in TEXTS_OF_LINE:
            return _of_lines(TEXTS_OF_LINE[name], wanted)
        if name in TEXTS_OF_EVENT:
            return _of_event(TEXTS_OF_EVENT[name], wanted)
    return lambda done, at: match(done, where, at)


def text_wanted(where: Sequence[Where]) -> str | None:
    """Give the one text that is asked for; None where something else is asked."""
    if len(where) != 1 or where[0].op != "is" or where[0].currency is not None:
        return None
    wanted = where[0].value
    return wanted if isinstance(wanted, str) and wanted else None


def seeker(name: str, by_text: Mapping[str, V]) -> Callable[..., list[tuple[V, Match]]]:
    """Give what finds what asks for the texts that a property of something done has.

    by_text: what asks, by the text that the property is to be. So its values are read
    once, however many ask for one or the other.
    """
    return _in_lines(name, by_text) if is_of_line(name) else _in_event(name, by_text)


def _in_event(
    name: str, by_text: Mapping[str, V]
) -> Callable[[Done, Moment], list[tuple[V, Match]]]:
    def seek(done: Done, at: Moment) -> list[tuple[V, Match]]:
        values = event_values(done, name, None, at.shop_zone)
        return [
            (by_text[text], Match(done, done.lines))
            for text in dict.fromkeys(map(text_of, values))
            if text is not None and text in by_text
        ]

    return seek


def _in_lines(
    name: str, by_text: Mapping[str, V]
) -> Callable[[Done, Moment], list[tuple[V, Match]]]:
    if name in TEXTS_OF_LINE:
        return _in_words(TEXTS_OF_LINE[name], by_text)

    def seek(done: Done, _at: Moment) -> list[tuple[V, Match]]:
        found: dict[str, list[Line]] = {}
        for line in done.lines:
            for text in {*map(text_of, line_values(done, line, name, None))}:
                if text is not None and text in by_text:
                    found.setdefault(text, []).append(line)
        return [
            (by_text[text], Match(done, tuple(lines))) for text, lines in found.items()
        ]

    return seek


def _in_words(
    field: str, by_text: Mapping[str, V]
) -> Callable[[Done, Moment], list[tuple[V, Match]]]:
    """Seek a text of our own making: each line has one, and nearly always is alone."""
    read = attrgetter(field)

    def seek(done: Done, _at: Moment) -> list[tuple[V, Match]]:
        if len(done.lines) == 1:
            asks = by_text.get(read(done.lines[0]))
            return [] if asks is None else [(asks, Match(done, done.lines))]
        found: dict[str, list[Line]] = {}
        for line in done.lines:
            if read(line) in by_text:
                found.setdefault(read(line), []).append(line)
        return [
            (by_text[text], Match(done, tuple(lines))) for text, lines in found.items()
        ]

    return seek


def _of_lines(field: str, wanted: str) -> Tester:
    read = attrgetter(field)

    def test(done: Done, _at: Moment) -> Match | None:
        lines = tuple([line for line in done.lines if read(line) == wanted])
        return Match(done, lines) if lines else None

    return test


def _of_event(field: str, wanted: str) -> Tester:
    read = attrgetter(field)

    def test(done: Done, _at: Moment) -> Match | None:
        return Match(done, done.lines) if read(done) == wanted else None

    return test


def amount_reader(wanted: Sum) -> ReadAmount:
    """Give what says how much something done adds to a sum."""
    name = wanted.of
    if wanted.currency is not None or name.startswith("$") or "." in name:
        return lambda match, at: total(wanted, (match,), at)

    def read(match: Match, at: Moment) -> int:
        value = match.done.properties.get(name)
        if isinstance(value, (int, float, str)):
            return number_of(value) or 0
        return 0 if value is None else total(wanted, (match,), at)

    return read
