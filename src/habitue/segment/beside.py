"""Questions of times with something beside them: an amount, a value, an answer."""

import operator
from abc import ABC, abstractmethod
from bisect import bisect_left
from typing import Any

from habitue.segment.compare import Moment
from habitue.segment.condition import Did, Distinct, Order, Sum, Window
from habitue.segment.doing import limit_of
from habitue.segment.following import NOTHING, Answer, ByLeaf, Settled
from habitue.segment.long_lists import Different, Summed, Totalled
from habitue.segment.moments import has
from habitue.segment.question import ABOVE, ORDERS, Span, reached

_amount = operator.itemgetter(1)


class _OfPairs(ABC):
    """What all questions share that look at times with something beside them."""

    needs = other = 0

    def __init__(self, leaves: tuple[int, ...], within: Window | None) -> None:
        self.leaves = leaves
        self.home = leaves[0]
        self._span = Span(within)

    def again(self, held: ByLeaf, at: Moment) -> Answer | None:
        return self.answer([held.get(self.leaves[0], NOTHING)], at)

    @abstractmethod
    def answer(self, entries: list[list[Any]], at: Moment) -> Answer: ...

    def _settles(self, op: Order, limit: int) -> Settled:
        """Say which answer stays, if it takes at least one thing to reach it."""
        needs = op != "=" and limit + ABOVE[op] > 0
        return reached(op) if needs else Settled.NONE

    def _next(self, entries: list[Any], low: int, high: int) -> int | None:
        """Say when the first entry leaves, or the next one comes about."""
        ahead = entries[high][0] if high < len(entries) else None
        if not self._span.for_us or low == high:
            return ahead
        leaves_us: int = entries[low][0] + self._span.for_us
        return leaves_us if ahead is None else min(ahead, leaves_us)


class Totals:
    """What all amounts of a leaf add up to; several questions in turn ask it of one."""

    def __init__(self) -> None:
        self._of: list[Any] = []
        self._size, self._last = 0, None
        self._total, self._most = 0, 0

    def of(self, amounts: list[Any]) -> int:
        """Add them up, unless that was done last."""
        if type(amounts) is Totalled:
            return amounts.total
        self._look(amounts)
        return self._total

    def most(self, amounts: list[Any]) -> int:
        """Add those up that are above 0: what no part of them exceeds."""
        if type(amounts) is Totalled:
            return amounts.most
        self._look(amounts)
        return self._most

    def _look(self, amounts: list[Any]) -> None:
        size = len(amounts)
        last = amounts[-1] if size else None
        # Entries are only put behind a list, or taken away before it.
        if not (self._of is amounts and self._size == size and self._last is last):
            self._of, self._size, self._last = amounts, size, last
            self._total, self._most = totals(amounts, 0, size)


class Adding(_OfPairs):
    """What it adds up to."""

    def __init__(
        self, leaves: tuple[int, ...], wanted: Sum, did: Did, totals: Totals
    ) -> None:
        super().__init__(leaves, did.within)
        self._totals = totals
        self._ordered, self._limit = ORDERS[wanted.op], limit_of(wanted)
        self._settled = self._settles(wanted.op, self._limit)
        # Where amounts above 0 don't add up to so much, it stays as it is for none.
        rises = self._settled is not Settled.NONE
        self.needs = self._limit + ABOVE[wanted.op] if rises else 0

    def settled(self, _leaf: int) -> Settled:
        return self._settled

    def again(self, held: ByLeaf, at: Moment) -> Answer | None:
        amounts, for_us = held.get(self.leaves[0], NOTHING), self._span.for_us
        is_old = for_us and amounts and amounts[0][0] <= at.now_us - for_us
        if is_old or self._settled is Settled.NONE:
            return self.answer([amounts], at)
        is_so = self._ordered(self._totals.of(amounts), self._limit)
        return Answer(is_so, amounts[0][0] + for_us if for_us and amounts else None)

    def answer(self, entries: list[list[Any]], at: Moment) -> Answer:
        amounts = entries[0]
        low, high = self._span.of_pairs(amounts, at.now_us)
        total, most = totals(amounts, low, high)
        is_so = self._ordered(total, self._limit)
        if most < self.needs:
            # Nothing that leaves brings it about.
            return Answer(is_so, amounts[high][0] if high < len(amounts) else None)
        return Answer(is_so, self._next(amounts, low, high))


def totals(amounts: list[Any], low: int, high: int) -> tuple[int, int]:
    """Add amounts up from one place on, before another; and those above 0 alone."""
    if isinstance(amounts, Summed):
        total = amounts.total(low, high)
        if not amounts.falls:
            return total, total
    if type(amounts) is Totalled and not low and high == len(amounts):
        return amounts.total, amounts.most
    held = amounts[low:high]
    try:
        parts = list(map(_amount, held))
        total = sum(parts)
    except TypeError:
        # Very large ones stand as their digits.
        parts = [int(amount) for _, amount in held]
        total = sum(parts)
    if not parts or min(parts) >= 0:
        return total, total
    return total, sum(one for one in parts if one > 0)


class Differing(_OfPairs):
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
        if isinstance(values, Different):
            number = high - low
        else:
            number = len({value for _, value in values[low:high]})
        is_so = self._ordered(number, self._limit)
        return Answer(is_so, self._next(values, low, high))


class AtTheEdge(_OfPairs):
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
