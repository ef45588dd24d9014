"""Whatever stands in a name or a value of a condition: no query says what it says.

A query is our own words, numbers, and names of bound values. So each piece of it has to
be one that queries of harmless conditions have; and the engine, which reads it as one
question, gives people and changes nothing.
"""

import itertools
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
from msgspec import structs

from habitue.segment.compile_comparison import values_in
from habitue.segment.compile_sql import Asked, compiled
from habitue.segment.compiled import Compiled
from habitue.segment.condition import Condition, Did
from habitue.segment.figures import figures_sql
from tests.segment.copied import Copied
from tests.segment.generated import NOW_US, cases
from tests.segment.test_hostile import NOW_US as HOSTILE_US
from tests.segment.test_hostile import TEXTS, VALUES, conditions, read_or_none

ASKED = Asked(now_us=HOSTILE_US, shop_zone="Europe/Warsaw")
DEVICES = ("cookie", "device_id")
# Places that other tests of hostile text have not.
SAME = {"property": "$product"}
# Texts, bound values, numbers, words, signs: all that a query is made of.
_PIECE = re.compile(r"'(?:[^']|'')*'|\$\w+|\d[\d.eE]*|\w+|[^\s\w]")
_NUMBER = re.compile(r"\d[\d.eE]*$")
_DAY = re.compile(r"'\d{4}-\d\d-\d\d'$|'\d\d-\d\d'$")


def more(text: Any, value: Any) -> Iterator[dict]:
    test = {"property": text, "op": "is", "value": value}
    yield {"type": "did", "event": "*", "where": [{**test, "op": "contains"}]}
    yield {"type": "did", "event": "*", "where": [{**test, "property": "$category"}]}
    yield {"type": "did", "event": "$purchase", "where": [{**test, "property": "till"}]}
    yield {"type": "did", "event": "*", "distinct": {"of": "$brand", "op": ">",
           "value": value}, "where": [{**test, "property": "$region"}]}  # fmt: skip
    yield {"type": "did", "event": [text, "x"], "within": {"since": value}}
    yield {"type": "trait", "name": text, "op": "starts_with", "value": value}
    yield {
        "type": "sequence",
        "steps": [
            {"event": text, "where": [{**test, "property": "$store"}]},
            {"event": "$purchase", "alike": [SAME, {"property": text}]},
        ],
        "within": {"days": value},
    }


def taken() -> Iterator[tuple[Any, Any, Condition]]:
    texts = TEXTS if os.environ.get("HABITUE_TORTURE") else TEXTS[::4]
    for text, value in itertools.product(texts, VALUES):
        for told in (*conditions(text, value), *more(text, value)):
            condition = read_or_none(told)
            if condition is not None:
                yield text, value, condition


def pieces(sql: str) -> set[str]:
    """Give what a query is made of, but for numbers, days and bound values."""
    return {
        one
        for one in _PIECE.findall(sql)
        if not (one.startswith("$") or _NUMBER.match(one) or _DAY.match(one))
    }


def named(piece: str) -> str:
    """Give a piece without the number that tells it from others like it."""
    return re.sub(r"\d+", "0", piece)


def harmless() -> set[str]:
    """Give the pieces that queries of conditions have in which nothing is hostile."""
    found: set[str] = set()
    for case in cases(2_000, 25):
        made = compiled(case.condition, ASKED)
        found |= pieces(" ".join((made.sql, *made.doubts, made.goods)))
    found |= pieces(figures_sql(compiled(Did(event="x"), ASKED), "x", DEVICES)[0])
    return {named(one) for one in found}


def queries(condition: Condition, text: Any) -> Iterator[Compiled]:
    made = compiled(condition, ASKED)
    yield made
    every = frozenset(range(len(made.doubts)))
    if every:
        yield compiled(condition, structs.replace(ASKED, withheld=every))
    if isinstance(text, str):
        sql, values = figures_sql(made, text, DEVICES)
        yield Compiled(sql=sql, values=values, outside=made.outside)


@pytest.mark.proof("T25")
def test_no_query_is_made_of_anything_but_our_own_words(
    figure: Callable[[str, Any], None],
) -> None:
    ours, seen = harmless(), 0
    for text, value, condition in taken():
        for made in queries(condition, text):
            sql = " ".join((made.sql, *made.doubts, made.goods))
            strange = {one for one in pieces(sql) if named(one) not in ours}
            assert not strange, (text, value, strange)
            assert set(re.findall(r"\$(\w+)", sql)) == {*values_in(sql, made.values)}
            seen += 1
    assert seen > 2_000
    figure("payloads", seen)
    figure("unexpected statements", 0)


@pytest.mark.proof("T25")
def test_the_engine_reads_each_as_one_question_and_changes_nothing(tmp_path) -> None:
    people = [case.human for case in cases(20, 25)]
    copied = Copied(tmp_path, people)
    shapes: dict[str, int] = {}
    for _, _, condition in taken():
        made = compiled(condition, ASKED)
        shape = re.sub(r"\d+", "0", made.sql)
        shapes[shape] = shapes.get(shape, 0) + 1
        # Of each shape the first few: their values differ, and nothing else.
        if shapes[shape] > 2:
            continue
        (statement,) = duckdb.extract_statements(made.sql)
        assert statement.type == duckdb.StatementType.SELECT
        found = copied.ask(condition, NOW_US, range(len(people)))
        assert found is None or found <= set(range(len(people)))
    assert len(shapes) > 30
    assert len(copied.everybody()) == len(people)
    copied.close()
