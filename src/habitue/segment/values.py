"""Values as sources tell them, and what they are as a number or as text.

A list is the values in it. null, "" and an empty list are no values at all: what is
missing satisfies no comparison, `is_not` and `none_of` included.
"""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

# Numbers are compared and added up in millionths, so exactly, in any order.
NUMBER_DIGITS = 6
_MILLION = 10**NUMBER_DIGITS
NUMBER_MAX = 10**15
_EXACT_MAX = 10**9
_NUMBER = re.compile(r"[+-]?[0-9]{1,16}(?:\.[0-9]{1,30})?")


def values_at(held: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """Give the values at a path; through a list, those of each of its members.

    >>> list(values_at({"a": [{"b": 1}, {"b": ["x", ""]}, 3]}, ("a", "b")))
    [1, 'x']
    """
    for one in held if isinstance(held, (list, tuple)) else (held,):
        if path:
            if isinstance(one, dict) and path[0] in one:
                yield from values_at(one[path[0]], path[1:])
        elif is_value(one):
            yield one


def is_value(value: Any) -> bool:
    """Say whether something is a value; a list within a list is none."""
    return value is not None and value != "" and not isinstance(value, (list, tuple))


def path_of(name: str) -> tuple[str, ...]:
    """Read a path written with dots.

    >>> path_of("shipping.method")
    ('shipping', 'method')
    """
    return tuple(name.split("."))


def number_of(value: Any) -> int | None:
    """Read a number, told as one or as text, in millionths; None if it is none.

    >>> number_of(2), number_of(" 0.5 "), number_of(True), number_of("12 pcs")
    (2000000, 500000, None, None)
    """
    if isinstance(value, float):
        if -_EXACT_MAX < value < _EXACT_MAX:
            # Of so few digits there is one decimal for a float: what it is told as.
            millionths: int = round(value * _MILLION)
            if millionths / _MILLION == value:
                return millionths
        return _exact(Decimal(repr(value)))
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value * _MILLION if abs(value) <= NUMBER_MAX else None
    if isinstance(value, str):
        told = value.strip()
        return _exact(Decimal(told)) if _NUMBER.fullmatch(told) else None
    return _exact(value) if isinstance(value, Decimal) else None


def _exact(told: Decimal) -> int | None:
    if not told.is_finite() or abs(told) > NUMBER_MAX:
        return None
    return int(told.scaleb(NUMBER_DIGITS).to_integral_value(ROUND_HALF_EVEN))


def text_of(value: Any) -> str | None:
    """Read a text, or a whole number as its digits; None if it is neither.

    >>> text_of("A1"), text_of(17), text_of(1.5), text_of(True)
    ('A1', '17', None, None)
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None
