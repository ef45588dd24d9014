"""What conditions ask of leaves: whether they hold, and until when they surely do.

One question for all conditions that ask the same. Each answers as the meaning does
(habitue.segment.meaning), and names a moment before which time alone changes nothing.
"""

import operator
from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection
from typing import Any, Protocol

from habitue.base.clock import DAY_US
from habitue.segment.change import instants
from habitue.segment.compare import MOVING, Moment
from habitue.segment.condition import (
    Condition,
    Count,
    Did,
    DidNot,
    Distinct,
    HasComputed,
    HasTrait,
    Order,
    Sequence,
    Sum,
    Window,
)
from habitue.segment.doing import AT_LEAST_ONCE, limit_of
from habitue.segment.facts import Facts
from habitue.segment.following import NOTHING, Answer, ByLeaf, Following, Settled
from habitue.segment.meaning import holds
from habitue.segment.moments import has, is_open, window_us

# What habitue.segment.compare.ordered does, looked up beforehand.
ORDERS: dict[Order, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}


_amount = operator.itemgetter(1)
# By how much more than what it is compared with a number has to be, at the least, for
# the answer to be another one than for less.
ABOVE: dict[Order, int] = {">=": 0, "<": 0, ">": 1, "<=": 1}


class Question(Protocol):
    """What is asked of the entries of some leaves."""

    # The leaves it rests on, in the order of the entries it is given.
    leaves: tuple[int, ...]

    def answer(self, entries: list[list[Any]], at: Moment) -> Answer:
        """Judge entries, in order of time, at a moment."""
        ...

    def settled(self, leaf: int) -> Settled:
        """Say which answers stay what they are when a leaf takes something more.

        Namely what is no earlier than anything the person noted, is not to come, and
        adds no amount below 0. Nor may the moment come any nearer at which time alone
        changes the answer.
        """
        ...

    def again(self, held: ByLeaf, at: Moment) -> Answer | None:
        """Judge entries by leaf after one took something more, as settled() says.

        What is settled is not asked. None: nothing has changed, and no moment comes
        nearer.
        """
        ...


def question_of(condition: Condition, leaves: tuple[int, ...]) -> Question:
    """Make the question that a single condition of things done asks."""
    match condition:
        case DidNot(within=within):
            return _Counting(leaves, Count(op="<", value=1), within)
        case Did(which="first" | "last"):
            return _AtTheEdge(leaves, condition)
        case Did(sum=wanted) if wanted is not None:
            return _Adding(leaves, wanted, condition)
        case Did(distinct=different) if different is not None:
            return _Differing(leaves, different, condition)
        case Did():
            return _Counting(leaves, condition.count or AT_LEAST_ONCE, condition.within)
        case Sequence():
            return Following(leaves, condition)
        case _:
            raise TypeError(f"{type(condition).__name__} asks nothing of leaves.")


def _reached(op: Order) -> Settled:
    """Say which answer stays, once so much is reached as it is compared with."""
    if op == "=":
        return Settled.NONE
    return Settled.YES if op in (">", ">=") else Settled.NO


class _Span:
    """How long things count until now; 0: for ever, or all between a leaf's dates."""

    def __init__(self, within: Window | None) -> None:
        is_so = within is not None and is_open(within)
        self.for_us = window_us(within) if within is not None and is_so else 0

    def of_times(self, times: list[int], now_us: int) -> tuple[int, int]:
        """Say which times count: from the first number on, before the second."""
        high = len(times)
        if high and times[-1] > now_us:
            high = bisect_right(times, now_us)
        return bisect_right(times, now_us - self.for_us) if self.for_us else 0, high

    def of_pairs(self, entries: list[Any], now_us: int) -> tuple[int, int]:
        """Say so of times with something beside them."""
        high = len(entries)
        if high and entries[-1][0] > now_us:
            high = bisect_left(entries, (now_us + 1,))
        if not self.for_us:
            return 0, high
        return bisect_left(entries, (now_us - self.for_us + 1,)), high


class _Counting:
    """How often."""

    def __init__(
        self, leaves: tuple[int, ...], count: Count, within: Window | None
    ) -> None:
        self.leaves = leaves
        self._wanted = count.value
        self._ordered = ORDERS[count.op]
        self._span = _Span(within)
        # From how many on the answer is another one; None: there are two such.
        self._needed = None if count.op == "=" else count.value + ABOVE[count.op]
        self._settled = _reached(count.op)

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


class _OfPairs(ABC):
    """What all questions share that look at times with something beside them."""

    def __init__(self, leaves: tuple[int, ...], within: Window | None) -> None:
        self.leaves = leaves
        self._span = _Span(within)

    def again(self, held: ByLeaf, at: Moment) -> Answer | None:
        return self.answer([held.get(self.leaves[0], NOTHING)], at)

    @abstractmethod
    def answer(self, entries: list[list[Any]], at: Moment) -> Answer: ...

    def _settles(self, op: Order, limit: int) -> Settled:
        """Say which answer stays, if it takes at least one thing to reach it."""
        needs = op != "=" and limit + ABOVE[op] > 0
        return _reached(op) if needs else Settled.NONE

    def _next(self, entries: list[Any], low: int, high: int) -> int | None:
        """Say when the first entry leaves, or the next one comes about."""
        ahead = entries[high][0] if high < len(entries) else None
        if not self._span.for_us or low == high:
            return ahead
        leaves_us: int = entries[low][0] + self._span.for_us
        return leaves_us if ahead is None else min(ahead, leaves_us)


class _Adding(_OfPairs):
    """What it adds up to."""

    def __init__(self, leaves: tuple[int, ...], wanted: Sum, did: Did) -> None:
        super().__init__(leaves, did.within)
        self._ordered, self._limit = ORDERS[wanted.op], limit_of(wanted)
        self._settled = self._settles(wanted.op, self._limit)

    def settled(self, _leaf: int) -> Settled:
        return self._settled

    def again(self, held: ByLeaf, at: Moment) -> Answer | None:
        amounts, for_us = held.get(self.leaves[0], NOTHING), self._span.for_us
        is_old = for_us and amounts and amounts[0][0] <= at.now_us - for_us
        if is_old or self._settled is Settled.NONE:
            return self.answer([amounts], at)
        is_so = self._ordered(_added_up(amounts), self._limit)
        if is_so is not (self._settled is Settled.YES) and len(amounts) != 1:
            # What leaves first has not changed either.
            return None
        return Answer(is_so, amounts[0][0] + for_us if for_us and amounts else None)

    def answer(self, entries: list[list[Any]], at: Moment) -> Answer:
        amounts = entries[0]
        low, high = self._span.of_pairs(amounts, at.now_us)
        total = _added_up(amounts[low:high])
        is_so = self._ordered(total, self._limit)
        return Answer(is_so, self._next(amounts, low, high))


def _added_up(amounts: list[Any]) -> int:
    """Add amounts up, of which very large ones stand as their digits."""
    try:
        return sum(map(_amount, amounts))
    except TypeError:
        return sum([int(amount) for _, amount in amounts])


class _Differing(_OfPairs):
    """How many different values."""

    def __init__(self, leaves: tuple[int, ...], wanted: Distinct, did: Did) -> None:
        super().__init__(leaves, did.within)
        self._ordered, self._limit = ORDERS[wanted.op], wanted.value
        self._settled = self._settles(wanted.op, wanted.value)

    def settled(self, _leaf: int) -> Settled:
        return self._settled

    def answer(self, entries: list[list[Any]], at: Moment) -> Answer:
        values = entries[0]
        low, high = self._span.of_pairs(values, at.now_us)
        is_so = self._ordered(len({v for _, v in values[low:high]}), self._limit)
        return Answer(is_so, self._next(values, low, high))


class _AtTheEdge(_OfPairs):
    """Whether the first or the last of all was such a one."""

    def __init__(self, leaves: tuple[int, ...], did: Did) -> None:
        super().__init__(leaves, did.within)
        self._first = did.which == "first"
        self._within = did.within

    def settled(self, _leaf: int) -> Settled:
        # Where the first was such a one, it stays the first.
        return Settled.YES if self._first else Settled.NONE

    def answer(self, entries: list[list[Any]], at: Moment) -> Answer:
        edges = entries[0]
        past = bisect_left(edges, (at.now_us + 1,))
        ahead = edges[past][0] if past < len(edges) else None
        if not past:
            return Answer(False, ahead)
        at_us, is_meant = edges[0 if self._first else past - 1]
        if not is_meant or not has(self._within, at_us, at.now_us, at.shop_zone):
            return Answer(False, ahead)
        if not self._span.for_us:
            return Answer(True, ahead)
        over_us = at_us + self._span.for_us
        return Answer(True, over_us if ahead is None else min(over_us, ahead))


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
