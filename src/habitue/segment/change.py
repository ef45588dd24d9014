"""When a person enters or leaves by time alone, with nothing told.

Truth changes only at instants that the facts give: when something counts for the
first time, and when it no longer does. next_change looks at these in order and gives
the first at which the condition's truth is another one, so it is exact.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from habitue.base.clock import DAY_US
from habitue.base.days import day_at, day_start_us
from habitue.segment.compare import MOVING
from habitue.segment.condition import (
    Condition,
    Did,
    DidNot,
    HasComputed,
    HasTrait,
    Sequence,
    Window,
    names_of,
)
from habitue.segment.facts import Facts, is_named
from habitue.segment.meaning import matches, trait_values
from habitue.segment.moments import (
    day_of_year,
    in_year,
    is_open,
    moment_of,
    window_us,
)
from habitue.segment.walk import leaves

# A day of the year comes round within this time, 29 February included.
_ROUND_US = 2 * 366 * DAY_US
# The year 9000: what changes only then is not told.
_FAR_US = 7_030 * 365 * DAY_US


def next_change(condition: Condition, facts: Facts, now_us: int) -> int | None:
    """Give the earliest instant after now at which truth changes; None if never.

    It is meant with nothing more told until then.
    """
    now = matches(condition, facts, now_us)
    for at_us in instants(condition, facts, now_us):
        if matches(condition, facts, at_us) is not now:
            return at_us
    return None


def instants(condition: Condition, facts: Facts, now_us: int) -> list[int]:
    """Give all instants after now at which truth may change, in order.

    Between two of them it does not. Days that come round are given for so long as
    anything else may still change, and once more.
    """
    found = {
        at_us
        for leaf in leaves(condition)
        for at_us in _of_leaf(leaf, facts)
        if now_us < at_us < _FAR_US
    }
    until_us = min(max(found, default=now_us) + _ROUND_US, _FAR_US)
    for leaf in leaves(condition):
        if isinstance(leaf, HasTrait | HasComputed) and leaf.op == "anniversary":
            found.update(
                at_us
                for at_us in _anniversaries(leaf, facts, (now_us, until_us))
                if at_us > now_us
            )
    return sorted(found)


def _of_leaf(leaf: Condition, facts: Facts) -> Iterator[int]:
    match leaf:
        case Did(within=window) | DidNot(within=window):
            yield from _of_done(names_of(leaf), [window], facts)
        case Sequence():
            yield from _of_sequence(leaf, facts)
        case HasTrait() | HasComputed():
            yield from _of_trait(leaf, facts)
        case _:
            pass


def _of_done(
    names: tuple[str, ...], windows: Iterable[Window | None], facts: Facts
) -> Iterator[int]:
    """Give when things of these names come about, and when they leave windows."""
    spans = [window_us(one) for one in windows if one is not None and is_open(one)]
    for done in facts.done:
        if is_named(done, names):
            yield done.at_us
            for span_us in spans:
                yield done.at_us + span_us


def _of_sequence(leaf: Sequence, facts: Facts) -> Iterator[int]:
    lasting = None if leaf.then_not is None else leaf.then_not.lasting
    for step in leaf.steps:
        yield from _of_done(names_of(step), [leaf.within, lasting], facts)
        for deed in step.without:
            yield from _of_done(names_of(deed), [], facts)
    if leaf.then_not is not None:
        yield from _of_done(names_of(leaf.then_not), [], facts)


def _of_trait(leaf: HasTrait | HasComputed, facts: Facts) -> Iterator[int]:
    if leaf.op not in MOVING or not isinstance(leaf.value, Window):
        return
    span_us = window_us(leaf.value)
    for value in trait_values(leaf, facts):
        told_us = moment_of(value, facts.shop_zone)
        if told_us is not None:
            yield from (told_us - span_us, told_us, told_us + span_us)


def _anniversaries(
    leaf: HasTrait | HasComputed, facts: Facts, span: tuple[int, int]
) -> Iterator[int]:
    """Give when a day of the year comes near, and when it is over, in a span."""
    zone, days = facts.time_zone, leaf.value
    first, last = (day_at(at_us, zone).year for at_us in span)
    for value in trait_values(leaf, facts):
        found = day_of_year(value)
        if found is None or not isinstance(days, int):
            continue
        for year in range(first - 1, last + 2):
            day = in_year(found, year)
            yield day_start_us(day - timedelta(days=days - 1), zone)
            yield day_start_us(day + timedelta(days=1), zone)
