"""What sources write, made exact: texts, moments, quantities and prices."""

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Any

from habitue.base.clock import to_us
from habitue.base.money import MINOR_MAX, digits, to_minor

_NOTHING = frozenset(
    {"", "null", "undefined", "none", "nan", "0", "[object object]", "guest"}
)
_MILLI_MAX = 10**12
_YEAR_2200_US = 7_258_118_400_000_000
# A currency that is not known; ISO 4217 keeps this code for it.
NO_CURRENCY = "XXX"
PRICE_SCALE = 10**4
# A hundred billion: above it the decimal point is misplaced, and sums might outgrow
# the 64 bits of a row.
AMOUNT_MAX = 10**13


def text(value: object, limit: int = 128) -> str:
    """Give a text or number as text, trimmed and cut; "" for anything else.

    >>> text("  A1 "), text(17), text(17.0), text(None), text(True)
    ('A1', '17', '17', '', '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()[:limit].replace("\x1f", " ")
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value)[:limit]
    if isinstance(value, float):
        return str(int(value) if value.is_integer() else value)[:limit]
    return ""


def name_of(value: object) -> str:
    """Give an id that names an object; "" for what only stands for a missing one.

    >>> name_of("A-17"), name_of("undefined"), name_of(0)
    ('A-17', '', '')
    """
    if value is None:
        return ""
    told = text(value)
    return "" if told.lower() in _NOTHING else told


def first_name(told: dict[str, Any], *keys: str) -> str:
    """Give the first id among the keys that names something."""
    for key in keys:
        if key in told:
            found = name_of(told[key])
            if found:
                return found
    return ""


@lru_cache(maxsize=8192)
def _iso(value: str) -> int | None:
    try:
        return to_us(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        return None


def moment(value: object) -> int | None:
    """Give a time told as RFC 3339 or as seconds, ms or us since 1970; None if none.

    >>> moment("1970-01-01T00:00:02Z"), moment(2), moment("soon")
    (2000000, 2000000, None)
    """
    if isinstance(value, str):
        found = _iso(value.strip()[:40])
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        found = _epoch(value)
    else:
        return None
    return found if found is not None and 0 <= found < _YEAR_2200_US else None


def _epoch(value: float) -> int | None:
    if not abs(value) < 10**17:
        return None
    if value > 10**14:
        return int(value)
    return int(value * 1_000) if value > 10**11 else int(value * 1_000_000)


def currency_of(value: object) -> str:
    """Give a currency code; XXX where none was told.

    >>> currency_of("gbp"), currency_of(None), currency_of("pounds")
    ('GBP', 'XXX', 'XXX')
    """
    if not isinstance(value, str):
        return NO_CURRENCY
    if len(value) == 3 and value.isascii() and value.isupper() and value.isalpha():
        return value
    code = value.strip().upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else NO_CURRENCY


@lru_cache(maxsize=65_536, typed=True)
def _minor(value: str | float, currency: str) -> int | None:
    return to_minor(value, currency)


def minor(value: object, currency: str) -> int | None:
    """Give an amount in minor units; None if it is none."""
    if value is None or not isinstance(value, (int, float, str)):
        return None
    found = _minor(value, currency)
    return None if found is None or abs(found) > AMOUNT_MAX else found


@lru_cache(maxsize=65_536, typed=True)
def _scaled(value: str | float, power: int) -> int | None:
    if isinstance(value, bool):
        return None
    try:
        exact = Decimal(str(value).strip()).scaleb(power)
        if not exact.is_finite() or abs(exact) > MINOR_MAX * PRICE_SCALE:
            return None
        return int(exact.to_integral_value(ROUND_HALF_EVEN))
    except (ArithmeticError, ValueError):
        # Decimal has words of its own for what is too big, too: 9e9999999.
        return None


def quantity_milli(value: object) -> int:
    """Give a quantity in thousandths; one piece where none was told.

    >>> quantity_milli(2), quantity_milli("0.532"), quantity_milli(None)
    (2000, 532, 1000)
    """
    if value is None or not isinstance(value, (int, float, str)):
        return 1000
    found = _scaled(value, 3)
    return 1000 if found is None or abs(found) > _MILLI_MAX else found


def amount_of(price: object, milli: int, currency: str) -> int | None:
    """Give price times quantity in minor units, rounded half to even once.

    >>> amount_of("2.95", 6000, "GBP"), amount_of("0.125", 3000, "GBP")
    (1770, 38)
    """
    if price is None or not isinstance(price, (int, float, str)):
        return None
    scaled = _scaled(price, digits(currency) + 4)
    if scaled is None:
        return None
    amount = _halve_even(scaled * milli, PRICE_SCALE * 1000)
    return amount if abs(amount) <= AMOUNT_MAX else None


def _halve_even(number: int, by: int) -> int:
    whole, rest = divmod(number, by)
    if rest * 2 > by or (rest * 2 == by and whole % 2):
        whole += 1
    return whole


def share(amount: int, part: int, whole: int) -> int:
    """Give the share of an amount that a part of a whole has, rounded half to even.

    >>> share(1000, 1, 3), share(-1000, 1, 3)
    (333, -333)
    """
    return _halve_even(amount * part, whole) if whole else 0
