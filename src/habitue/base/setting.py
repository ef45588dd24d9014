"""One setting: what it says, what it may be, and how it is read from text."""

import difflib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

# What is shown of a secret.
MARKED = "(hidden)"
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


class BadValueError(Exception):
    """A value is not what a setting takes; the message says what it must be."""


class Form(Struct, frozen=True):
    """A form that a text must have, in words and as a test."""

    words: str
    holds: Callable[[str], bool]


class Setting(Struct, frozen=True):
    """What a setting is for, in one sentence, and the limits of its value."""

    text: str
    low: int = 0
    high: int = 2**31
    form: Form | None = None
    secret: bool = False


def _is_time_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


CURRENCY = Form(
    "three capital letters, such as EUR",
    lambda text: re.fullmatch(r"[A-Z]{3}", text) is not None,
)
COUNTRY = Form(
    "two capital letters, such as PL",
    lambda text: re.fullmatch(r"[A-Z]{2}", text) is not None,
)
TIME_ZONE = Form("the name of a time zone, such as Europe/Warsaw", _is_time_zone)
LOG_LEVEL = Form(
    "one of debug, info, warning, error",
    lambda text: text in {"debug", "info", "warning", "error"},
)
LOG_FORMAT = Form("one of text, json", lambda text: text in {"text", "json"})
_DAYS = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "never",
)
DIGEST_DAY = Form(f"one of {', '.join(_DAYS)}", lambda text: text in _DAYS)
LANGUAGE = Form("one of en, pl, ru, kk", lambda text: text in {"en", "pl", "ru", "kk"})


def parse(told: object, kind: Any, setting: Setting) -> Any:
    """Read a value (text, or what TOML and flags give); raises BadValueError.

    >>> parse("8460", int, Setting("A port.", high=65_535))
    8460
    """
    if kind is int:
        return _whole(told, setting)
    if kind is bool:
        return _truth(told)
    if kind is Path:
        return Path(_text(told, setting)).expanduser()
    if kind is str:
        empty = setting.form is None or setting.form.holds("")
        return _text(told, setting, empty=empty)
    return _list(told)


def must_be(kind: Any, setting: Setting) -> str:
    """Say in words what a setting takes."""
    if setting.form is not None:
        return setting.form.words
    words = {
        "int": f"a whole number from {setting.low} to {setting.high}",
        "bool": "true or false",
        "Path": "a path",
        "str": "text",
    }
    return words.get(kind.__name__, "a list, as text with commas between")


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant, as the end of a sentence."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else "."


def _whole(told: object, setting: Setting) -> int:
    text = str(told).strip().replace("_", "")
    number = int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None
    if isinstance(told, bool) or number is None:
        raise BadValueError(must_be(int, setting))
    if not setting.low <= number <= setting.high:
        raise BadValueError(must_be(int, setting))
    return number


def _truth(told: object) -> bool:
    word = str(told).strip().lower()
    if word not in _TRUE | _FALSE:
        raise BadValueError("true or false")
    return word in _TRUE


def _text(told: object, setting: Setting, *, empty: bool = False) -> str:
    text = str(told).strip() if isinstance(told, (str, Path)) else None
    wrong_form = text is not None and setting.form and not setting.form.holds(text)
    if text is None or wrong_form or (not text and not empty) or "\0" in text:
        words = setting.form.words if setting.form else "text that is not empty"
        raise BadValueError(words)
    return text


def _list(told: object) -> tuple[str, ...]:
    parts = told.split(",") if isinstance(told, str) else told
    if not isinstance(parts, (list, tuple)) or not all(
        isinstance(part, str) for part in parts
    ):
        raise BadValueError("a list of texts, or one text with commas between")
    return tuple(part.strip() for part in parts if part.strip())
