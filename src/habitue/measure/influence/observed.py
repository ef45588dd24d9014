"""What followed: a ratio of sums, which says nothing of what was the cause."""

from bisect import bisect_left
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from msgspec import Struct

from habitue.base.clock import DAY_US

DAYS = 10


class Bought(NamedTuple):
    """A purchase; person: None where nobody knows the buyer; amount: minor units."""

    person: int | None
    at_us: int
    in_store: bool
    amount: int


class Observed(Struct, frozen=True):
    """Money (minor units) spent online, and in stores within some days after it.

    Each receipt counts once, however many orders went before it. unknown: money of
    the span's receipts whose buyers nobody knows, which can't be tied to anything.
    """

    online: int = 0
    store: int = 0
    unknown: int = 0
    orders: int = 0
    receipts: int = 0

    @property
    def ratio(self) -> Fraction | None:
        """Units in the store for one spent online; None where none was."""
        return Fraction(self.store, self.online) if self.online else None


def observed(
    bought: Iterable[Bought], since_us: int, until_us: int, days: int = DAYS
) -> Observed:
    """Sum what followed the orders of a span. This is what it means; SQL is held to it.

    Orders of the last days are left out, as what follows them is not over yet.
    """
    within_us, told = days * DAY_US, list(bought)
    orders = [
        one
        for one in told
        if not one.in_store
        and one.person is not None
        and since_us <= one.at_us < until_us - within_us
    ]
    times: dict[int | None, list[int]] = {}
    for one in sorted(orders, key=lambda order: order.at_us):
        times.setdefault(one.person, []).append(one.at_us)
    receipts = [one for one in told if one.in_store and one.at_us < until_us]
    followed = [one for one in receipts if _follows(one, times, within_us)]
    return Observed(
        online=sum(one.amount for one in orders),
        store=sum(one.amount for one in followed),
        unknown=sum(
            one.amount
            for one in receipts
            if one.person is None and one.at_us >= since_us
        ),
        orders=len(orders),
        receipts=len(followed),
    )


def _follows(
    receipt: Bought, times: dict[int | None, list[int]], within_us: int
) -> bool:
    held = times.get(receipt.person, [])
    before = bisect_left(held, receipt.at_us)
    return before > 0 and receipt.at_us - held[before - 1] <= within_us
