"""What followed: a ratio of sums, which says nothing of what was the cause."""

from bisect import bisect_left
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from msgspec import Struct

from habitue.base.clock import DAY_US

DAYS = 10
UNMATCHED = (
    "Not known: of none of the store receipts of these days it is known who bought."
    " Have tills tell the loyalty card, the e-mail or the phone number."
)
NO_RECEIPTS = (
    "Not known: no store receipts of these days were told. Connect the tills, or ask"
    " for other days."
)
NO_ORDERS = (
    "Not known: nobody known spent anything online whose days after it are over. Ask"
    " for more days."
)


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
    known, unmatched: how many receipts of the span are of known people, and of nobody.
    """

    online: int = 0
    store: int = 0
    unknown: int = 0
    orders: int = 0
    receipts: int = 0
    known: int = 0
    unmatched: int = 0

    @property
    def because(self) -> str:
        """Say why what follows in stores is not known; empty where it is."""
        if self.known:
            return "" if self.online else NO_ORDERS
        return UNMATCHED if self.unmatched else NO_RECEIPTS

    @property
    def ratio(self) -> Fraction | None:
        """Units in the store for one spent online; None where it is not known."""
        return None if self.because else Fraction(self.store, self.online)


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
    inside = [one for one in receipts if one.at_us >= since_us]
    followed = [one for one in receipts if _follows(one, times, within_us)]
    return Observed(
        online=sum(one.amount for one in orders),
        store=sum(one.amount for one in followed),
        unknown=sum(one.amount for one in inside if one.person is None),
        orders=len(orders),
        receipts=len(followed),
        known=sum(one.person is not None for one in inside),
        unmatched=sum(one.person is None for one in inside),
    )


def _follows(
    receipt: Bought, times: dict[int | None, list[int]], within_us: int
) -> bool:
    held = times.get(receipt.person, [])
    before = bisect_left(held, receipt.at_us)
    return before > 0 and receipt.at_us - held[before - 1] <= within_us
