"""Sums that an object's money and lines are added to, and taken from again."""

from collections.abc import Callable, Iterable

from habitue.profile.rows import (
    KNOWN,
    SEP,
    SIMULATED,
    Head,
    LineRow,
    StrandState,
    SumRow,
    SumRows,
    SumsRow,
)

RETURN_KIND = "t"

Add = Callable[[SumRows, str, LineRow, bool, int], None]


def add_total(
    sums: dict[str, list[int]], kind: str, head: Head, change: tuple[int, int]
) -> None:
    """Add objects and minor units to a day's sums; mutates them."""
    buyer = "k" if head.flags & KNOWN else "u"
    real = "s" if head.flags & SIMULATED else "r"
    name = SEP.join((kind, head.currency, head.channel, buyer, real))
    held = sums.setdefault(name, [0, 0])
    held[0] += change[0]
    held[1] += change[1]
    if not any(held):
        del sums[name]


def add_sum(one: SumRow, other: SumRow) -> SumRow:
    """Give two sums as one; changes neither."""
    return SumRow(
        one.times + other.times,
        one.milli + other.milli,
        one.amount + other.amount,
        one.back_milli + other.back_milli,
        one.back_amount + other.back_amount,
    )


def add_lines(
    state: StrandState, head: Head, lines: Iterable[LineRow], sign: int
) -> None:
    """Add the lines of a counted object to a strand's sums; mutates the state.

    Lines taken away again (sign -1) leave the sums as if they had never been.
    """
    if state.sums is None:
        state.sums = {}
    sums = state.sums.get(head.currency)
    if sums is None:
        sums = state.sums[head.currency] = SumsRow()
    products = {} if sums.products is None else sums.products
    categories = {} if sums.categories is None else sums.categories
    brands = {} if sums.brands is None else sums.brands
    back = head.kind == RETURN_KIND
    buys = sign > 0 and not back
    for line in lines:
        item, category, brand = line[0], line[1], line[2]
        add: Add = _buy if buys and line[3] >= 0 else _take
        if item[0] != SEP:
            add(products, item, line, back, sign)
        if category:
            add(categories, category, line, back, sign)
        if brand:
            add(brands, brand, line, back, sign)
    sums.products, sums.categories = products or None, categories or None
    sums.brands = brands or None
    _tidy(state, head.currency, sums)


def _tidy(state: StrandState, currency: str, sums: SumsRow) -> None:
    if sums.products is None and sums.categories is None and sums.brands is None:
        if state.sums is not None:
            state.sums.pop(currency, None)
        state.sums = state.sums or None


def _buy(rows: SumRows, name: str, line: LineRow, _back: bool, _sign: int) -> None:
    """Add what was bought: nearly always that is all there is to do."""
    row = rows.get(name)
    if row is None:
        rows[name] = SumRow(1, line[3], line[4] or 0)
    else:
        row.times += 1
        row.milli += line[3]
        row.amount += line[4] or 0


def _take(rows: SumRows, name: str, line: LineRow, back: bool, sign: int) -> None:
    """Add what came back, or take anything away again."""
    row = rows.get(name)
    if row is None:
        row = rows[name] = SumRow(0, 0, 0)
    milli, amount = line[3], line[4] or 0
    if back:
        row.back_milli += sign * milli
        row.back_amount += sign * amount
    elif milli < 0:
        row.back_milli -= sign * milli
        row.back_amount -= sign * amount
    else:
        row.times += sign
        row.milli += sign * milli
        row.amount += sign * amount
    if not (row.times or row.milli or row.amount or row.back_milli or row.back_amount):
        # As if it had never been: rows must not tell what was taken back.
        del rows[name]
