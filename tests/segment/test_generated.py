"""The generated cases are worth their name: everything occurs, and both ways."""

from collections import Counter
from typing import Any, get_args

import msgspec
import pytest

from habitue.segment import condition as nouns
from habitue.segment.change import next_change
from habitue.segment.check import faults_in, read
from habitue.segment.meaning import matches
from habitue.segment.reading import EVENT_WORDS, LINE_WORDS, TEXTS_OF_EVENT
from habitue.segment.walk import alikes, doings, leaves
from tests.segment.generated import Case, cases

COMPARED = ("$product", "$category", "$brand", "products.colour", "plan")
UNITS = ("seconds", "minutes", "hours", "days", "weeks", "months", "years")


@pytest.fixture(scope="module")
def made() -> list[Case]:
    return list(cases(4_000))


def parts(told: Any) -> Any:
    """Give every object in what a condition is written as."""
    if isinstance(told, dict):
        yield told
        for one in told.values():
            yield from parts(one)
    elif isinstance(told, (list, tuple)):
        for one in told:
            yield from parts(one)


@pytest.fixture(scope="module")
def written(made: list[Case]) -> list[dict[str, Any]]:
    return [
        part for case in made for part in parts(msgspec.to_builtins(case.condition))
    ]


def test_every_sort_of_condition_occurs(made):
    told = {
        part["type"]
        for case in made
        for part in parts(msgspec.to_builtins(case.condition))
        if "type" in part
    }

    sorts = {one.__struct_config__.tag for one in get_args(nouns.Condition)}
    assert told == sorts


@pytest.mark.parametrize("which", ["trait", "where"])
def test_every_operator_occurs(written, which):
    told = {
        part["op"]
        for part in written
        if "op" in part and ("property" if which == "where" else "name") in part
    }

    moving = {"within", "older", "ahead", "anniversary"}
    told -= set(get_args(nouns.Likeness))
    assert told == set(get_args(nouns.Op)) - (moving if which == "where" else set())


def test_every_word_occurs(written):
    told = {part["property"] for part in written if "property" in part}

    assert told >= EVENT_WORDS.keys() | LINE_WORDS.keys()


@pytest.mark.parametrize("measure", ["count", "sum", "distinct"])
def test_every_order_occurs_with_every_measure(written, measure):
    told = {part[measure]["op"] for part in written if measure in part}

    assert told == set(get_args(nouns.Order))


def test_every_unit_of_time_and_dates_occur(written):
    told = {name for part in written for name in part}

    assert told >= {*UNITS, "since", "until"}


@pytest.mark.parametrize(
    "part",
    ["first", "last", "least", "most", "without", "then_not", "lasting", "currency"],
)
def test_every_part_of_a_condition_occurs(written, part):
    assert any(part in told or told.get("which") == part for told in written)


@pytest.mark.parametrize("place", ["step", "without", "then_not"])
@pytest.mark.parametrize("op", get_args(nouns.Likeness))
def test_steps_are_compared_in_every_place_and_both_ways(made, place, op):
    found = Counter(
        matches(leaf, case.facts, case.now_us)
        for case in made
        for leaf in leaves(case.condition)
        for deed in doings(leaf)
        if place_of(leaf, deed) == place
        for one in alikes(deed)
        if one.op == op
    )

    assert min(found[True], found[False]) >= 3


def place_of(leaf, deed):
    """Say where in a sequence something done stands."""
    if isinstance(deed, nouns.Step):
        return "step"
    return "without" if isinstance(deed, nouns.Deed) else "then_not"


def test_what_is_compared_differs_in_name_and_in_step(made):
    told = [
        one
        for case in made
        for leaf in leaves(case.condition)
        for deed in doings(leaf)
        for one in alikes(deed)
    ]

    assert {one.property for one in told} >= {*TEXTS_OF_EVENT, *COMPARED, "$day"}
    assert {one.step for one in told} >= {None, 1, 2}
    assert {one.of for one in told} >= {None, "$category", "score"}


@pytest.mark.parametrize("sort", [one.__name__ for one in get_args(nouns.Condition)])
def test_every_sort_holds_for_some_and_not_for_others(made, sort):
    found = Counter(
        matches(leaf, case.facts, case.now_us)
        for case in made
        for leaf in (case.condition, *leaves(case.condition))
        if type(leaf).__name__ == sort
    )

    assert min(found[True], found[False]) >= 10


def test_moments_are_shared_and_things_told_twice(made):
    shared = twice = 0
    for case in made:
        moments = [event.at_us for _, event in case.human.events]
        shared += len(set(moments)) < len(moments)
        events = [event for _, event in case.human.events]
        twice += any(events.count(event) > 1 for event in events)

    assert shared > 100
    assert twice > 100


def test_many_change_by_time_alone(made):
    found = [next_change(case.condition, case.facts, case.now_us) for case in made]

    assert sum(1 for one in found if one is not None) > 200


def test_generated_conditions_can_be_written_and_read(made):
    for case in made[:1000]:
        told = msgspec.json.decode(msgspec.json.encode(case.condition))
        assert read(told) == case.condition
        assert not list(faults_in(case.condition))


def test_one_seed_gives_the_same_cases():
    assert list(cases(50, seed=7)) == list(cases(50, seed=7))
    assert list(cases(50, seed=7)) != list(cases(50, seed=8))
