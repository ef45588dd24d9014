"""The distributions that tests need, without a library for them."""

import math
from statistics import NormalDist

_NORMAL = NormalDist()
_STEPS_MAX = 1_000
_TINY = 1e-300


def two_sided(z: float) -> float:
    """Give how likely a normal is to lie as far from 0, on either side.

    >>> round(two_sided(1.959964), 6)
    0.05
    """
    return math.erfc(abs(z) / math.sqrt(2))


def quantile(share: float) -> float:
    """Give what a normal lies below in that share of cases.

    >>> round(quantile(0.975), 6)
    1.959964
    """
    return _NORMAL.inv_cdf(share)


def below(z: float) -> float:
    """Give how likely a normal is to lie below z."""
    return _NORMAL.cdf(z)


def chi_square_above(value: float, freedom: int) -> float:
    """Give how likely a chi-square of so many degrees of freedom is to lie above.

    That is the upper incomplete gamma function Q(freedom / 2, value / 2), by its
    series below and its continued fraction above the mean (Abramowitz and Stegun
    6.5.29, 6.5.31; the fraction by Lentz).

    >>> round(chi_square_above(3.841459, 1), 6), round(chi_square_above(18.307, 10), 4)
    (0.05, 0.05)
    """
    if value <= 0:
        return 1.0
    a, x = freedom / 2, value / 2
    scale = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        return 1.0 - scale * _series(a, x)
    return scale * _fraction(a, x)


def _series(a: float, x: float) -> float:
    term = total = 1 / a
    for step in range(1, _STEPS_MAX):
        term *= x / (a + step)
        total += term
        if term < total * 1e-16:
            break
    return total


def _fraction(a: float, x: float) -> float:
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    found = d
    for step in range(1, _STEPS_MAX):
        factor = -step * (step - a)
        b += 2
        d = 1 / _away(factor * d + b)
        c = _away(b + factor / c)
        found *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return found


def _away(told: float) -> float:
    return told if abs(told) > _TINY else _TINY
