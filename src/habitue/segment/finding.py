"""What leaves note of something done: found once for all that ask the same of it."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from habitue.segment.compare import Moment
from habitue.segment.doing import Match
from habitue.segment.facts import Done
from habitue.segment.leaves import kept_amount, noted_of
from habitue.segment.noting import Asked, OfTimes, Plan, Wanted


class Found(Struct, frozen=True, gc=False):
    """What is to be noted of something done, leaf by leaf."""

    at_us: int
    times: list[OfTimes]
    # The leaf, what it keeps, and the amount.
    amounts: list[tuple[int, Any, int]]
    others: list[tuple[Wanted, list[Any]]]


def found_of(done: Done, plan: Plan, zone: str) -> Found:
    """Find what the leaves of a plan note of something done. zone: the shop's."""
    at = Moment(done.at_us, zone)
    found = Found(done.at_us, [], [], [])
    whole = Match(done, done.lines)
    for one in plan.tested:
        match = whole if one.test is None else one.test(done, at)
        if match is not None:
            _mean(one, match, at, found)
        for other in one.others:
            more = noted_of(other.leaf, done, match, zone)
            if more:
                found.others.append((other, more))
    for seek in plan.sought:
        for one, match in seek(done, at):
            _mean(one, match, at, found)
    return found


def _mean(one: Asked, match: Match, at: Moment, found: Found) -> None:
    """Have moments and amounts of what is meant be noted."""
    found.times.extend(one.times)
    for read_amount, leaves in one.sums:
        amount = read_amount(match, at)
        # What is nothing adds nothing.
        if amount:
            found.amounts.extend([(number, keep, amount) for number, keep in leaves])


def entries_in(found: Found) -> Iterator[tuple[int, Any]]:
    """Give the leaves that note something, and each entry of theirs."""
    for of_times in found.times:
        yield of_times[0], found.at_us
    for number, _, amount in found.amounts:
        yield number, (found.at_us, kept_amount(amount))
    for other, more in found.others:
        for entry in more:
            yield other.number, entry
