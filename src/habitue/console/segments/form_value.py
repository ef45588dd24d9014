"""Values of comparisons, numbers, spans and windows, as fields of a form and back.

Amounts of money stand in a form as people write them (19.99), in a condition in minor
units of their currency.
"""

import re
from decimal import Decimal
from typing import Any

import msgspec

from habitue.base.money import digits, to_minor, to_text
from habitue.console.segments.draft import Draft, parts, text
from habitue.console.segments.taking import (
    NO_JSON,
    NO_NUMBER,
    NO_WHOLE_NUMBER,
    TOO_FINE,
    Taking,
)
from habitue.segment.condition import Scalar, Value, Window

UNITS = ("seconds", "minutes", "hours", "days", "weeks", "months", "years")
# What the value of an operator looks like in a form; of all others it is a number.
SHAPES = {
    **dict.fromkeys(("is", "is_not"), "one"),
    **dict.fromkeys(("one_of", "none_of"), "several"),
    **dict.fromkeys(("contains", "starts_with", "ends_with"), "text"),
    **dict.fromkeys(("exists", "missing"), "none"),
    **dict.fromkeys(("before", "after"), "date"),
    **dict.fromkeys(("within", "older", "ahead"), "span"),
    "anniversary": "days",
}
# What a value is compared as; a mixed list is told in JSON, a value a line.
TEXT, NUMBER, TRUTH, MIXED = "text", "number", "truth", "mixed"
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{0,18}\.?[0-9]{1,17}(?:e[+-]?[0-9]{1,3})?")
_TRUTHS = {"true": True, "false": False}


def put_number(number: int | float, currency: str | None = None) -> str:
    """Write a number for a form; money as people write it."""
    if currency is not None and isinstance(number, int):
        return to_text(number, currency)
    return repr(number)


def take_number(told: str, path: str, taking: Taking) -> int | float | None:
    """Read a number from a form, with a point or a comma; None if it is none.

    >>> take_number("19,50", "", Taking()), take_number("1 200", "", Taking())
    (19.5, 1200)
    """
    plain = "".join(told.split()).replace(",", ".").lower()
    if _WHOLE.fullmatch(plain):
        return int(plain)
    if _DECIMAL.fullmatch(plain):
        return float(plain)
    taking.wrong(path, NO_NUMBER)
    return None


def take_whole(told: str, path: str, taking: Taking) -> int | None:
    """Read a whole number from a form; None if it is none."""
    plain = "".join(told.split())
    if _WHOLE.fullmatch(plain):
        return int(plain)
    taking.wrong(path, NO_WHOLE_NUMBER)
    return None


def take_amount(told: str, currency: str, path: str, taking: Taking) -> int | None:
    """Read an amount of money from a form, as minor units; None if it is none."""
    plain = "".join(told.split()).replace(",", ".")
    minor = to_minor(plain, currency)
    if minor is None:
        taking.wrong(path, NO_NUMBER)
    elif Decimal(plain).scaleb(digits(currency)) != minor:
        taking.wrong(path, TOO_FINE)
        return None
    return minor


# -- spans and windows -----------------------------------------------------------


def put_span(window: Window) -> list[Draft]:
    """Write a span: a number and a unit for each unit that is told."""
    told = ((unit, getattr(window, unit)) for unit in UNITS)
    return [{"number": str(number), "unit": unit} for unit, number in told if number]


def take_span(draft: Draft, name: str, path: str, taking: Taking) -> Draft | None:
    """Read a span; None where none is told."""
    found: Draft = {}
    for at, one in enumerate(parts(draft, name)):
        told = text(one, "number")
        unit = text(one, "unit")
        if not told or unit not in UNITS:
            continue
        number = take_whole(told, f"{path}-{name}-{at}-number", taking)
        if number is not None:
            found[unit] = found.get(unit, 0) + number
    return found or None


def put_window(window: Window | None) -> Draft:
    """Write when something has to lie: ever, so long until now, between dates."""
    if window is None:
        return {"mode": ""}
    if window.since is None and window.until is None:
        return {"mode": "last", "span": put_span(window)}
    return {
        "mode": "dates",
        "since": window.since or "",
        "until": window.until or "",
    }


def take_window(draft: Draft, path: str, taking: Taking) -> Draft | None:
    """Read when something has to lie; None: ever."""
    mode = text(draft, "mode")
    if mode == "last":
        return take_span(draft, "span", path, taking) or {"days": 0}
    if mode == "dates":
        told = {name: text(draft, name) for name in ("since", "until")}
        return {name: value for name, value in told.items() if value} or {"since": ""}
    return None


# -- values ----------------------------------------------------------------------


def put_value(op: str, value: Value, currency: str | None = None) -> Draft:
    """Write the value of a comparison."""
    if isinstance(value, Window):
        return {"span": put_span(value)}
    if isinstance(value, tuple):
        return _put_several(value, currency)
    if value is None:
        return {}
    if SHAPES.get(op) == "one":
        return {"as": _sort(value), "value": _put_scalar(value, currency)}
    return {"value": _put_scalar(value, currency)}


def _put_several(values: tuple[Scalar, ...], currency: str | None) -> Draft:
    sorts = {_sort(one) for one in values}
    if len(sorts) == 1:
        lines = [_put_scalar(one, currency) for one in values]
        return {"as": sorts.pop(), "value": "\n".join(lines)}
    lines = [msgspec.json.encode(one).decode() for one in values]
    return {"as": MIXED, "value": "\n".join(lines)}


def _sort(value: Scalar) -> str:
    if isinstance(value, bool):
        return TRUTH
    return TEXT if isinstance(value, str) else NUMBER


def _put_scalar(value: Scalar, currency: str | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else put_number(value, currency)


class Reader:
    """Reads the value of one comparison of a draft."""

    def __init__(self, draft: Draft, path: str, taking: Taking) -> None:
        self._draft = draft
        self._path = path
        self._taking = taking
        self._currency = text(draft, "currency").upper()

    def read(self, op: str) -> Any:
        """Give the value as a condition tells it; None where there is none."""
        told = text(self._draft, "value")
        match SHAPES.get(op, "number"):
            case "none":
                return None
            case "span":
                return take_span(self._draft, "span", self._path, self._taking)
            case "days":
                return take_whole(told, self._at, self._taking)
            case "number":
                return self._number(told)
            case "one":
                return self._scalar(told)
            case "several":
                lines = (line.strip() for line in told.split("\n"))
                return [self._scalar(line) for line in lines if line]
            case _:
                return told

    @property
    def _at(self) -> str:
        return f"{self._path}-value"

    def _number(self, told: str) -> int | float | None:
        if self._currency:
            return take_amount(told, self._currency, self._at, self._taking)
        return take_number(told, self._at, self._taking)

    def _scalar(self, told: str) -> Any:
        match text(self._draft, "as"):
            case "number":
                return self._number(told)
            case "truth":
                return _TRUTHS.get(told.lower(), told)
            case "mixed":
                return self._json(told)
            case _:
                return told

    def _json(self, told: str) -> Any:
        try:
            return msgspec.json.decode(told)
        except (msgspec.DecodeError, UnicodeError):
            self._taking.wrong(self._at, NO_JSON)
            return None
