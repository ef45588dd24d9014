"""What comparisons and sums mean of something done, looked up beforehand.

For the commonest there is a shorter way; all do what habitue.segment.doing does, which
says what they mean.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TypeAlias

from habitue.segment.compare import Moment
from habitue.segment.condition import Sum, Where
from habitue.segment.doing import Match, match, total
from habitue.segment.facts import Done
from habitue.segment.reading import TEXTS_OF_EVENT, TEXTS_OF_LINE
from habitue.segment.values import number_of

Tester: TypeAlias = Callable[[Done, Moment], Match | None]
# From what is meant to what it adds, in millionths.
ReadAmount: TypeAlias = Callable[[Match, Moment], int]


def tester(where: Sequence[Where]) -> Tester:
    """Give what says whether something done is meant, and which of its lines."""
    if not where:
        return lambda done, _at: Match(done, done.lines)
    if len(where) == 1 and where[0].op == "is" and where[0].currency is None:
        wanted, name = where[0].value, where[0].property
        # A text of our own making is the wanted one, or is not.
        if isinstance(wanted, str) and wanted:
            if name in TEXTS_OF_LINE:
                return _of_lines(TEXTS_OF_LINE[name], wanted)
            if name in TEXTS_OF_EVENT:
                return _of_event(TEXTS_OF_EVENT[name], wanted)
    return lambda done, at: match(done, where, at)


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
