"""Months as reports tell them, and their days."""

from calendar import monthrange
from datetime import date


def month_end(day: date) -> date:
    """Give the last day of a day's month.

    >>> month_end(date(2028, 2, 3))
    datetime.date(2028, 2, 29)
    """
    return day.replace(day=monthrange(day.year, day.month)[1])


def days_of_month(month: str) -> tuple[str, str]:
    """Give the first and last day of a month.

    >>> days_of_month("2026-02")
    ('2026-02-01', '2026-02-28')
    """
    first = date.fromisoformat(f"{month}-01")
    return first.isoformat(), month_end(first).isoformat()


def clipped(month: str, first: str, last: str) -> tuple[str, str]:
    """Give the days of a month that lie in a span.

    >>> clipped("2026-02", "2026-02-10", "2026-03-31")
    ('2026-02-10', '2026-02-28')
    """
    since, until = days_of_month(month)
    return max(since, first), min(until, last)
