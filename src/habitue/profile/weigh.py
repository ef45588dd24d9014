"""What an order, its receipts and its returns bring, so that money counts once."""

from collections import Counter
from typing import NamedTuple

from habitue.profile.channel import UNKNOWN
from habitue.profile.key import ORDER, RECEIPT, RETURN
from habitue.profile.parse import NO_CURRENCY, share
from habitue.profile.rows import (
    CLAIMED,
    CONFLICT,
    COUNTED,
    COVERED,
    KNOWN,
    NOBODY,
    OVER_RETURNED,
    SEP,
    SIMULATED,
    VOID,
    Head,
    LineRow,
)
from habitue.profile.settle import VOID as VOID_WORDS
from habitue.profile.settle import Settled
from habitue.profile.version import Lines, recoin


class Weighed(NamedTuple):
    """What one object brings, to whom: its head, and its lines if it counts."""

    strand: int
    head: Head
    lines: Lines


def weigh(members: list[Settled]) -> dict[str, Weighed]:
    """Give what each object of one family brings; the family is whole.

    An order covers its receipts. A return belongs to a purchase: without one that
    counts (cancelled, or only claimed) it doesn't count either; without any that
    is known it counts by itself. What names nobody goes to whom its relatives name.
    """
    if len(members) == 1 and members[0].kind != RETURN:
        return {members[0].key: _alone(members[0])}
    members = sorted(map(_turn, members), key=lambda one: (one.at_us, one.key))
    orders = [one for one in members if one.kind == ORDER]
    receipts = [one for one in members if one.kind == RECEIPT]
    returns = [one for one in members if one.kind == RETURN]
    bought, weighed = _weigh_purchases(orders, receipts)
    weighed.update(_weigh_returns(returns, bought, bool(orders or receipts)))
    _mark_refunds(orders, weighed)
    if bought and returns:
        _mark_over(bought, weighed)
    return weighed


def _alone(one: Settled) -> Weighed:
    one = _turn(one)
    counted = _counts(one)
    head = _head(one, one.total or 0, COUNTED if counted else 0, one.known)
    if one.kind == ORDER and counted and one.status == "refunded":
        head.returned = head.amount
    return Weighed(one.strand, head, one.lines if counted else ())


def _turn(one: Settled) -> Settled:
    """Make a receipt of less than nothing a return, and all returns positive."""
    if one.kind == RECEIPT and one.total is not None and one.total < 0:
        one = one._replace(kind=RETURN, whole=False)
        sign = -1
    elif one.kind == RETURN:
        sign = 0
    else:
        return one
    return one._replace(
        total=None if one.total is None else abs(one.total),
        lines=tuple(_turned(line, sign) for line in one.lines),
    )


def _turned(line: LineRow, sign: int) -> LineRow:
    milli, amount = line[3], line[4]
    if sign:
        return (*line[:3], -milli, None if amount is None else -amount)
    return (*line[:3], abs(milli), None if amount is None else abs(amount))


def _counts(one: Settled) -> bool:
    if one.claimed and not one.trusted:
        return False
    return one.status not in VOID_WORDS and (one.total is not None or one.whole)


def _head(one: Settled, amount: int, flags: int, known: bool) -> Head:
    flags |= CLAIMED if one.claimed and not one.trusted else 0
    flags |= CONFLICT if one.conflict else 0
    flags |= VOID if one.status in VOID_WORDS else 0
    flags |= SIMULATED if one.simulated else 0
    flags |= KNOWN if known else 0
    return Head(
        one.kind,
        one.at_us,
        one.channel or UNKNOWN,
        one.currency,
        amount,
        0,
        one.store,
        flags,
    )


def _weigh_purchases(
    orders: list[Settled], receipts: list[Settled]
) -> tuple[list[Settled], dict[str, Weighed]]:
    """Give the purchases that count, and what orders and receipts bring."""
    weighed: dict[str, Weighed] = {}
    bought: list[Settled] = []
    # An order that was told for sure, even cancelled, speaks for its receipts.
    covers = any(
        (not one.claimed or one.trusted) and one.total is not None for one in orders
    )
    whose = _whose(orders + receipts)
    for one in orders:
        mine = _given(one, whose)
        if not mine.store:
            mine = mine._replace(store=_first_store(receipts))
        bought += _put(weighed, mine, COUNTED if _counts(mine) else 0)
    for one in receipts:
        mine = _given(one, whose)
        if covers:
            _put(weighed, mine, COVERED)
        else:
            bought += _put(weighed, mine, COUNTED if _counts(mine) else 0)
    return bought, weighed


def _put(weighed: dict[str, Weighed], one: Settled, flags: int) -> list[Settled]:
    counted = bool(flags & COUNTED)
    head = _head(one, one.total or 0, flags, one.known)
    weighed[one.key] = Weighed(one.strand, head, one.lines if counted else ())
    return [one] if counted else []


def _whose(purchases: list[Settled]) -> Settled | None:
    """Give the first purchase that names somebody."""
    return next((one for one in purchases if one.strand != NOBODY), None)


def _given(one: Settled, whose: Settled | None) -> Settled:
    if one.strand != NOBODY or whose is None:
        return one
    return one._replace(strand=whose.strand, known=whose.known)


def _first_store(receipts: list[Settled]) -> str:
    return next((one.store for one in receipts if one.store), "")


def _weigh_returns(
    returns: list[Settled], bought: list[Settled], purchase_known: bool
) -> dict[str, Weighed]:
    weighed: dict[str, Weighed] = {}
    whose = _whose(bought)
    paid = sum(one.total or 0 for one in bought)
    prices = _prices(bought)
    currency = bought[0].currency if bought else ""
    # Those that name their amount come first: a refund of the rest needs to know it.
    for one in sorted(returns, key=lambda one: one.whole):
        mine = _coined(_given(one, whose), currency)
        lines = tuple(_priced(line, prices) for line in mine.lines)
        amount = _returned(mine, lines, paid)
        counted = _counts(mine._replace(total=amount)) and (
            bool(bought) or not purchase_known
        )
        if counted:
            paid -= amount
        head = _head(mine, amount, COUNTED if counted else 0, mine.known)
        weighed[one.key] = Weighed(mine.strand, head, lines if counted else ())
    return weighed


def _coined(one: Settled, currency: str) -> Settled:
    """Give a return that names no currency that of its purchase."""
    if not currency or one.currency not in ("", NO_CURRENCY):
        return one
    total, lines = recoin(one.total, one.lines, currency)
    return one._replace(currency=currency, total=total, lines=lines)


def _returned(one: Settled, lines: Lines, left: int) -> int:
    if one.total is not None:
        return one.total
    if one.whole:
        return max(0, left)
    return sum(line[4] or 0 for line in lines)


def _prices(bought: list[Settled]) -> dict[str, tuple[int, int]]:
    """Give what was bought of each product: thousandths and minor units."""
    prices: dict[str, tuple[int, int]] = {}
    for one in bought:
        for line in one.lines:
            if line[4] is not None:
                product = product_of(line)
                milli, amount = prices.get(product, (0, 0))
                prices[product] = (milli + line[3], amount + line[4])
    return prices


def _priced(line: LineRow, prices: dict[str, tuple[int, int]]) -> LineRow:
    """Give a returned line the price it was bought at, where it names none."""
    product = product_of(line)
    if line[4] is not None or product not in prices:
        return line
    milli, amount = prices[product]
    return (*line[:4], share(amount, line[3], milli))


def product_of(line: LineRow) -> str:
    """Give the product of a line, without the name it was sold under."""
    return line[0].partition(SEP)[0]


def _mark_refunds(orders: list[Settled], weighed: dict[str, Weighed]) -> None:
    """Take an order refunded by its status as returned, less what returns cover."""
    back = sum(
        each.head.amount
        for each in weighed.values()
        if each.head.kind == RETURN and each.head.flags & COUNTED
    )
    for one in orders:
        head = weighed[one.key].head
        if one.status == "refunded" and head.flags & COUNTED:
            head.returned = max(0, head.amount - back)


def _mark_over(bought: list[Settled], weighed: dict[str, Weighed]) -> None:
    """Mark purchases of which more came back than was bought."""
    paid = sum(one.total or 0 for one in bought)
    left: Counter[str] = Counter()
    for one in bought:
        for line in one.lines:
            left[product_of(line)] += line[3]
    for each in weighed.values():
        if each.head.kind == RETURN and each.head.flags & COUNTED:
            paid -= each.head.amount
            for line in each.lines:
                left[product_of(line)] -= line[3]
    itemised = any(one.lines for one in bought)
    if paid < 0 or (itemised and min(left.values()) < 0):
        for one in bought:
            weighed[one.key].head.flags |= OVER_RETURNED
