"""Look into data from outside: how deep, which numbers, which letters."""

import re
from typing import Any

from habitue.collect.limits import INTEGER_MAX

# All C0 codes but tab, line feed and carriage return, and halves of pairs.
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_DIGITS = bytes(0x30 if 0x30 <= code <= 0x39 else code for code in range(256))
# 2**63 has 19 digits, so a shorter run can't be over it.
_LONG_RUN = b"0" * 19
_BACKSLASH = 0x5C
_CONTROL_ESCAPES = (b"\\u000", b"\\u001", b"\\b", b"\\f")


def may_be_deep(raw: bytes, depth_max: int) -> bool:
    """Say whether raw JSON could be nested deeper; no is certain, yes is not."""
    return raw.count(b"{") + raw.count(b"[") > depth_max


def may_hold_long_numbers(raw: bytes) -> bool:
    """Say whether raw JSON could hold a number over 2**63; no is certain."""
    return _LONG_RUN in raw.translate(_DIGITS)


def may_hold_control_codes(raw: bytes) -> bool:
    """Say whether strict JSON could hold control codes; no is certain."""
    # One byte, told as its number, is found many times faster than two.
    return _BACKSLASH in raw and any(map(raw.__contains__, _CONTROL_ESCAPES))


def fault(value: Any, levels: int) -> str | None:
    """Say what is wrong with the shape of a value: too_deep, number_out_of_range.

    >>> fault({"a": [float("nan")]}, 9), fault([[[]]], 2), fault({"a": 1}, 9)
    ('number_out_of_range', 'too_deep', None)
    """
    if isinstance(value, (dict, list)):
        if levels <= 0:
            return "too_deep"
        inside = value.values() if isinstance(value, dict) else value
        for part in inside:
            found = fault(part, levels - 1)
            if found:
                return found
        return None
    if isinstance(value, float):
        return None if abs(value) < float("inf") else "number_out_of_range"
    if isinstance(value, int) and not isinstance(value, bool):
        return (
            None if -INTEGER_MAX - 1 <= value <= INTEGER_MAX else "number_out_of_range"
        )
    return None


def clean(value: Any) -> Any:
    r"""Give a value without control codes and lone surrogates, in names and texts.

    >>> clean({"a\x00": ["b\ud800", 1]})
    {'a': ['b�', 1]}
    """
    match value:
        case str():
            return _UNWANTED.sub(_replacement, value)
        case dict():
            return {clean(name): clean(part) for name, part in value.items()}
        case list():
            return [clean(part) for part in value]
        case _:
            return value


def _replacement(found: re.Match[str]) -> str:
    return "\ufffd" if found.group() >= "\ud800" else ""
