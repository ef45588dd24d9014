"""The query that a condition compiles to says of each person what the meaning says."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest

from habitue.base.clock import HOUR_US
from habitue.model.event import Event
from habitue.segment.compile_sql import Asked, compiled
from habitue.segment.condition import (
    Absence,
    Alike,
    AllOf,
    Condition,
    ConsentState,
    Count,
    Deed,
    Did,
    DidNot,
    Distinct,
    HasComputed,
    HasConsent,
    HasIdentifier,
    HasTrait,
    Op,
    Sequence,
    Step,
    Sum,
    Where,
    Which,
    Window,
    names_of,
)
from habitue.segment.facts import ANY_EVENT
from habitue.segment.meaning import matches
from habitue.segment.reading import EVENT_WORDS, LINE_WORDS, TEXTS_OF_EVENT
from habitue.segment.walk import alikes, doings, leaves
from tests.segment.copied import Copied
from tests.segment.generated import (
    NOW_US,
    OBJECTS,
    ORDERS,
    SHOP_ZONE,
    Human,
    cases,
)

pytestmark = pytest.mark.proof("T25")

BATCH = 250
BATCHES = 80 if os.environ.get("HABITUE_TORTURE") else 4
# Beside its own person a condition judges so many others.
OTHERS = 20


@pytest.mark.parametrize("number", range(BATCHES))
def test_the_query_and_the_meaning_agree(
    tmp_path: Path, seed: int, number: int, figure: Callable[[str, Any], None]
) -> None:
    made = list(cases(BATCH, seed * 1_000 + number))
    chance = Random(f"{seed} {number}")
    copied = Copied(tmp_path, [case.human for case in made])

    doubted = 0
    for at, case in enumerate(made):
        among = sorted({at, *chance.sample(range(BATCH), OTHERS)})
        meant = {
            one
            for one in among
            if matches(case.condition, copied.facts[one], case.now_us)
        }

        found = copied.ask(case.condition, case.now_us, among)

        if found is None:
            doubted += 1
            found = copied.ask(case.condition, case.now_us, among, wary=True)
        assert found == meant, (at, case.condition, case.now_us)
    copied.close()
    assert doubted < BATCH // 10
    figure("examples", BATCH)


def judged_by_the_query(seed: int) -> Iterator[Condition]:
    """Give the leaves of generated conditions that queries judge."""
    for case in cases(4_000, seed):
        asked = Asked(now_us=case.now_us, shop_zone=SHOP_ZONE)
        outside = [one.leaf for one in compiled(case.condition, asked).outside]
        yield from (one for one in leaves(case.condition) if one not in outside)


def words_of(leaf: Condition) -> Iterator[str]:
    """Name what a leaf asks: its sort, operators, measures, states, names."""
    sort = type(leaf).__name__
    yield sort
    if isinstance(leaf, HasTrait | HasComputed):
        yield f"{sort} {leaf.op}"
    for deed in doings(leaf):
        yield from (f"{sort} {one}" for one in names_of(deed) if one in NAMES)
        yield from (f"where {one.op}" for one in deed.where)
        yield from (f"where {one.property}" for one in deed.where)
        yield from (f"alike {one.property}" for one in alikes(deed))
    for part in ("count", "sum", "distinct"):
        if getattr(leaf, part, None) is not None:
            yield f"{part} {getattr(leaf, part).op}"
    for part in ("which", "state", "known"):
        yield f"{part} {getattr(leaf, part, '')}"


NAMES = {*OBJECTS, ANY_EVENT}
MOVING = {"within", "older", "ahead", "anniversary"}
OPS = set(get_args(Op))
DATED = {"before", "after"}
GOODS = ("$product", "$category", "$brand")
COVERED = {
    *(f"HasTrait {op}" for op in OPS),
    *(f"HasComputed {op}" for op in OPS - {"anniversary"}),
    # Dates told in what was done are read by the meaning.
    *(f"where {op}" for op in OPS - MOVING - DATED),
    *(f"where {word}" for word in (*EVENT_WORDS, *LINE_WORDS)),
    *(f"{part} {op}" for part in ("count", "sum", "distinct") for op in ORDERS),
    *(f"{sort} {one}" for sort in ("Did", "DidNot", "Sequence") for one in NAMES),
    # Another value, and properties that may have several, are judged by the meaning.
    *(f"alike {word}" for word in (*TEXTS_OF_EVENT, "$day", *GOODS)),
    *(f"which {one}" for one in get_args(Which)),
    *(f"state {one}" for one in get_args(ConsentState)),
    *("known True", "known False", "HasConsent", "HasIdentifier"),
}


def test_every_operator_and_every_sort_of_leaf_is_judged_by_the_query(
    seed: int,
) -> None:
    told = Counter(
        word for leaf in judged_by_the_query(seed) for word in words_of(leaf)
    )

    assert {word for word in COVERED if told[word] < 3} == set()


def test_only_other_segments_masked_texts_and_lines_as_told_are_judged_elsewhere(
    seed: int,
) -> None:
    kept = (HasTrait, HasComputed, HasConsent, HasIdentifier)
    for case in cases(2_000, seed):
        asked = Asked(now_us=case.now_us, shop_zone=SHOP_ZONE)
        outside = [one.leaf for one in compiled(case.condition, asked).outside]
        assert not [one for one in outside if isinstance(one, kept)]


def test_lines_of_purchases_are_read_with_their_purchases_and_without(
    seed: int,
) -> None:
    """Without, where all that is asked of a purchase stands beside its lines."""
    told = [
        compiled(case.condition, Asked(now_us=case.now_us, shop_zone=SHOP_ZONE)).sql
        for case in cases(2_000, seed)
    ]

    for table in ("lines_bought", "purchase_lines"):
        assert len([one for one in told if f"FROM {table}" in one]) > 20, table


MEASURED = (
    {"sum": Sum(of="$quantity", op=">=", value=2)},
    {"sum": Sum(of="$amount", op=">", value=1000, currency="EUR")},
    {"sum": Sum(of="$list_price", op=">=", value=4000, currency="PLN")},
    {"distinct": Distinct(of="$category", op=">=", value=2)},
    {"distinct": Distinct(of="$product", op="=", value=1)},
)
ASKED_OF_LINES = (
    (),
    (Where(property="$category", op="is", value="tea"),),
    (Where(property="$brand", op="is_not", value="Zeta"),),
    (
        Where(property="$category", op="exists"),
        Where(property="$channel", op="one_of", value=("pos", "app")),
    ),
    (Where(property="$total", op=">=", value=1000, currency="EUR"),),
)


@pytest.mark.parametrize(
    "event", ["$purchase", "$return", "Order Completed", ("$purchase", "page")]
)
def test_each_line_is_added_up_once_told_or_looked_up(
    tmp_path: Path, seed: int, event: str | tuple[str, ...]
) -> None:
    copied = Copied(tmp_path, [case.human for case in cases(BATCH, seed)])
    everybody = range(BATCH)

    for measure, where in product(MEASURED, ASKED_OF_LINES):
        condition = Did(event=event, where=where, **measure)
        found = copied.ask(condition, NOW_US, everybody)
        assert found == {
            one for one in everybody if matches(condition, copied.facts[one], NOW_US)
        }, condition
    copied.close()


def did(name: str, hours: int) -> tuple[str, Event]:
    at_us = NOW_US - 10 * HOUR_US + hours * HOUR_US
    return "shop", Event(type="track", name=name, at_us=at_us)


# A view and an order after it, with what the third name tells of in between or not.
BARRED = (
    Human(events=(did("A", 1), did("B", 3))),
    Human(events=(did("A", 1), did("X", 2), did("B", 3))),
    Human(events=(did("A", 1), did("X", 1), did("B", 3))),
    Human(events=(did("A", 1), did("X", 3), did("B", 3))),
    Human(events=(did("A", 1), did("X", 2), did("A", 2), did("B", 3))),
    Human(events=(did("A", 3), did("B", 3))),
    Human(events=(did("A", 1), did("B", 3), did("X", 4))),
)


# By now and after it; of two strands, each has every other event.
LAST = (
    Human(),
    Human(events=(did("A", 11),)),
    Human(events=(did("A", 1), did("X", 12), did("A", 11))),
    Human(events=(did("A", 10), did("X", 12), did("A", 11))),
    Human(events=(did("A", 1),)),
    Human(events=(did("B", 1), did("A", 10), did("A", 11))),
    Human(events=(did("$return", 10),)),
)


def agree_by_the_last(folder: Path, condition: Condition) -> None:
    """Look that a query which reads last events says what the meaning says."""
    copied = Copied(folder, LAST)
    everybody = range(len(LAST))

    found = copied.ask(condition, NOW_US, everybody)

    copied.close()
    assert "FROM lasts" in compiled(condition, Asked(now_us=NOW_US)).sql
    assert found == {
        one for one in everybody if matches(condition, copied.facts[one], NOW_US)
    }


@pytest.mark.parametrize("within", [None, Window(hours=1)])
@pytest.mark.parametrize("negated", [False, True])
def test_of_any_event_the_last_by_now_says_whether_there_was_one(
    tmp_path: Path, within: Window | None, negated: bool
) -> None:
    condition = (DidNot if negated else Did)(event=ANY_EVENT, within=within)
    agree_by_the_last(tmp_path, condition)


@pytest.mark.parametrize("event", ["A", ("A", "track")])
def test_who_has_more_to_come_is_not_counted_twice_where_a_name_is_asked_for_too(
    tmp_path: Path, event: str | tuple[str, ...]
) -> None:
    often = Did(event=event, count=Count(op=">=", value=2))
    condition = AllOf(of=(Did(event=ANY_EVENT), often))
    agree_by_the_last(tmp_path, condition)


@pytest.mark.parametrize("then_not", [None, Absence(event="X")])
def test_what_must_not_lie_between_two_steps_parts_them(
    tmp_path: Path, then_not: Absence | None
) -> None:
    second = Step(event="B", without=(Deed(event="X"),))
    condition = Sequence(steps=(Step(event="A"), second), then_not=then_not)
    copied = Copied(tmp_path, BARRED)
    everybody = range(len(BARRED))

    found = copied.ask(condition, NOW_US, everybody)

    copied.close()
    assert compiled(condition, Asked(now_us=NOW_US)).outside == ()
    assert found == {
        one for one in everybody if matches(condition, copied.facts[one], NOW_US)
    }
    assert 0 in found
    assert 1 not in found


@pytest.mark.parametrize("alike", [(), (Alike(property="$product"),)])
def test_steps_are_put_in_order_once_however_few_of_them_are_expected(
    tmp_path: Path, alike: tuple[Alike, ...]
) -> None:
    """As loops in one another 94,000 lines of a year took 43 s, so 0.4 s."""
    second = Step(event="$purchase", alike=alike)
    condition = Sequence(steps=(Step(event="$purchase"), second))
    copied = Copied(tmp_path, BARRED)

    plan = copied.plan(condition, NOW_US)

    copied.close()
    assert "asof" in plan.lower()
    assert "nested loop" not in plan.lower()


TOLD = {"category": "rice", "brand": "Bee"}
IN_CATALOGUE = {
    "$category": Where(property="$category", op="is", value="tea"),
    "$brand": Where(property="$brand", op="is", value="Acme"),
    "$list_price": Where(property="$list_price", op="is", value=1999, currency="EUR"),
}


@pytest.mark.parametrize("asked", IN_CATALOGUE)
def test_the_catalogue_is_asked_for_what_nobody_told_of_goods_and_no_more(
    tmp_path: Path, asked: str
) -> None:
    """Of one line: whatever else is told of a product would be looked up for all."""
    lacking = asked.removeprefix("$")
    told = {name: value for name, value in TOLD.items() if name != lacking}
    event = Event(
        type="track", name="A", at_us=NOW_US, properties={"product_id": "17", **told}
    )
    copied = Copied(tmp_path, [Human(events=(("shop", event),))])

    wanted, other = (
        Did(event="A", where=(test,))
        for test in (IN_CATALOGUE[asked], IN_CATALOGUE["$category"])
    )
    found = copied.ask(wanted, NOW_US, [0])
    looked_up = [copied.looked_up(one, NOW_US) for one in (wanted, other)]

    copied.close()
    assert matches(wanted, copied.facts[0], NOW_US)
    assert found == {0}
    assert looked_up == [1, int(asked == "$category")]
