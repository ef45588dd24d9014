"""When a watch's file is due, in the shop's zone, and whether it is missing."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from habitue.base.clock import HOUR_US, to_datetime, to_us
from habitue.model.watch import Watch

_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")


def is_hour(text: str) -> bool:
    """Say whether a text is an hour of the day, with seconds or without.

    >>> is_hour("06:00"), is_hour("6"), is_hour("24:00")
    (True, False, False)
    """
    return _HOUR.fullmatch(text) is not None


def due_by(watch: Watch, now_us: int, zone: ZoneInfo) -> int | None:
    """Give the last moment at or before now at which a file was due; None if never."""
    today = to_datetime(now_us).astimezone(zone).date()
    moments = (_due_on(watch, today - timedelta(days=back), zone) for back in range(9))
    return next((at for at in moments if at is not None and at <= now_us), None)


def due_next(watch: Watch, now_us: int, zone: ZoneInfo) -> int | None:
    """Give the first moment after now at which a file is due; None if never."""
    today = to_datetime(now_us).astimezone(zone).date()
    moments = (_due_on(watch, today + timedelta(days=on), zone) for on in range(9))
    return next((at for at in moments if at is not None and at > now_us), None)


def _due_on(watch: Watch, day: date, zone: ZoneInfo) -> int | None:
    """Give when a file is due on a day.

    An hour that the clocks skip is an hour later, one that they repeat its first pass.
    """
    if watch.expect is None or day.weekday() not in watch.days:
        return None
    local = datetime.combine(day, time.fromisoformat(watch.expect), zone)
    return to_us(local.astimezone(UTC))


def missing_since(
    watch: Watch, landed_us: Iterable[int], now_us: int, zone: ZoneInfo
) -> int | None:
    """Give since when a file is missing; None if none is.

    landed_us: when files of the watch landed. One counts for the moment it was due if
    it came at most early_hours before, or any time after: a late one ends the alarm
    and is not taken for the next day's.
    """
    due_us = due_by(watch, now_us, zone)
    # What was due before anybody asked for it is not missed.
    if due_us is None or due_us < watch.made_us:
        return None
    early_us = due_us - watch.early_hours * HOUR_US
    return None if any(early_us < at <= now_us for at in landed_us) else due_us
