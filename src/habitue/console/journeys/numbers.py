"""How shares, ratios and money of reports are written on pages."""

from habitue.base.money import digits
from habitue.console.look import Look

# What is less likely is not told more closely.
LEAST = 0.001


def percent(share: object, look: Look) -> str:
    """Write a share of one as a percentage; a dash where there is none."""
    if not isinstance(share, (int, float)):
        return "–"
    # A line never ends between a number and its sign.
    return f"{look.number(round(share * 100, 1))}\u00a0%"


def plain(value: object, look: Look) -> str:
    """Write a ratio; a dash where there is none."""
    if not isinstance(value, (int, float)):
        return "–"
    return look.number(round(value, 2))


def chance(p: object, look: Look) -> str:
    """Write how likely something is by chance, which is never nothing."""
    if isinstance(p, (int, float)) and p < LEAST:
        return f"< {percent(LEAST, look)}"
    return percent(p, look)


def units(value: object, currency: str, look: Look) -> str:
    """Write money that is told in units, such as 0.77; a dash where there is none."""
    if not isinstance(value, (int, float)):
        return "–"
    return look.money(round(value * 10 ** digits(currency)), currency)
