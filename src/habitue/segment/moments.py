"""Moments and windows: dates of a zone, spans until now, days that come round."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from habitue.base.clock import DAY_US, HOUR_US, MINUTE_US, SECOND_US, to_us
from habitue.base.days import day_start_us, zone_of
from habitue.profile.parse import moment
from habitue.segment.condition import Window

_UNITS_US = {
    "seconds": SECOND_US,
    "minutes": MINUTE_US,
    "hours": HOUR_US,
    "days": DAY_US,
    "weeks": 7 * DAY_US,
    "months": 30 * DAY_US,
    "years": 365 * DAY_US,
}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_OF_YEAR = re.compile(r"(?:[0-9]{4}-|--)([0-9]{2})-([0-9]{2})(?:[T ].*)?")
# Dates beyond can't all be reckoned with.
_YEAR_MAX = 9_000


def is_zone(name: object) -> bool:
    """Say whether a text names a time zone."""
    if not isinstance(name, str) or not name:
        return False
    return name == "UTC" or zone_of(name) is not UTC


def window_us(window: Window) -> int:
    """Give how long a window is, in microseconds; 0 of one between dates.

    >>> window_us(Window(days=1, hours=12))
    129600000000
    """
    return sum(getattr(window, unit) * us for unit, us in _UNITS_US.items())


def is_open(window: Window) -> bool:
    """Say whether a window moves with time: so long until now."""
    return window.since is None and window.until is None


@lru_cache(maxsize=4096)
def bounds(window: Window, zone: str) -> tuple[int, int]:
    """Give the first moment of a window between dates, and the first behind it."""
    since_us = 0 if window.since is None else begins_us(window.since, zone)
    until_us = 2**62 if window.until is None else ends_us(window.until, zone)
    return since_us, until_us


def has(window: Window | None, at_us: int, now_us: int, zone: str) -> bool:
    """Say whether something of a moment lies in a window, as of now.

    What is to come lies in none. What happened at t is in a window of so long from t
    on, and no longer at t and so long: now - t < so long.

    >>> second = Window(seconds=1)
    >>> [has(second, 0, now, "UTC") for now in (-1, 0, 999_999, 1_000_000)]
    [False, True, True, False]
    """
    if at_us > now_us:
        return False
    if window is None:
        return True
    if is_open(window):
        return now_us - at_us < window_us(window)
    since_us, until_us = bounds(window, zone)
    return since_us <= at_us < until_us


def begins_us(text: str, zone: str) -> int:
    """Read a date as its first moment in a zone, or a moment as itself."""
    return _wanted(text, zone)


def ends_us(text: str, zone: str) -> int:
    """Read a date as the first moment behind it in a zone, or a moment as itself."""
    if _DATE.fullmatch(text):
        return day_start_us(date.fromisoformat(text) + timedelta(days=1), zone)
    return _wanted(text, zone)


def is_date(text: str) -> bool:
    """Say whether a text is a date, or a moment with its offset.

    >>> is_date("2026-03-01"), is_date("2026-03-01T10:00:00Z"), is_date("1 March")
    (True, True, False)
    """
    try:
        if _DATE.fullmatch(text):
            return 1 < date.fromisoformat(text).year < _YEAR_MAX
        at = datetime.fromisoformat(text)
    except ValueError:
        return False
    return at.tzinfo is not None and 1 < at.year < _YEAR_MAX


def _wanted(text: str, zone: str) -> int:
    if _DATE.fullmatch(text):
        return day_start_us(date.fromisoformat(text), zone)
    return _local_us(datetime.fromisoformat(text), zone)


def _local_us(at: datetime, zone: str) -> int:
    return to_us(at if at.tzinfo else at.replace(tzinfo=zone_of(zone)))


@lru_cache(maxsize=65_536)
def _read(text: str, zone: str) -> int | None:
    try:
        return _local_us(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError):
        return None


def moment_of(value: Any, zone: str) -> int | None:
    """Read a value as a moment, in us since 1970; None if it is none.

    Text without an offset is local in the zone; a number counts seconds,
    milliseconds or microseconds since 1970.

    >>> moment_of("1970-01-02", "UTC"), moment_of(86_400, "UTC"), moment_of("soon", "")
    (86400000000, 86400000000, None)
    """
    if isinstance(value, str):
        return _read(value.strip()[:40], zone)
    return moment(value)


def day_of_year(value: Any) -> tuple[int, int] | None:
    """Read month and day of a date such as 1990-05-12 or --05-12; None if it is none.

    >>> day_of_year("1990-05-12"), day_of_year("--02-29"), day_of_year("1990-02-31")
    ((5, 12), (2, 29), None)
    """
    found = _DAY_OF_YEAR.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    month, day = int(found[1]), int(found[2])
    try:
        date(2000, month, day)
    except ValueError:
        return None
    return month, day


def in_year(month_day: tuple[int, int], year: int) -> date:
    """Give the day on which a day comes round in a year; 29 February may be the 28th.

    >>> in_year((2, 29), 2027)
    datetime.date(2027, 2, 28)
    """
    try:
        return date(year, *month_day)
    except ValueError:
        return date(year, 2, 28)


def comes_round(month_day: tuple[int, int], days: int, day: date) -> bool:
    """Say whether a day of the year is one of the next days, today being the first.

    >>> [comes_round((1, 2), 7, date(2026, 12, day)) for day in (26, 27, 31)]
    [False, True, True]
    """
    for year in (day.year, day.year + 1):
        if 0 <= (in_year(month_day, year) - day).days < days:
            return True
    return False
