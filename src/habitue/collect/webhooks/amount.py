"""Amounts out of a delivery: read exactly, added up, the least of several."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from habitue.base.money import MINOR_MAX


def decimal_of(told: Any) -> Decimal | None:
    """Read an amount; None if it is none.

    >>> decimal_of(" 9.90 "), decimal_of(True), decimal_of("many")
    (Decimal('9.90'), None, None)
    """
    if isinstance(told, bool) or not isinstance(told, (str, int, float)):
        return None
    try:
        found = Decimal(str(told).strip()[:40])
        return found if found.is_finite() and abs(found) <= MINOR_MAX else None
    except ArithmeticError:
        return None


def total(found: list[Any]) -> str | None:
    """Add amounts up, those of lists too; None if there is none.

    >>> total(["1.50", [2, "x"]]), total([None])
    ('3.50', None)
    """
    known = list(_amounts(found))
    return f"{sum(known, Decimal()):f}" if known else None


def least(found: list[Any]) -> str | None:
    """Give the least of amounts, of those of lists too; None if there is none.

    >>> least([["199.00", 99, None]]), least([])
    ('99', None)
    """
    known = min(_amounts(found), default=None)
    return None if known is None else f"{known:f}"


def number(found: Any) -> int | float | None:
    """Give an amount as a number; None if it is none."""
    amount = decimal_of(found)
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _amounts(found: list[Any]) -> Iterator[Decimal]:
    for one in found:
        for told in one if isinstance(one, list) else (one,):
            amount = decimal_of(told)
            if amount is not None:
                yield amount
