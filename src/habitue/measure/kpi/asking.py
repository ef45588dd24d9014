"""Queries for key figures: named tables over the copy for analysis, as one query."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from msgspec import Struct, structs

from habitue.base.sql import named_statements, read_sql
from habitue.measure.kpi.funnel import Apart, reached
from habitue.measure.kpi.way import Went

# So many parts of a span are told apart in `people` and `money`: by the bits of
# GROUPING(month, channel, store), where a bit says that it is of all of them.
PARTS: Mapping[int, str] = {7: "whole", 3: "month", 5: "channel", 6: "store"}
# Who bought so often in the span is loyal, unless something else is asked for.
LOYAL = 3
STEPS = ("Product Viewed", "Product Added", "Checkout Started", "$purchase")
STEPS_MAX = 8
_NOBODY = "SELECT CAST(0 AS BIGINT) AS person_id WHERE FALSE"
_ONCE = frozenset(
    {"bought", "born", "whose", "sold", "buyer", "meant", "unkept", "went"}
)
# Queries of others, that have tables of their own.
_OTHERS = frozenset({"meant", "went"})
_NAME = re.compile(r"\$(\w+)")


class Meant(Struct, frozen=True):
    """The people of a segment as SQL that gives person_id, and what it binds."""

    sql: str = ""
    values: Mapping[str, Any] = {}


class Asked(Struct, frozen=True, kw_only=True):
    """Of what key figures are.

    since_us, until_us: the span, in microseconds since 1970, the second behind it;
    months_since_us, months_until_us: the whole months that it touches; now_us: what
    lies behind it is still to come. currency: of tenths and cohorts. meant: whose.
    went: by which channels they came, where steps are told by the way.
    """

    since_us: int
    until_us: int
    months_since_us: int
    months_until_us: int
    now_us: int
    zone: str = "UTC"
    currency: str = ""
    loyal: int = LOYAL
    steps: tuple[str, ...] = STEPS
    apart: Apart = Apart()
    meant: Meant = Meant()
    went: Went = Went()


class Query(Struct, frozen=True):
    """A query, and the values of its names."""

    sql: str
    values: dict[str, Any]


@cache
def _tables() -> dict[str, str]:
    return named_statements(read_sql("habitue.measure.kpi", "kpi.sql"))


def query(asked: Asked, last: str, **more: Any) -> Query:
    """Make a query of a last SELECT over the named tables, and those that it needs.

    more: what else the SELECT names.
    """
    apart = structs.replace(asked.apart, meant=bool(asked.meant.sql))
    funnel = reached(asked.steps, apart)
    others = {"meant": asked.meant.sql or _NOBODY, "went": asked.went.sql}
    tables = {**others, **_tables(), **funnel}
    needed = _needed(last, tables)
    told = ", ".join(
        f"{name} AS {'MATERIALIZED ' if name in _ONCE else ''}({sql})"
        for name, sql in tables.items()
        if name in needed
    )
    sql = f"WITH {told} {last}"
    values = {
        "since_us": asked.since_us,
        "until_us": asked.until_us,
        "months_since_us": asked.months_since_us,
        "months_until_us": asked.months_until_us,
        "now_us": asked.now_us,
        "before_us": asked.since_us - 1,
        "last_us": min(asked.until_us - 1, asked.now_us),
        "zone": asked.zone,
        "currency": asked.currency,
        "loyal": asked.loyal,
        "by_path": asked.apart.by_path,
        "same_path": asked.apart.same_path,
        "everybody": not asked.meant.sql,
        **{f"step_{at}": name for at, name in enumerate(asked.steps)},
        **asked.meant.values,
        **asked.went.values,
        **more,
    }
    # A value may be a word of a step, which is no name of the query.
    used = set(_NAME.findall(sql.replace("'$purchase'", "''")))
    return Query(sql, {name: one for name, one in values.items() if name in used})


def _needed(text: str, tables: Mapping[str, str]) -> set[str]:
    found: set[str] = set()
    waiting = [text]
    while waiting:
        for name in _named(waiting.pop(), tables) - found:
            found.add(name)
            if name not in _OTHERS:
                waiting.append(tables[name])
    return found


def _named(text: str, tables: Iterable[str]) -> set[str]:
    return set(re.findall(r"(?:FROM|JOIN)\s+(\w+)", text)).intersection(tables)
