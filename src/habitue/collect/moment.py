"""When it happened: skew of the sender's clock corrected, and never unbounded."""

from datetime import UTC, datetime
from typing import Literal, NamedTuple

from habitue.base.clock import DAY_US, SECOND_US
from habitue.collect.limits import Limits

TimeRule = Literal["sent", "told", "received", "bounded"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Numbers below are seconds, below the next milliseconds, then microseconds.
_SECONDS_BELOW = 10**11
_MILLISECONDS_BELOW = 10**14
_TEXT_CHARS_MAX = 64
_NUMBER_MAX = 10**17


class Moment(NamedTuple):
    """The time of an event, and how it was found."""

    at_us: int
    rule: TimeRule


def read_time(told: object) -> int | None:
    """Read a time as clients tell it, in microseconds; None if it can't be read.

    Text is ISO 8601, without an offset it is UTC; a number counts seconds,
    milliseconds or microseconds since 1970.

    >>> read_time("1970-01-01T01:00:01+01:00"), read_time(1.5), read_time("soon")
    (1000000, 1500000, None)
    """
    if type(told) is str:
        return _read_text(told)
    if isinstance(told, (int, float)) and not isinstance(told, bool):
        return _read_number(told)
    return None


def _read_text(told: str) -> int | None:
    if len(told) > _TEXT_CHARS_MAX:
        return None
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return _read_digits(told)
    return _since_epoch(moment)


def _since_epoch(moment: datetime) -> int:
    since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH
    # A third quicker than dividing by a microsecond, and as exact.
    return since.days * DAY_US + since.seconds * SECOND_US + since.microseconds


def _read_digits(told: str) -> int | None:
    text = told.strip()
    if not text.isascii():
        return None
    if text.isdigit():
        return _read_number(int(text))
    try:
        # Java's clients write a space for the T, and RFC 3339 allows small letters.
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return _since_epoch(moment)


def _read_number(told: float) -> int | None:
    size = abs(told)
    if not size < _NUMBER_MAX:
        return None
    if size < _SECONDS_BELOW:
        return round(told * SECOND_US)
    if size < _MILLISECONDS_BELOW:
        return round(told * 1_000)
    return round(told)


def place_in_time(
    original_us: int | None,
    sent_us: int | None,
    received_us: int,
    limits: Limits,
    historical: bool = False,
) -> Moment:
    """Find when an event happened: received - (sent - original), within bounds.

    What is historical reaches back to 1970, everything else as far as limits say.
    """
    if original_us is None:
        return Moment(received_us, "received")
    if sent_us is None:
        at_us, rule = original_us, "told"
    else:
        at_us, rule = received_us - (sent_us - original_us), "sent"
    latest_us = received_us + limits.future_us
    earliest_us = 0 if historical else received_us - limits.reach_us
    if earliest_us <= at_us <= latest_us:
        return Moment(at_us, rule)  # type: ignore[arg-type]
    return Moment(min(max(at_us, earliest_us), latest_us), "bounded")
