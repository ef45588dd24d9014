"""Times that a shop tells by its own clock."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_CHARS_MAX = 40


def local_time(told: Any, time_zone: str) -> str | None:
    """Write a time told without an offset as UTC; None if it can't be read.

    A time that the clocks skip counts as before they were moved, one that they
    repeat as its first pass.

    >>> local_time("2026-07-01 12:00:00", "Europe/Warsaw")
    '2026-07-01T10:00:00Z'
    """
    if not isinstance(told, str) or len(told) > _CHARS_MAX:
        return None
    try:
        moment = datetime.fromisoformat(told.strip())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=_zone(time_zone))
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
