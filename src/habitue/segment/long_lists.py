"""Long lists of entries that know what they are asked for.

What amounts add up to, and how many different values there are: so an event of somebody
who did a thing a hundred thousand times takes hardly longer to judge than anybody's.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

from habitue.segment.leaves import at_of

# Fewer are added up as quickly.
FEW = 4


class Summed(list[Any]):
    """Moments with amounts, in order, and what they add up to from the first on."""

    def __init__(self, entries: Iterable[Any]) -> None:
        super().__init__(entries)
        amounts = [int(one) for _, one in self]
        self._upto = [*accumulate(amounts, initial=0)]
        # Some are below 0.
        self.falls = min(amounts, default=0) < 0

    def total(self, low: int, high: int) -> int:
        """Add up from one place on, before another."""
        return self._upto[high] - self._upto[low]

    def take(self, entry: tuple[int, int | str]) -> None:
        """Put an entry where it belongs."""
        place = len(self)
        if place and entry[0] < self[-1][0]:
            place = bisect_right(self, entry[0], key=at_of)
        amount, upto = int(entry[1]), self._upto
        self.insert(place, entry)
        self.falls = self.falls or amount < 0
        upto[place:] = [upto[place], *[one + amount for one in upto[place:]]]


class Totalled(list[Any]):
    """Moments with amounts, in order, and what they add up to; only put behind.

    most: what those above 0 add up to. Whoever changes it otherwise makes it anew.
    """

    __slots__ = ("most", "total")
    most: int
    total: int

    def __init__(self, entries: Iterable[Any]) -> None:
        super().__init__(entries)
        amounts = [one for _, one in self]
        self.total = sum(amounts)
        self.most = sum(one for one in amounts if one > 0)

    def take(self, at_us: int, amount: int) -> None:
        """Put an amount behind all others."""
        self.append((at_us, amount))
        self.total += amount
        if amount > 0:
            self.most += amount


def totalled(amounts: list[Any]) -> list[Any]:
    """Have amounts know what they add up to, where these are many, and numbers."""
    if len(amounts) < FEW or any(isinstance(one, str) for _, one in amounts):
        return amounts
    return Totalled(amounts)


class Different(list[Any]):
    """Moments with values, in order, each value once: where it was told last."""

    def __init__(self, entries: Iterable[Any]) -> None:
        self._last: dict[Any, int] = {}
        for at_us, value in entries:
            self._last[value] = max(at_us, self._last.get(value, at_us))
        super().__init__(sorted((at_us, one) for one, at_us in self._last.items()))

    def take(self, entry: tuple[int, Any]) -> None:
        """Put an entry where it belongs, if it is the last of its value."""
        at_us, value = entry
        held_us = self._last.get(value)
        if held_us is not None:
            if held_us >= at_us:
                return
            del self[bisect_left(self, (held_us, value))]
        self._last[value] = at_us
        self.insert(bisect_left(self, entry), entry)
