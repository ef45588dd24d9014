"""How figures of reports are written."""

from typing import Any

from habitue.base.money import to_text
from habitue.measure.experiment.arms import Interval

View = dict[str, Any]
PLACES = 4


def money(minor: int, currency: str) -> str:
    """Write minor units as the currency does."""
    return to_text(minor, currency)


def part(share: float | None) -> float | None:
    """Round a share, a ratio or a p value; None stays so.

    >>> part(1 / 3), part(None)
    (0.3333, None)
    """
    return None if share is None else round(share, PLACES)


def share_of(some: int, whole: int) -> float | None:
    """Give a part of a whole; None of nothing.

    >>> share_of(1, 4), share_of(1, 0)
    (0.25, None)
    """
    return part(some / whole) if whole else None


def interval(told: Interval | None, scale: float = 1.0) -> View | None:
    """Write a difference with its bounds; scale: units a unit, as 0.01 of minor ones.

    A bound that reaches everywhere is null.
    """
    if told is None:
        return None
    return {
        "estimate": part(told.estimate * scale),
        "low": _bound(told.low * scale),
        "high": _bound(told.high * scale),
        "p": float(f"{told.p:.4g}"),
    }


def _bound(value: float) -> float | None:
    return None if abs(value) == float("inf") else part(value)
