"""One comparison with a property as SQL over a row: `where`, and what is added up.

A row is an event (called d) or a line (l) of the analytic copy. What the copy does not
hold as it was told can't be asked there: NotInCopyError says so, and the meaning judges
instead. No text of a condition enters the SQL: values are bound by name.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from habitue.base.errors import HabitueError
from habitue.lake.plain import is_kept_key, is_plain_text
from habitue.segment.condition import Op, Where
from habitue.segment.reading import LIST_PRICE, is_of_line
from habitue.segment.values import number_of, path_of

_TEXTUAL = {"contains": "contains", "starts_with": "starts_with", "ends_with": "suffix"}
_NUMERIC = {"<", "<=", ">=", ">"}
_NEGATED: dict[str, Op] = {"is_not": "is", "none_of": "one_of"}
FALSE = "FALSE"
_NAME = re.compile(r"\$(v\d+[a-z]*)\b")


class NotInCopyError(HabitueError):
    """The analytic copy does not hold what a condition asks for."""


class Bound:
    """The values of a query, each under a name of its own.

    of: tells queries apart that are put together into one.
    """

    def __init__(self, of: str = "") -> None:
        self._of = of
        self.values: dict[str, Any] = {}

    def add(self, value: Any) -> str:
        """Bind a value; give what stands for it."""
        name = f"v{len(self.values)}{self._of}"
        self.values[name] = value
        return f"${name}"

    def used(self, sql: str) -> dict[str, Any]:
        """Give the values that a query names; what could not be asked left others."""
        return values_in(sql, self.values)


def values_in(sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give those of some values that a query names: an engine wants no others."""
    named = set(_NAME.findall(sql))
    return {name: one for name, one in values.items() if name in named}


class One(NamedTuple):
    """A value in SQL: as text, as a number in millionths, and whether it is true."""

    text: str | None
    number: str | None
    true: str | None = None


class Values(NamedTuple):
    """The values of a property in SQL: whether there are any, and any that is so."""

    told: str
    # Gives SQL that says whether one of the values is so.
    any: Callable[[Callable[[One], str]], str]
    # SQL of all of them: the sum of the numbers in millionths.
    total: str
    # Where there is one at most: as text, NULL where there is none.
    text: str = "NULL"


def test_sql(test: Where, bound: Bound, zone: str) -> str:
    """Give a comparison as SQL that is true or false, never NULL."""
    values = values_sql(test.property, test.currency, bound, zone)
    op = test.op
    if op == "exists":
        return values.told
    if op == "missing":
        return f"NOT {values.told}"
    if test.property[0] != "$":
        _check_plain(op, test.value)
    if op in _NEGATED:
        said = values.any(_holds(_NEGATED[op], test.value, bound))
        return f"({values.told} AND NOT {said})"
    return values.any(_holds(op, test.value, bound))


def _check_plain(op: Op, wanted: Any) -> None:
    """Refuse to ask for texts that the copy masks."""
    told = wanted if isinstance(wanted, tuple) else (wanted,)
    masked = any(isinstance(one, str) and not is_plain_text(one) for one in told)
    if op in _TEXTUAL or masked:
        raise NotInCopyError


def _holds(op: Op, wanted: Any, bound: Bound) -> Callable[[One], str]:
    if op == "is":
        return lambda one: _same(one, wanted, bound)
    if op == "one_of":
        return lambda one: _either([_same(one, each, bound) for each in wanted])
    if op in _TEXTUAL:
        name = bound.add(wanted)
        return lambda one: (
            FALSE if one.text is None else f"{_TEXTUAL[op]}({one.text}, {name})"
        )
    if op in _NUMERIC:
        limit = number_of(wanted)
        return lambda one: (
            FALSE
            if limit is None or one.number is None
            else f"{one.number} {op} {limit}"
        )
    raise NotInCopyError


def _same(one: One, wanted: Any, bound: Bound) -> str:
    if isinstance(wanted, bool):
        if one.true is None:
            return FALSE
        return one.true if wanted else f"(NOT {one.true})"
    if isinstance(wanted, str):
        return FALSE if one.text is None else f"{one.text} = {bound.add(wanted)}"
    number = number_of(wanted)
    if number is None or one.number is None:
        return FALSE
    return f"{one.number} = {number}"


def _either(parts: list[str]) -> str:
    return (
        "(" + " OR ".join(f"coalesce({part}, FALSE)" for part in parts or [FALSE]) + ")"
    )


# -- where values stand ------------------------------------------------------------


def values_sql(name: str, currency: str | None, bound: Bound, zone: str) -> Values:
    """Give the values of a property of an event or a line; of money in one currency."""
    if name == LIST_PRICE and currency is not None:
        return _whole(f"map_extract(l.listed, {bound.add(currency)})[1]")
    if not is_of_line(name):
        found = _of_event(name, currency, bound, zone)
    elif name in _LINE_WORDS:
        found = _LINE_WORDS[name]()
    else:
        raise NotInCopyError
    if currency is None:
        return found
    row = "l" if is_of_line(name) else "d"
    return _only(f"{row}.currency = {bound.add(currency)}", found)


def _only(when: str, values: Values) -> Values:
    return Values(
        f"({when} AND {values.told})",
        lambda holds: f"({when} AND {values.any(holds)})",
        f"CASE WHEN {when} THEN {values.total} ELSE 0 END",
        f"CASE WHEN {when} THEN {values.text} END",
    )


def _of_event(name: str, currency: str | None, bound: Bound, zone: str) -> Values:
    if name == "$day":
        local = f"timezone({bound.add(zone)}, timezone('UTC', d.happened_at))"
        return _text(f"strftime({local}, '%Y-%m-%d')")
    word = _EVENT_WORDS.get(name)
    if word is not None:
        return word()
    if currency is not None:
        # Amounts are read to minor units as sources tell them, in many ways.
        raise NotInCopyError
    return _json(path_of(name), bound)


def _text(sql: str) -> Values:
    told = f"(coalesce({sql}, '') <> '')"
    one = One(sql, f"number_of_text({sql})")
    return _scalar(told, one)


def _whole(sql: str) -> Values:
    one = One(f"CAST({sql} AS VARCHAR)", f"(CAST({sql} AS HUGEINT) * 1000000)")
    return _scalar(f"({sql} IS NOT NULL)", one)


def _milli(sql: str) -> Values:
    return _scalar(
        f"({sql} IS NOT NULL)", One(None, f"(CAST({sql} AS HUGEINT) * 1000)")
    )


def _scalar(told: str, one: One) -> Values:
    return Values(
        told,
        lambda holds: f"({told} AND coalesce({holds(one)}, FALSE))",
        f"CASE WHEN {told} THEN coalesce({one.number}, 0) ELSE 0 END",
        f"CASE WHEN {told} THEN {one.text or 'NULL'} END",
    )


def _json(path: tuple[str, ...], bound: Bound) -> Values:
    if path[0] == "products" or not all(map(is_kept_key, path)):
        raise NotInCopyError
    found = f"[json_extract(CAST(d.properties AS JSON), {_pointer(path[0], bound)})]"
    for key in path[1:]:
        objects = f"list_filter({_flat(found)}, lambda o: json_type(o) = 'OBJECT')"
        found = (
            f"list_transform({objects},"
            f" lambda o: json_extract(o, {_pointer(key, bound)}))"
        )
    told = f"list_filter({_flat(found)}, lambda e: is_told(e))"
    # NULL for what is neither, so that its opposite is NULL as well.
    true = "CASE json_type(e) WHEN 'BOOLEAN' THEN CAST(e AS VARCHAR) = 'true' END"
    one = One("text_of(e)", "number_of(e)", f"({true})")
    return Values(
        f"(len({told}) > 0)",
        lambda holds: (
            f"(len(list_filter({told}, lambda e: coalesce({holds(one)}, FALSE))) > 0)"
        ),
        f"coalesce(list_sum(list_transform({told},"
        " lambda e: coalesce(number_of(e), CAST(0 AS HUGEINT)))), 0)",
    )


def _flat(found: str) -> str:
    return f"flatten(list_transform({found}, lambda x: members(x)))"


def _pointer(key: str, bound: Bound) -> str:
    return bound.add("/" + key.replace("~", "~0").replace("/", "~1"))


_EVENT_WORDS: dict[str, Callable[[], Values]] = {
    "$type": lambda: _text("d.type"),
    "$source": lambda: _text("d.source"),
    "$channel": lambda: _text("d.channel"),
    "$store": lambda: _text("d.store"),
    "$region": lambda: _text("d.region"),
    "$total": lambda: _whole("d.amount_minor"),
}
_LINE_WORDS: dict[str, Callable[[], Values]] = {
    "$product": lambda: _text("l.product"),
    "$product_name": lambda: _text("l.name"),
    "$category": lambda: _text("l.category"),
    "$brand": lambda: _text("l.brand"),
    "$price": lambda: _whole("l.price_minor"),
    "$quantity": lambda: _milli("l.quantity_milli"),
    "$amount": lambda: _whole("l.amount_minor"),
}
