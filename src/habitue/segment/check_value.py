"""Whether the value of a comparison fits its operator."""

from collections.abc import Callable, Iterator

from habitue.segment.compare import MOVING
from habitue.segment.condition import HasComputed, HasTrait, Value, Where, Window
from habitue.segment.fault import Fault
from habitue.segment.limits import TEXT_MAX, VALUES_MAX, YEAR_DAYS_MAX
from habitue.segment.moments import is_date, is_open, window_us
from habitue.segment.values import NUMBER_MAX

Comparison = HasTrait | HasComputed | Where


def faults_of_comparison(
    told: Comparison, place: str, *, moving: bool
) -> Iterator[Fault]:
    """Give what is wrong with operator and value of a comparison at a place.

    moving: whether it may compare with now, which only traits may.
    """
    if told.op in MOVING and not moving:
        reason = f"'{told.op}' compares with now, as traits alone can be: use within."
        yield Fault(f"{place}/op", reason)
        return
    fits, wanted = _FITS[told.op]
    if not fits(told.value):
        yield Fault(f"{place}/value", f"'{told.op}' is compared with {wanted}.")


def is_text(text: str) -> bool:
    """Say whether a text is plain: no control characters, no half letters."""
    return text.isprintable() or not any(
        ord(letter) < 32 or 0xD800 <= ord(letter) < 0xE000 for letter in text
    )


def is_number(value: Value) -> bool:
    """Say whether a value is a number that can be compared with."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= NUMBER_MAX


def _is_short_text(value: Value) -> bool:
    return isinstance(value, str) and 0 < len(value) <= TEXT_MAX and is_text(value)


def _is_scalar(value: Value) -> bool:
    return isinstance(value, bool) or is_number(value) or _is_short_text(value)


def _are_scalars(value: Value) -> bool:
    if not isinstance(value, tuple) or not 0 < len(value) <= VALUES_MAX:
        return False
    return all(_is_scalar(one) for one in value)


def _is_span(value: Value) -> bool:
    return isinstance(value, Window) and is_open(value) and window_us(value) > 0


def _is_date(value: Value) -> bool:
    return isinstance(value, str) and is_date(value)


def _are_days(value: Value) -> bool:
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return 0 < value <= YEAR_DAYS_MAX


def _is_nothing(value: Value) -> bool:
    return value is None


_Fit = tuple[Callable[[Value], bool], str]
_SCALAR: _Fit = (
    _is_scalar,
    f"a text of 1 to {TEXT_MAX} letters, a number, true, false",
)
_SCALARS: _Fit = (_are_scalars, f"a list of 1 to {VALUES_MAX} texts or numbers")
_TEXT: _Fit = (_is_short_text, f"a text of 1 to {TEXT_MAX} letters")
_NUMBER: _Fit = (is_number, "a number")
_DATE: _Fit = (_is_date, "a date such as 2026-03-01, or a moment with its offset")
_SPAN: _Fit = (_is_span, 'a span such as {"days": 30}')
_NOTHING: _Fit = (_is_nothing, "nothing: leave the value out")
_FITS: dict[str, _Fit] = {
    "is": _SCALAR,
    "is_not": _SCALAR,
    "one_of": _SCALARS,
    "none_of": _SCALARS,
    "contains": _TEXT,
    "starts_with": _TEXT,
    "ends_with": _TEXT,
    "<": _NUMBER,
    "<=": _NUMBER,
    ">=": _NUMBER,
    ">": _NUMBER,
    "exists": _NOTHING,
    "missing": _NOTHING,
    "before": _DATE,
    "after": _DATE,
    "within": _SPAN,
    "older": _SPAN,
    "ahead": _SPAN,
    "anniversary": (_are_days, f"a number of days, 1 to {YEAR_DAYS_MAX}"),
}
