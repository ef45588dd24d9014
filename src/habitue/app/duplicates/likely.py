"""Weights in words and in percent: what bits mean to who has to judge."""

from math import log2

# From so many tenths of a bit on, in words.
_WORDS = ((100, "almost_certain"), (60, "very_likely"), (30, "likely"))
POSSIBLE = "possible"
# Beyond these a percentage would say 0 or 100, which nothing is.
_TENTHS_MAX = 500


def word(tenths: int) -> str:
    """Say how likely two are one.

    >>> word(142), word(31), word(5)
    ('almost_certain', 'likely', 'possible')
    """
    return next((name for least, name in _WORDS if tenths >= least), POSSIBLE)


def percent(tenths: int) -> str:
    """Give the probability that two are one, in percent.

    >>> percent(0), percent(40), percent(300)
    ('50.0', '94.1', '99.9')
    """
    odds = 2.0 ** (min(tenths, _TENTHS_MAX) / 10)
    return f"{min(99.9, 100 * odds / (1 + odds)):.1f}"


def bits(percents: int) -> float:
    """Give the weight at which two are one with a probability.

    >>> bits(50), round(bits(80), 1)
    (0.0, 2.0)
    """
    return log2(percents / (100 - percents))
