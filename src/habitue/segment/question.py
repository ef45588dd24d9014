"""What a question is, and what all of them share: comparing, and windows until now."""

import operator
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Any, Protocol

from habitue.segment.compare import Moment
from habitue.segment.condition import Order, Window
from habitue.segment.following import Answer, ByLeaf, Settled
from habitue.segment.moments import is_open, window_us

# What habitue.segment.compare.ordered does, looked up beforehand.
ORDERS: dict[Order, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
# By how much more than what it is compared with a number has to be, at the least, for
# the answer to be another one than for less.
ABOVE: dict[Order, int] = {">=": 0, "<": 0, ">": 1, "<=": 1}


class Question(Protocol):
    """What is asked of the entries of some leaves."""

    # The leaves it rests on, in the order of the entries it is given.
    leaves: tuple[int, ...]
    # Of fewer entries of one leaf than these the answer is that of somebody who did
    # nothing, at any time; of amounts, where those above 0 add up to less.
    needs: int
    # So it is without entries of the leaf it is at home with, and of the other one, if
    # there is one (0: there is none).
    home: int
    other: int

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


def reached(op: Order) -> Settled:
    """Say which answer stays, once so much is reached as it is compared with."""
    if op == "=":
        return Settled.NONE
    return Settled.YES if op in (">", ">=") else Settled.NO


class Span:
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
