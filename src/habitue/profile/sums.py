"""Sums that an object's money and lines are added to, and taken from again."""

from collections.abc import Sequence

from habitue.profile.rows import KNOWN, SEP, SIMULATED, Head, LineRow

RETURN_KIND = "t"


def add_total(
    sums: dict[str, list[int]], kind: str, head: Head, change: Sequence[int]
) -> None:
    buyer = "k" if head.flags & KNOWN else "u"
    real = "s" if head.flags & SIMULATED else "r"
    name = SEP.join((kind, head.currency, head.channel, buyer, real))
    held = sums.setdefault(name, [0, 0])
    held[0] += change[0]
    held[1] += change[1]
    if not any(held):
        del sums[name]


def _add_to(sums: dict[str, list[int]], name: str, change: Sequence[int]) -> None:
    held = sums.get(name)
    if held is None:
        sums[name] = list(change)
    elif change[0] > 0:
        # Nearly always something was bought: no need to look at the rest.
        held[0] += change[0]
        held[1] += change[1]
        held[2] += change[2]
    else:
        for at, number in enumerate(change):
            held[at] += number
        if not any(held):
            # As if it had never been: rows must not tell what was taken back.
            del sums[name]


def _change_of(
    returned: bool, milli: int, amount: int, sign: int
) -> tuple[int, int, int, int, int]:
    if returned:
        return 0, 0, 0, sign * milli, sign * amount
    if milli < 0:
        return 0, 0, 0, -sign * milli, -sign * amount
    return sign, sign * milli, sign * amount, 0, 0


def add_lines(
    sums: dict[str, dict[str, list[int]]], head: Head, lines: list[LineRow], sign: int
) -> None:
    """Add the lines of a counted object to sums by product, category and brand."""
    currency, returned = head.currency, head.kind == RETURN_KIND
    by_product = sums.setdefault(f"p{SEP}{currency}", {})
    by_category = sums.setdefault(f"c{SEP}{currency}", {})
    by_brand = sums.setdefault(f"b{SEP}{currency}", {})
    for product, name, category, brand, milli, amount in lines:
        change = _change_of(returned, milli, amount or 0, sign)
        if product:
            _add_to(by_product, product + SEP + name, change)
        if category:
            _add_to(by_category, category, change)
        if brand:
            _add_to(by_brand, brand, change)
    for sort in "pcb":
        if not sums[f"{sort}{SEP}{currency}"]:
            del sums[f"{sort}{SEP}{currency}"]
