"""RFM of a part of what people buy: the purchases that are scored, and their money.

Of a category a purchase is worth its lines of it, less the share that was refunded by
its status; of a return its lines of the category. Of a store count what was bought
there and what was brought back there.
"""

from collections.abc import Callable, Iterable, Iterator

from habitue.model.score import RfmPart
from habitue.profile.computed import Facts
from habitue.profile.key import RETURN
from habitue.profile.parse import share
from habitue.profile.rows import COUNTED, Head

# Gives the lines of an object: category, and the amount in minor units, if it is known.
Lines = Callable[[str, Head], Iterable[tuple[str, int | None]]]
# An object with what it adds to gross and to returns.
Money = tuple[Head, int, int]


class PartFacts:
    """What a person bought of a part, as RFM reads it."""

    def __init__(self, facts: Facts, part: RfmPart, lines: Lines) -> None:
        """lines: asked for only where a category is meant."""
        self._bought = [
            found
            for key, head in facts.heads
            if head.flags & COUNTED
            and head.kind != RETURN
            and (found := _of_purchase(key, head, part, lines)) is not None
        ]
        self._back = [
            found
            for key, head in facts.heads
            if head.flags & COUNTED
            and head.kind == RETURN
            and (found := _of_return(key, head, part, lines)) is not None
        ]
        self.purchases = [head for head, _, _ in self._bought]

    def money(self) -> Iterator[Money]:
        """Give each object with what it adds to gross and to returns."""
        yield from self._bought
        yield from self._back


def _of_purchase(key: str, head: Head, part: RfmPart, lines: Lines) -> Money | None:
    amount = _amount(key, head, part, lines)
    if amount is None:
        return None
    if not part.category:
        return head, amount, head.returned
    return head, amount, share(head.returned, amount, head.amount)


def _of_return(key: str, head: Head, part: RfmPart, lines: Lines) -> Money | None:
    amount = _amount(key, head, part, lines)
    return None if amount is None else (head, 0, amount)


def _amount(key: str, head: Head, part: RfmPart, lines: Lines) -> int | None:
    """Give what an object is worth of a part; None if it has nothing to do with it."""
    if part.store and head.store != part.store:
        return None
    if not part.category:
        return head.amount
    told = [
        amount for category, amount in lines(key, head) if category == part.category
    ]
    return sum(amount or 0 for amount in told) if told else None
