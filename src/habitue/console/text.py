"""How values become text on the page: nothing invisible, nothing endless."""

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from habitue.base.clock import DAY_US, HOUR_US, MINUTE_US, SECOND_US, to_datetime, to_us

TEXT_MAX = 500
# Joiners hold emoji and Persian words together; alone they hide in Latin text.
_JOINERS = "\u200c\u200d"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def visible(value: object) -> str:
    r"""Write a value so that control, bidi and invisible characters can be seen.

    >>> visible("a\u202eb\x00"), visible(None)
    ('a[U+202E]b[U+0000]', '')
    """
    text = "" if value is None else str(value)
    if len(text) > TEXT_MAX:
        text = text[:TEXT_MAX] + "…"
    if text.isascii() and text.isprintable():
        return text
    return "".join(_seen(text, at) for at in range(len(text)))


def _seen(text: str, at: int) -> str:
    char = text[at]
    if unicodedata.category(char) not in _HIDDEN:
        return char
    between = 0 < at < len(text) - 1 and not (text[at - 1] + text[at + 1]).isascii()
    if char in _JOINERS and between:
        return char
    return f"[U+{ord(char):04X}]"


def moment(text: object, zone: str) -> str:
    """Write a time of a view for people, in the shop's time zone.

    >>> moment("2026-11-20T13:05:00Z", "Europe/Warsaw"), moment("soon", "UTC")
    ('20 Nov 2026, 14:05', 'soon')
    """
    found = _parsed(text)
    if found is None:
        return visible(text)
    return f"{found.astimezone(ZoneInfo(zone)):%-d %b %Y, %H:%M}"


def day(text: object, zone: str) -> str:
    """Write the day of a time of a view.

    >>> day("2026-11-20T23:30:00Z", "Europe/Warsaw")
    'Saturday, 21 November 2026'
    """
    found = _parsed(text)
    if found is None:
        return visible(text)
    return f"{found.astimezone(ZoneInfo(zone)):%A, %-d %B %Y}"


def day_month(text: object, zone: str) -> str:
    """Write the date of a time of a view, short.

    >>> day_month("2026-11-20T23:30:00Z", "Europe/Warsaw")
    '21 Nov 2026'
    """
    found = _parsed(text)
    if found is None:
        return visible(text)
    return f"{found.astimezone(ZoneInfo(zone)):%-d %b %Y}"


def clock_time(text: object, zone: str) -> str:
    """Write the time of day of a time of a view.

    >>> clock_time("2026-11-20T13:05:09Z", "UTC")
    '13:05:09'
    """
    found = _parsed(text)
    if found is None:
        return visible(text)
    return f"{found.astimezone(ZoneInfo(zone)):%H:%M:%S}"


def short_date(text: object, zone: str, now_us: int) -> str:
    """Write the date of a time of a view, if that isn't today.

    >>> short_date("1970-01-01T08:00:00Z", "UTC", 0)
    ''
    >>> short_date("2010-12-01T08:00:00Z", "UTC", 0)
    '1 Dec 2010'
    """
    found = _parsed(text)
    if found is None:
        return ""
    local = found.astimezone(ZoneInfo(zone))
    today = to_datetime(now_us).astimezone(ZoneInfo(zone))
    return "" if local.date() == today.date() else f"{local:%-d %b %Y}"


def number(value: object) -> str:
    """Write a whole number with its thousands apart; anything else as it is.

    >>> number(541909), number("many")
    ('541,909', 'many')
    """
    return f"{value:,}" if isinstance(value, int) else visible(value)


def ago(text: object, now_us: int) -> str:
    """Say how long ago a time of a view was.

    >>> ago("1970-01-01T00:00:00Z", 3 * 60_000_000)
    '3 min ago'
    """
    found = _parsed(text)
    if found is None:
        return "never"
    passed = now_us - to_us(found)
    for size, word in ((DAY_US, "d"), (HOUR_US, "h"), (MINUTE_US, "min")):
        if passed >= size:
            return f"{passed // size} {word} ago"
    return f"{passed // SECOND_US} s ago" if passed >= SECOND_US else "now"


def words(name: object) -> str:
    """Write a name of ours for people.

    >>> words("first_purchase_at")
    'First purchase at'
    """
    text = visible(name).replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def flat(value: Any, depth: int = 0) -> str:
    """Write a nested value in one line.

    >>> flat({"GBP": "12.00", "EUR": ["3.00", None]})
    'GBP: 12.00; EUR: 3.00, none'
    """
    if isinstance(value, dict) and depth < 3:
        pairs = _first(value.items())
        parts = (f"{visible(k)}: {flat(v, depth + 1)}" for k, v in pairs)
        return "; ".join(parts) or "none"
    if isinstance(value, (list, tuple)) and depth < 3:
        return ", ".join(flat(v, depth + 1) for v in _first(value)) or "none"
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return visible(value)


def _first(values: Any, limit: int = 20) -> Iterator[Any]:
    for at, value in enumerate(values):
        if at == limit:
            return
        yield value


def _parsed(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
