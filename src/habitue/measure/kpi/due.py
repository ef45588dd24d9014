"""When a digest is due: on a day of the week, at an hour of the shop's zone."""

from datetime import date, datetime, time, timedelta

from habitue.base.clock import to_us
from habitue.base.days import day_at, zone_of

WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
WEEK = 7


def last_due(now_us: int, weekday: str, hour: int, zone: str) -> date:
    """Give the last day on which a digest was due by now.

    An hour that clocks skip is due when they would have shown it; one that they show
    twice is due at the first.

    >>> last_due(0, "thursday", 0, "UTC"), last_due(0, "thursday", 1, "UTC")
    (datetime.date(1970, 1, 1), datetime.date(1969, 12, 25))
    """
    today = day_at(now_us, zone)
    back = (today.weekday() - WEEKDAYS.index(weekday)) % WEEK
    day = today - timedelta(days=back)
    due = datetime.combine(day, time(hour), tzinfo=zone_of(zone))
    return day if to_us(due) <= now_us else day - timedelta(days=WEEK)


def weeks_before(day: date) -> tuple[tuple[str, str], tuple[str, str]]:
    """Give the seven days before a day, and the seven before these.

    >>> weeks_before(date(2026, 3, 9))
    (('2026-03-02', '2026-03-08'), ('2026-02-23', '2026-03-01'))
    """
    first, last = (_span(day - timedelta(days=WEEK * back)) for back in (0, 1))
    return first, last


def _span(day: date) -> tuple[str, str]:
    since, until = day - timedelta(days=WEEK), day - timedelta(days=1)
    return since.isoformat(), until.isoformat()
