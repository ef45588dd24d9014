"""Where a field's value comes from: a path, the first of several, or a small recipe.

A text is a path, or header:NAME or query:NAME. A list is the first of its values that
is there. A table says more: const, setting, path, join, sum, least, each, fields, and
what is done with what is found: map, otherwise, as, drop, prefix.
"""

from collections.abc import Callable
from typing import Any, Literal

import msgspec
from msgspec import Struct

from habitue.base.errors import InvalidError
from habitue.base.money import to_text
from habitue.collect.identify import as_text
from habitue.collect.moment import read_time
from habitue.collect.webhooks.amount import decimal_of, least, number, total
from habitue.collect.webhooks.delivery import Delivery
from habitue.collect.webhooks.local import local_time
from habitue.collect.webhooks.path import Path, Scopes, get, parse, walk

LISTED_MAX = 1_000
DEPTH_MAX = 8
_OUTSIDE = ("header:", "query:")
_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off", ""})


class Around(Struct, frozen=True):
    """What values may ask for beside the document: the delivery, what is set."""

    delivery: Delivery
    time_zone: str
    # Of amounts that come without one; "" where none is set.
    currency: str = ""


class Outside(Struct, frozen=True):
    """A value out of a header or the address."""

    kind: str
    name: str


class First(Struct, frozen=True):
    """The first of several values that is there."""

    of: "tuple[Value, ...]"


class Recipe(Struct, frozen=True):
    """A value that is made of others."""

    told: "_Told"
    path: "Value | None"
    join: "tuple[Value, ...]"
    sum: "tuple[Value, ...]"
    least: "tuple[Value, ...]"
    each: Path | None
    fields: "dict[str, Value]"
    otherwise: Any
    currency: "Value | None"


Value = Path | Outside | First | Recipe


class _Told(Struct, frozen=True, forbid_unknown_fields=True, rename={"form": "as"}):
    const: Any = None
    setting: Literal["", "currency"] = ""
    path: Any = None
    join: list[Any] | None = None
    by: str = ""
    sum: str | list[Any] = ""
    least: str | list[Any] = ""
    each: str = ""
    fields: dict[str, Any] = {}
    map: dict[str, Any] = {}
    otherwise: Any = None
    form: Literal["", "text", "number", "yes", "lower", "time", "local", "minor"] = ""
    currency: Any = None
    drop: str = ""
    prefix: str = ""


def compile_value(told: Any, where: str, depth: int = 0) -> Value:
    """Read a value of a mapping; raises InvalidError that says where it is wrong."""
    if depth > DEPTH_MAX:
        raise InvalidError(f"{where} is nested too deep.")
    match told:
        case str():
            return _text(told)
        case list():
            return First(tuple(compile_value(one, where, depth + 1) for one in told))
        case dict():
            return _recipe(told, where, depth)
        case _:
            table = f"{{ const = {msgspec.json.encode(told).decode()} }}"
            raise InvalidError(
                f"{where} is {told!r}; write a path, a list of paths, or a table such"
                f" as {table}."
            )


def _text(told: str) -> Value:
    for kind in _OUTSIDE:
        if told.startswith(kind):
            return Outside(kind[:-1], told.removeprefix(kind).lower())
    return parse(told)


def _recipe(told: dict[str, Any], where: str, depth: int) -> Recipe:
    try:
        read = msgspec.convert(told, _Told)
    except msgspec.ValidationError as error:
        raise InvalidError(f"{where} can't be read: {error}.") from error

    def inner(one: Any) -> Value | None:
        return None if one is None else compile_value(one, where, depth + 1)

    def several(told: str | list[Any] | None) -> tuple[Value, ...]:
        listed = [told] if told and isinstance(told, str) else told or ()
        return tuple(compile_value(one, where, depth + 1) for one in listed)

    return Recipe(
        told=read,
        path=inner(read.path),
        join=several(read.join),
        sum=several(read.sum),
        least=several(read.least),
        each=parse(read.each) if read.each else None,
        fields={
            name: compile_value(one, f"{where}.{name}", depth + 1)
            for name, one in read.fields.items()
        },
        otherwise=read.otherwise,
        currency=inner(read.currency),
    )


def evaluate(value: Value, scopes: Scopes, around: Around) -> Any:
    """Give a value, None where there is nothing."""
    match value:
        case Path():
            return get(value, scopes)
        case Outside():
            held = getattr(
                around.delivery, "query" if value.kind == "query" else "headers"
            )
            return held.get(value.name)
        case First():
            found = (evaluate(one, scopes, around) for one in value.of)
            return next((one for one in found if not is_nothing(one)), None)
        case _:
            return _make(value, scopes, around)


def is_nothing(value: Any) -> bool:
    """Say whether a value stands for nothing: empty, of any kind.

    >>> is_nothing(""), is_nothing([]), is_nothing(0), is_nothing(False)
    (True, True, False, False)
    """
    return value is None or value in ("", [], {})


def _make(value: Recipe, scopes: Scopes, around: Around) -> Any:
    told = value.told
    if told.const is not None:
        return told.const
    if told.setting:
        return around.currency or None
    if value.each is not None:
        return _list(value, scopes, around)
    return _finish(_found(value, scopes, around), value, scopes, around)


def _found(value: Recipe, scopes: Scopes, around: Around) -> Any:
    def all_of(parts: tuple[Value, ...]) -> list[Any]:
        return [evaluate(one, scopes, around) for one in parts]

    if value.sum:
        return total(all_of(value.sum))
    if value.least:
        return least(all_of(value.least))
    if value.join:
        return _join(all_of(value.join), value.told.by)
    if value.path is not None:
        return evaluate(value.path, scopes, around)
    return _object(value.fields, scopes, around)


def _list(value: Recipe, scopes: Scopes, around: Around) -> list[Any]:
    made: list[Any] = []
    if value.each is None:
        return made
    for inner in walk(value.each, scopes):
        one = _object(value.fields, inner, around) if value.fields else inner[-1]
        if not is_nothing(one):
            made.append(one)
        if len(made) >= LISTED_MAX:
            break
    return made


def _object(fields: dict[str, Value], scopes: Scopes, around: Around) -> dict[str, Any]:
    found = {name: evaluate(one, scopes, around) for name, one in fields.items()}
    return {name: one for name, one in found.items() if not is_nothing(one)}


def _join(parts: list[Any], by: str) -> str | None:
    texts = [as_text(one) or "" for one in parts]
    said = [text for text in texts if text]
    # Without something between them, parts make one name that needs all of them.
    if not by and len(said) < len(texts):
        return None
    return by.join(said) or None


def _finish(found: Any, value: Recipe, scopes: Scopes, around: Around) -> Any:
    told = value.told
    text = as_text(found)
    if told.map:
        word = text if not isinstance(found, bool) else str(found).lower()
        mapped = told.map.get(word or "")
        if mapped is not None:
            return mapped
    if is_nothing(found):
        return value.otherwise
    if told.map and value.otherwise is not None:
        return value.otherwise
    if text is not None and (told.drop or told.prefix):
        found = told.prefix + text.removeprefix(told.drop)
    if told.form == "minor":
        return _minor(found, value, scopes, around)
    if told.form == "local":
        return local_time(found, around.time_zone)
    return _FORMS[told.form](found) if told.form else found


def _minor(found: Any, value: Recipe, scopes: Scopes, around: Around) -> Any:
    """Turn minor units into an amount in the units of their currency."""
    if value.currency is None or not isinstance(found, (int, str)):
        return None
    currency = as_text(evaluate(value.currency, scopes, around)) or ""
    whole = decimal_of(found)
    if whole is None or whole != whole.to_integral_value():
        return None
    return to_text(int(whole), currency.upper())


def _yes(found: Any) -> bool | None:
    if isinstance(found, bool):
        return found
    word = (as_text(found) or "?").strip().lower()
    return True if word in _YES else False if word in _NO else None


def _time(found: Any) -> Any:
    return None if read_time(found) is None else found


def _lower(found: Any) -> str | None:
    text = as_text(found)
    return None if text is None else text.strip().lower()


_FORMS: dict[str, Callable[[Any], Any]] = {
    "text": as_text,
    "number": number,
    "yes": _yes,
    "lower": _lower,
    "time": _time,
}
