"""What leaves note of something done: found once for all that ask the same of it."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from msgspec import Struct

from habitue.segment.compare import Moment
from habitue.segment.doing import Match
from habitue.segment.facts import Done
from habitue.segment.leaves import kept_amount, noted_of
from habitue.segment.noting import Asked, OfAmounts, OfTimes, Plan, Wanted

_Others: TypeAlias = list[tuple[Wanted, list[Any]]]


class Found(Struct, frozen=True, gc=False):
    """What is to be noted of something done, leaf by leaf."""

    at_us: int
    times: list[OfTimes]
    # The leaves, and the amount that each of them notes.
    amounts: list[tuple[tuple[OfAmounts, ...], int]]
    others: _Others


def found_of(done: Done, plan: Plan, zone: str) -> Found:
    """Find what the leaves of a plan note of something done. zone: the shop's."""
    at = Moment(done.at_us, zone)
    found = Found(done.at_us, [], [], [])
    times, amounts = found.times, found.amounts
    meant = [] if plan.whole is None else [(plan.whole, Match(done, done.lines))]
    for seek in plan.sought:
        meant += seek(done, at)
    if plan.tested:
        meant += _tested(done, plan, at, found.others)
    for one, match in meant:
        times += one.times
        for read_amount, leaves in one.sums:
            amount = read_amount(match, at)
            # What is nothing adds nothing.
            if amount:
                amounts.append((leaves, amount))
    return found


def _tested(
    done: Done, plan: Plan, at: Moment, others: _Others
) -> Iterator[tuple[Asked, Match]]:
    """Give what is tested and meant; what else leaves note is put to others."""
    whole = Match(done, done.lines)
    for one in plan.tested:
        match = whole if one.test is None else one.test(done, at)
        if match is not None:
            yield one, match
        for other in one.others:
            more = noted_of(other.leaf, done, match, at.shop_zone)
            if more:
                others.append((other, more))


def entries_in(found: Found) -> Iterator[tuple[int, Any]]:
    """Give the leaves that note something, and each entry of theirs."""
    for of_times in found.times:
        yield of_times[0], found.at_us
    for leaves, amount in found.amounts:
        for of_amounts in leaves:
            yield of_amounts[0], (found.at_us, kept_amount(amount))
    for other, more in found.others:
        for entry in more:
            yield other.number, entry
