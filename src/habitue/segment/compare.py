"""The operators: whether values that were told satisfy a comparison."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from habitue.base.days import day_at
from habitue.segment.condition import Op, Order, Window
from habitue.segment.moments import (
    begins_us,
    comes_round,
    day_of_year,
    moment_of,
    window_us,
)
from habitue.segment.values import number_of, text_of

# What is asked of the absence of a value, or of all values at once.
_NEGATED: dict[str, Op] = {"is_not": "is", "none_of": "one_of"}


class Moment(Struct, frozen=True, gc=False):
    """The moment a condition is judged at, and the zones of the shop and the person."""

    now_us: int
    shop_zone: str = "UTC"
    time_zone: str = "UTC"


def compares(op: Op, wanted: Any, values: Sequence[Any], at: Moment) -> bool:
    """Say whether values satisfy a comparison; of several, one is enough.

    `is_not` and `none_of` hold where there is a value, and none that is so.
    """
    if op == "exists":
        return bool(values)
    if op == "missing":
        return not values
    if op in _NEGATED:
        return bool(values) and not compares(_NEGATED[op], wanted, values, at)
    test = _TESTS[op]
    return any(test(held, wanted, at) for held in values)


def ordered(op: Order, held: int, wanted: int) -> bool:
    """Say whether a whole number stands to another as an order says."""
    return _ORDERS[op](held, wanted)


_ORDERS: dict[str, Callable[[int, int], bool]] = {
    "<": lambda held, wanted: held < wanted,
    "<=": lambda held, wanted: held <= wanted,
    "=": lambda held, wanted: held == wanted,
    ">=": lambda held, wanted: held >= wanted,
    ">": lambda held, wanted: held > wanted,
}


def same(held: Any, wanted: Any) -> bool:
    """Say whether a value is the wanted one, read as that is: as number or as text."""
    if isinstance(wanted, bool):
        return isinstance(held, bool) and held is wanted
    if isinstance(wanted, str):
        return text_of(held) == wanted
    number = number_of(held)
    return number is not None and number == number_of(wanted)


def _texts(test: Callable[[str, str], bool]) -> Callable[[Any, Any, Moment], bool]:
    def compare(held: Any, wanted: Any, _at: Moment) -> bool:
        text = text_of(held)
        return text is not None and test(text, wanted)

    return compare


def _numbers(op: Order) -> Callable[[Any, Any, Moment], bool]:
    test = _ORDERS[op]

    def compare(held: Any, wanted: Any, _at: Moment) -> bool:
        number, limit = number_of(held), number_of(wanted)
        return number is not None and limit is not None and test(number, limit)

    return compare


def _before(held: Any, wanted: str, at: Moment) -> bool:
    told_us = moment_of(held, at.shop_zone)
    return told_us is not None and told_us < begins_us(wanted, at.shop_zone)


def _after(held: Any, wanted: str, at: Moment) -> bool:
    told_us = moment_of(held, at.shop_zone)
    return told_us is not None and told_us >= begins_us(wanted, at.shop_zone)


def _within(held: Any, wanted: Window, at: Moment) -> bool:
    told_us = moment_of(held, at.shop_zone)
    return told_us is not None and 0 <= at.now_us - told_us < window_us(wanted)


def _older(held: Any, wanted: Window, at: Moment) -> bool:
    told_us = moment_of(held, at.shop_zone)
    return told_us is not None and at.now_us - told_us >= window_us(wanted)


def _ahead(held: Any, wanted: Window, at: Moment) -> bool:
    told_us = moment_of(held, at.shop_zone)
    return told_us is not None and 0 < told_us - at.now_us <= window_us(wanted)


def _anniversary(held: Any, wanted: int, at: Moment) -> bool:
    found = day_of_year(held)
    return found is not None and comes_round(
        found, wanted, day_at(at.now_us, at.time_zone)
    )


_TESTS: dict[str, Callable[[Any, Any, Moment], bool]] = {
    "is": lambda held, wanted, _at: same(held, wanted),
    "one_of": lambda held, wanted, _at: any(same(held, one) for one in wanted),
    "contains": _texts(lambda held, wanted: wanted in held),
    "starts_with": _texts(lambda held, wanted: held.startswith(wanted)),
    "ends_with": _texts(lambda held, wanted: held.endswith(wanted)),
    "<": _numbers("<"),
    "<=": _numbers("<="),
    ">=": _numbers(">="),
    ">": _numbers(">"),
    "before": _before,
    "after": _after,
    "within": _within,
    "older": _older,
    "ahead": _ahead,
    "anniversary": _anniversary,
}
# Comparisons with now: their truth changes by time alone.
MOVING: frozenset[Op] = frozenset({"within", "older", "ahead", "anniversary"})
