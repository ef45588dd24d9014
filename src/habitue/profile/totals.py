"""The shop's sums: each order, receipt and return once, known buyer or not."""

from collections.abc import Iterable

from msgspec import Struct

from habitue.model.order import PurchaseKind
from habitue.profile.rows import SEP

KINDS = {
    "o": PurchaseKind.ORDER,
    "r": PurchaseKind.RECEIPT,
    "t": PurchaseKind.RETURN,
}


class Total(Struct, frozen=True, kw_only=True):
    """Objects of one kind, currency and channel: how many and how much."""

    kind: PurchaseKind
    currency: str
    channel: str
    # Whether an anchor or a contact says who bought.
    known_buyer: bool
    simulated: bool
    objects: int
    amount_minor: int


class Totals(Struct, frozen=True, kw_only=True):
    """The shop's sums of some days."""

    rows: tuple[Total, ...]

    def amount(
        self,
        currency: str,
        *kinds: PurchaseKind,
        known_buyer: bool | None = None,
        simulated: bool | None = None,
    ) -> int:
        """Sum the amounts of some kinds in a currency; None takes both sorts."""
        return sum(
            row.amount_minor
            for row in self.rows
            if row.currency == currency
            and row.kind in kinds
            and known_buyer in (None, row.known_buyer)
            and simulated in (None, row.simulated)
        )

    def objects(self, *kinds: PurchaseKind, known_buyer: bool | None = None) -> int:
        """Count the objects of some kinds; None takes known and unknown buyers."""
        return sum(
            row.objects
            for row in self.rows
            if row.kind in kinds and known_buyer in (None, row.known_buyer)
        )


def total_rows(
    days: Iterable[tuple[int, dict[str, list[int]]]],
    first: int | None,
    last: int | None,
) -> Totals:
    """Add up the days from first through last; None leaves that end open."""
    sums: dict[str, list[int]] = {}
    for day, by_name in days:
        if (first is None or first <= day) and (last is None or day <= last):
            for name, (objects, amount) in by_name.items():
                held = sums.setdefault(name, [0, 0])
                held[0] += objects
                held[1] += amount
    return Totals(rows=tuple(_total(name, sums[name]) for name in sorted(sums)))


def _total(name: str, sums: list[int]) -> Total:
    kind, currency, channel, buyer, real = name.split(SEP)
    return Total(
        kind=KINDS[kind],
        currency=currency,
        channel=channel,
        known_buyer=buyer == "k",
        simulated=real == "s",
        objects=sums[0],
        amount_minor=sums[1],
    )
