"""Which of the things done a condition means, and which of their lines.

What is asked of lines has to hold of one and the same line. A thing that is asked
nothing about its lines is meant with all of them.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from habitue.segment.compare import Moment, compares, ordered
from habitue.segment.condition import (
    Count,
    Did,
    Distinct,
    Doing,
    Sum,
    Where,
    Window,
    names_of,
)
from habitue.segment.facts import Done, Facts, Line, is_named
from habitue.segment.moments import has
from habitue.segment.reading import event_values, is_of_line, line_values
from habitue.segment.values import NUMBER_DIGITS, number_of, text_of

AT_LEAST_ONCE = Count(op=">=", value=1)


def is_once(count: Count) -> bool:
    """Say whether it tells who did something at all from who never did, and no more.

    >>> [is_once(Count(op=">=", value=one)) for one in (1, 2)]
    [True, False]
    """
    told = max(count.value, 1)
    return (
        len({ordered(count.op, one, count.value) for one in (1, told, told + 1)}) == 1
    )


class Match(Struct, frozen=True, gc=False):
    """Something done that is meant, with those of its lines that are."""

    done: Done
    lines: tuple[Line, ...]


def match(done: Done, where: Sequence[Where], at: Moment) -> Match | None:
    """Give a thing done with the lines that are meant; None if it isn't."""
    of_lines = [test for test in where if is_of_line(test.property)]
    for test in where:
        if not is_of_line(test.property):
            values = event_values(done, test.property, test.currency, at.shop_zone)
            if not compares(test.op, test.value, values, at):
                return None
    if not of_lines:
        return Match(done, done.lines)
    lines = tuple(line for line in done.lines if _is_meant(done, line, of_lines, at))
    return Match(done, lines) if lines else None


def _is_meant(done: Done, line: Line, where: list[Where], at: Moment) -> bool:
    return all(
        compares(
            test.op,
            test.value,
            line_values(done, line, test.property, test.currency),
            at,
        )
        for test in where
    )


def named(doing: Doing, facts: Facts, at: Moment) -> Iterator[Done]:
    """Give what was done by now under the names that are meant."""
    names = names_of(doing)
    return (
        done for done in facts.done if done.at_us <= at.now_us and is_named(done, names)
    )


def matching(
    doing: Doing, window: Window | None, facts: Facts, at: Moment
) -> list[Match]:
    """Give all that is meant, within a window until now, in no particular order."""
    found = (
        match(done, doing.where, at)
        for done in named(doing, facts, at)
        if has(window, done.at_us, at.now_us, at.shop_zone)
    )
    return [one for one in found if one is not None]


def meant(did: Did, facts: Facts, at: Moment) -> list[Match]:
    """Give what counts for a did: of first and last only what happened then.

    Where several things happened at that very moment, any of them may do.
    """
    found = matching(did, did.within, facts, at)
    if did.which == "any" or not found:
        return found
    moments = (done.at_us for done in named(did, facts, at))
    edge_us = min(moments) if did.which == "first" else max(moments)
    return [one for one in found if one.done.at_us == edge_us]


def is_enough(did: Did, found: Sequence[Match], at: Moment) -> bool:
    """Say whether what was found is as much as a did asks for."""
    if did.sum is not None:
        return ordered(did.sum.op, total(did.sum, found, at), limit_of(did.sum))
    if did.distinct is not None:
        different = len(values_of(did.distinct, found, at))
        return ordered(did.distinct.op, different, did.distinct.value)
    count = did.count or AT_LEAST_ONCE
    return ordered(count.op, len(found), count.value)


def total(wanted: Sum, found: Iterable[Match], at: Moment) -> int:
    """Add a property up, in millionths; what tells no number of it adds nothing."""
    return sum(
        number
        for one in found
        for value in _values(wanted.of, wanted.currency, one, at)
        if (number := number_of(value)) is not None
    )


def limit_of(wanted: Sum) -> int:
    """Give what a sum is compared with, in millionths."""
    limit = number_of(wanted.value)
    return wanted.value * 10**NUMBER_DIGITS if limit is None else limit


def values_of(wanted: Distinct, found: Iterable[Match], at: Moment) -> set[str]:
    """Give the different values of a property: texts, and whole numbers as text."""
    texts = (
        text_of(value) for one in found for value in _values(wanted.of, None, one, at)
    )
    return {text for text in texts if text is not None}


def _values(
    name: str, currency: str | None, found: Match, at: Moment
) -> Iterator[object]:
    if not is_of_line(name):
        yield from event_values(found.done, name, currency, at.shop_zone)
        return
    for line in found.lines:
        yield from line_values(found.done, line, name, currency)
