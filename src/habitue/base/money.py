"""Money is an integer of minor units, with its currency."""

from decimal import ROUND_HALF_EVEN, Decimal

# ISO 4217 minor units that are not two digits.
_DIGITS = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0,
    "JOD": 3, "JPY": 0, "KMF": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3,
    "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0,
    "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip
# Larger sums than this are a misplaced decimal point, not a purchase.
MINOR_MAX = 10**15


def digits(currency: str) -> int:
    """Say how many digits the minor unit of a currency has."""
    return _DIGITS.get(currency, 2)


def to_minor(amount: object, currency: str) -> int | None:
    """Turn an amount ("29.35", 29.35, 29) into minor units; None if it is none.

    >>> to_minor("29.35", "GBP"), to_minor(1500, "JPY"), to_minor("x", "EUR")
    (2935, 1500, None)
    """
    if isinstance(amount, bool) or not isinstance(amount, (int, float, str, Decimal)):
        return None
    try:
        exact = Decimal(str(amount).strip()) if amount != "" else None
        if exact is None or not exact.is_finite():
            return None
        if abs(exact) > MINOR_MAX:
            return None
        minor = exact.scaleb(digits(currency)).to_integral_value(ROUND_HALF_EVEN)
    except ArithmeticError:
        # Decimal has words of its own for what is too big, too: 9e9999999.
        return None
    return int(minor) if abs(minor) <= MINOR_MAX else None


def to_text(minor: int, currency: str) -> str:
    """Write minor units as a plain decimal.

    >>> to_text(-218731, "GBP")
    '-2187.31'
    """
    return str(Decimal(minor).scaleb(-digits(currency)))


def plain_money(minor: int, currency: str) -> str:
    """Write minor units as a plain decimal with its currency.

    >>> plain_money(1150, "PLN")
    '11.50 PLN'
    """
    return f"{to_text(minor, currency)} {currency}"
