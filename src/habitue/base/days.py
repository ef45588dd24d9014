"""Days of a time zone: which one a moment lies in, and when each begins.

A day goes from its own beginning to that of the next, so it has 23, 24 or 25 hours
where clocks are changed, and a day that a zone skipped is empty.
"""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from habitue.base.clock import DAY_US, SECOND_US, to_us
from habitue.base.errors import InvalidError

_FIRST = date(1970, 1, 1).toordinal()
# Nearer to the first and last date there is, days are those of UTC.
_NUMBER_MIN = date(2, 1, 1).toordinal() - _FIRST
_NUMBER_MAX = date(9998, 12, 31).toordinal() - _FIRST
_KEPT_MAX = 20_000


@lru_cache(maxsize=1024)
def zone_of(name: str) -> tzinfo:
    """Give a time zone by its name; UTC where there is none of that name.

    >>> str(zone_of("Europe/Warsaw")), str(zone_of("Nowhere"))
    ('Europe/Warsaw', 'UTC')
    """
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return UTC


def day_start_us(day: date, zone: str) -> int:
    """Give the moment at which a day begins in a zone.

    Where clocks go back over midnight, a day begins when they first show it; where
    they skip midnight, as the clocks of the day before would show it.
    """
    return to_us(datetime(day.year, day.month, day.day, tzinfo=zone_of(zone)))


def day_at(at_us: int, zone: str) -> date:
    """Give the day that a moment lies in."""
    day = datetime.fromtimestamp(at_us // SECOND_US, zone_of(zone)).date()
    # Where midnight is skipped or told twice, the day's own beginning decides.
    while at_us < day_start_us(day, zone):
        day -= timedelta(days=1)
    while at_us >= day_start_us(day + timedelta(days=1), zone):
        day += timedelta(days=1)
    return day


def day_number(text: str) -> int:
    """Read a day as its number; InvalidError if there is none of that date.

    >>> day_number("1970-01-02")
    1
    """
    try:
        return date.fromisoformat(text).toordinal() - _FIRST
    except ValueError as error:
        raise InvalidError(
            f"'{text[:40]}' is no day; write it as 2026-03-01."
        ) from error


def day_text(number: int) -> str:
    """Write a day.

    >>> day_text(day_number("2026-03-29"))
    '2026-03-29'
    """
    return date.fromordinal(number + _FIRST).isoformat()


class Days:
    """The days of a zone by their numbers; 0 is 1970-01-01."""

    def __init__(self, zone: str = "UTC") -> None:
        self.zone = zone
        self._is_utc = zone_of(zone) is UTC or zone == "UTC"
        # By the day of UTC: the number it begins in, and when others begin in it.
        self._kept: dict[int, tuple[int, list[int]]] = {}

    def of(self, at_us: int) -> int:
        """Give the number of the day that a moment (us since 1970) lies in."""
        number = at_us // DAY_US
        if self._is_utc or not _NUMBER_MIN <= number <= _NUMBER_MAX:
            return number
        first, begins = self._kept.get(number) or self._keep(number)
        return first + bisect_right(begins, at_us)

    def begins_us(self, number: int) -> int:
        """Give when a day begins, in us since 1970."""
        if self._is_utc or not _NUMBER_MIN <= number <= _NUMBER_MAX:
            return number * DAY_US
        return day_start_us(date.fromordinal(number + _FIRST), self.zone)

    def _keep(self, number: int) -> tuple[int, list[int]]:
        since_us = number * DAY_US
        first = day_at(since_us, self.zone).toordinal() - _FIRST
        last = day_at(since_us + DAY_US - 1, self.zone).toordinal() - _FIRST
        begins = [self.begins_us(one) for one in range(first + 1, last + 1)]
        if len(self._kept) >= _KEPT_MAX:
            self._kept.clear()
        found = self._kept[number] = (first, begins)
        return found
