"""What conditions ask of leaves: whether they hold, and until when they surely do.

One question for all conditions that ask the same. Each answers as the meaning does
(habitue.segment.meaning), and names a moment before which time alone changes nothing.
"""

from collections.abc import Collection
from typing import Any

from habitue.base.clock import DAY_US
from habitue.segment.alike import is_compared
from habitue.segment.beside import Adding, AtTheEdge, Differing, Totals
from habitue.segment.change import instants
from habitue.segment.compare import MOVING, Moment
from habitue.segment.condition import (
    Condition,
    Count,
    Did,
    DidNot,
    HasComputed,
    HasTrait,
    Sequence,
    Window,
)
from habitue.segment.coursing import Coursing
from habitue.segment.doing import AT_LEAST_ONCE
from habitue.segment.facts import Facts
from habitue.segment.following import NOTHING, Answer, ByLeaf, Following, Settled
from habitue.segment.meaning import holds
from habitue.segment.question import ABOVE, ORDERS, Question, Span, reached


def question_of(
    condition: Condition, leaves: tuple[int, ...], totals: Totals
) -> Question:
    """Make the question that a single condition of things done asks.

    totals: shared by all questions that are asked together.
    """
    match condition:
        case DidNot(within=within):
            return _Counting(leaves, Count(op="<", value=1), within)
        case Did(which="first" | "last"):
            return AtTheEdge(leaves, condition)
        case Did(sum=wanted) if wanted is not None:
            return Adding(leaves, wanted, condition, totals)
        case Did(distinct=different) if different is not None:
            return Differing(leaves, different, condition)
        case Did():
            return _Counting(leaves, condition.count or AT_LEAST_ONCE, condition.within)
        case Sequence():
            if is_compared(condition):
                return Coursing(leaves, condition)
            return Following(leaves, condition)
        case _:
            raise TypeError(f"{type(condition).__name__} asks nothing of leaves.")


class _Counting:
    """How often."""

    other = 0

    def __init__(
        self, leaves: tuple[int, ...], count: Count, within: Window | None
    ) -> None:
        self.leaves = leaves
        self.home = leaves[0]
        self._wanted = count.value
        self._ordered = ORDERS[count.op]
        self._span = Span(within)
        # From how many on the answer is another one; None: there are two such.
        self._needed = None if count.op == "=" else count.value + ABOVE[count.op]
        self.needs = max(self._needed or 0, 0)
        self._settled = reached(count.op)

    def settled(self, _leaf: int) -> Settled:
        return self._settled

    def again(self, held: ByLeaf, at: Moment) -> Answer | None:
        times, needed = held.get(self.leaves[0], NOTHING), self._needed
        if needed is None:
            return self.answer([times], at)
        if len(times) < needed:
            return None
        for_us, decides_us = self._span.for_us, times[-needed]
        if not for_us:
            return Answer(self._settled is Settled.YES)
        if decides_us <= at.now_us - for_us:
            return None
        return Answer(self._settled is Settled.YES, decides_us + for_us)

    def answer(self, entries: list[list[Any]], at: Moment) -> Answer:
        times: list[int] = entries[0]
        low, high = self._span.of_times(times, at.now_us)
        number = high - low
        is_so = self._ordered(number, self._wanted)
        return Answer(is_so, self._next(times, low, high))

    def _next(self, times: list[int], low: int, high: int) -> int | None:
        ahead = times[high] if high < len(times) else None
        for_us, needed = self._span.for_us, self._needed
        if not for_us or low == high:
            return ahead
        # What decides is the entry without which they are too few; of two that do, or
        # where more may come meanwhile, the first.
        if ahead is not None or needed is None:
            leaves_us = times[low] + for_us
            return leaves_us if ahead is None else min(ahead, leaves_us)
        return times[high - needed] + for_us if 0 < needed <= high - low else None


def of_profile(
    condition: Condition, facts: Facts, at: Moment, daily: Collection[str]
) -> Answer:
    """Judge what is asked of the profile. daily: what changes at midnight, UTC."""
    return Answer(
        holds(condition, facts, at), _changes(condition, facts, at.now_us, daily)
    )


def _changes(
    condition: Condition, facts: Facts, now_us: int, daily: Collection[str]
) -> int | None:
    if not isinstance(condition, HasTrait | HasComputed):
        return None
    found = []
    if condition.op in MOVING:
        found += instants(condition, facts, now_us)[:1]
    if isinstance(condition, HasComputed) and is_daily(condition, daily):
        found.append((now_us // DAY_US + 1) * DAY_US)
    return min(found, default=None)


def is_daily(condition: HasComputed, daily: Collection[str]) -> bool:
    """Say whether a computed trait changes by time alone, at midnight UTC."""
    return condition.name.partition(".")[0] in daily
