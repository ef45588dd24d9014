"""Time is handed in: the only place that asks the machine what time it is."""

import time
from datetime import UTC, datetime
from typing import Protocol

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US


class Clock(Protocol):
    """Tells the time, in microseconds since 1970-01-01 UTC."""

    def now_us(self) -> int: ...


class SystemClock:
    """The clock of the machine."""

    def now_us(self) -> int:
        return time.time_ns() // 1_000


class ManualClock:
    """A clock that stands still until it is moved: for tests and replays."""

    def __init__(self, now_us: int = 0) -> None:
        self._now_us = now_us

    def now_us(self) -> int:
        return self._now_us

    def move(self, by_us: int) -> None:
        self._now_us += by_us


def to_datetime(at_us: int) -> datetime:
    """Turn microseconds since the epoch into an aware UTC datetime.

    >>> to_datetime(1_500_000).isoformat()
    '1970-01-01T00:00:01.500000+00:00'
    """
    seconds, rest = divmod(at_us, SECOND_US)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)


def to_us(moment: datetime) -> int:
    """Turn a datetime into microseconds since the epoch; a naive one is UTC.

    >>> to_us(datetime(1970, 1, 1, 0, 0, 1))
    1000000
    """
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    delta = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * SECOND_US + delta.microseconds


def to_iso(at_us: int) -> str:
    """Write microseconds since the epoch as RFC 3339 in UTC.

    >>> to_iso(0)
    '1970-01-01T00:00:00Z'
    """
    return to_datetime(at_us).isoformat().replace("+00:00", "Z")
