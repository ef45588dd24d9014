"""The builder's form and conditions: one is the other, exactly."""

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.console.segments.draft import Draft, draft_of, fields_of
from habitue.console.segments.form import put, take
from habitue.console.segments.steps import BLANKS, act
from habitue.segment.check import read
from habitue.segment.condition import Alike, Condition, Sequence
from habitue.segment.gallery import templates
from habitue.segment.walk import leaves
from tests.segment.generated import condition

CASES = 250
# All that a button can say, and what none says.
WORDS = (
    "add",
    "event",
    "where",
    "alike",
    "step",
    "without",
    "then",
    "remove",
    "show",
    "",
)


def encoded(told: Condition) -> bytes:
    return msgspec.json.encode(told)


def back(wanted: Condition) -> tuple[dict[str, str], Condition | None]:
    """Give the fields of a condition's form, and the condition that these tell."""
    fields = fields_of(put(wanted))
    return fields, take(draft_of(fields)).condition


def generated(seed: int = 7) -> list[Condition]:
    chance = random.Random(seed)
    return [condition(chance, chance.choice((1, 1, 2, 3, 4))) for _ in range(CASES)]


def test_a_condition_that_went_through_the_form_is_the_same() -> None:
    wrong = [one for one in generated() if encoded(back(one)[1]) != encoded(one)]

    assert wrong == []


def test_a_form_that_went_through_a_condition_is_the_same() -> None:
    for one in generated(8):
        fields, found = back(one)

        assert found is not None
        assert fields_of(put(found)) == fields


def test_the_form_has_fields_for_every_generated_condition() -> None:
    asked = [leaf for one in generated(9) for leaf in leaves(one)]

    assert len(asked) > CASES
    assert [leaf for leaf in asked if put(leaf)["of"][0]["type"] == "json"] == []


def test_every_template_can_be_changed_in_the_form() -> None:
    for one in templates("PLN").values():
        fields, found = back(one.condition)

        assert encoded(found) == encoded(one.condition)
        assert "json" not in fields.values()


@pytest.mark.parametrize(
    "told",
    [
        {"type": "trait", "name": "note", "op": "is", "value": " spaced "},
        {"type": "did", "event": ["page"]},
        {"type": "did", "event": "page", "where": [
            {"property": "$total", "op": ">", "value": 1.5, "currency": "PLN"}]},
        {"type": "sequence", "steps": [
            {"event": "page"}, {"event": "page", "after": {}}]},
    ],
)  # fmt: skip
def test_what_has_no_field_is_kept_as_it_is(told: Draft) -> None:
    wanted = read({"type": "any", "of": [told, {"type": "did", "event": "page"}]})

    fields, found = back(wanted)

    assert fields["c-of-0-type"] == "json"
    assert fields["c-of-1-type"] == "did"
    assert encoded(found) == encoded(wanted)


@pytest.mark.parametrize(
    ("typed", "path", "way"),
    [
        ({"c-of-0-event-0": " "}, "c-of-0-event", "Name an event"),
        ({"c-of-0-measure": "count", "c-of-0-count-value": "few"},
         "c-of-0-count-value", "whole number"),
        ({"c-of-0-within-mode": "last", "c-of-0-within-span-0-number": ""},
         "c-of-0-within", "a second to"),
        ({"c-of-0-within-mode": "dates", "c-of-0-within-since": "soon"},
         "c-of-0-within-since", "write 2026-03-01"),
        ({"c-of-0-where-0-property": "$total", "c-of-0-where-0-op": ">",
          "c-of-0-where-0-value": "5"}, "c-of-0-where-0-property", "say its currency"),
        ({"c-of-0-where-0-property": "$total", "c-of-0-where-0-op": ">",
          "c-of-0-where-0-value": "5.001", "c-of-0-where-0-currency": "pln"},
         "c-of-0-where-0-value", "no more digits"),
        ({"c-of-0-type": "json", "c-of-0-json": "{"}, "c-of-0", "no JSON"),
        ({"c-of-0-type": "dream"}, "c-of-0", "Choose what"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("group", ["all", "any", "none"])
def test_what_is_wrong_stands_at_its_field(
    typed: dict[str, str], path: str, way: str, group: str
) -> None:
    fields = {"c-type": group, "c-of-0-type": "did", "c-of-0-event-0": "page", **typed}
    second = {"c-of-1-type": "identifier", "c-of-1-kind": "email"}

    for more in ({}, second):
        taken = take(draft_of(fields | more))

        assert taken.condition is None
        assert list(taken.faults) == [path]
        assert way in taken.faults[path][0]


def test_amounts_are_typed_as_people_write_them() -> None:
    fields = {
        "c-type": "all",
        "c-of-0-type": "did",
        "c-of-0-event-0": "$purchase",
        "c-of-0-measure": "sum",
        "c-of-0-sum-of": "$total",
        "c-of-0-sum-op": ">=",
        "c-of-0-sum-value": "1 200,50",
        "c-of-0-sum-currency": "pln",
    }

    told = take(draft_of(fields)).told

    assert told["sum"] == {
        "of": "$total", "op": ">=", "value": 120_050, "currency": "PLN"
    }  # fmt: skip


@pytest.mark.parametrize("sort", BLANKS)
def test_a_clause_is_added_with_what_it_asks_for_and_taken_out_again(sort: str) -> None:
    draft: Draft = {"type": "all", "of": [{"type": "identifier", "kind": "email"}]}
    draft["new"] = sort

    assert act(draft, "add:c") == "c-of-1"

    assert draft["of"][1]["type"] == sort
    act(draft, "remove:c-of-1")
    assert [one["type"] for one in draft["of"]] == ["identifier"]


def compared_with(step: str) -> Draft:
    alike = [{"property": "$product", "op": "same", "step": step, "of": ""}]
    return {"event": ["a"], "alike": alike}


def test_a_step_is_compared_with_another_in_the_form() -> None:
    draft: Draft = {"type": "all", "of": []}
    draft["new"] = "sequence"
    act(draft, "add:c")
    draft["of"][0]["steps"] = [{"event": ["a"]}, {"event": ["b"]}]

    assert act(draft, "alike:c-of-0-steps-1") == "c-of-0-steps-1-alike-0"

    condition = take(draft).condition
    assert isinstance(condition, Sequence)
    assert condition.steps[1].alike == (Alike(property="$product"),)


def test_a_comparison_goes_along_with_its_step_when_one_is_taken_out() -> None:
    steps = [compared_with(one) for one in ("", "1", "2", "3")]
    then_not = compared_with("4")
    draft: Draft = {"type": "sequence", "steps": steps, "then_not": then_not}

    act(draft, "remove:c-steps-1")

    told = [one["alike"][0]["step"] for one in (*draft["steps"], draft["then_not"])]
    assert told == ["", "", "2", "3"]


def test_what_is_added_is_nobody_elses() -> None:
    draft: Draft = {"type": "all", "of": []}
    act(draft, "add:c")
    act(draft, "event:c-of-0")
    act(draft, "add:c")

    assert [len(one["event"]) for one in draft["of"]] == [2, 1]


@given(st.randoms(use_true_random=False), st.text(max_size=8))
def test_no_form_breaks_the_reading(chance: random.Random, odd: str) -> None:
    fields = fields_of(put(condition(chance, 3)))
    names = list(fields)
    for name in chance.sample(names, min(4, len(names))):
        fields[name] = odd
        fields[name + "-" + chance.choice(("0", "999", "x", "of"))] = odd
        fields.pop(chance.choice(names), None)

    draft = draft_of(fields)
    act(draft, f"{chance.choice(WORDS)}:{chance.choice(names)}")
    taken = take(draft)

    assert (taken.condition is None) is bool(taken.faults)
    assert all(path.split("-")[0] == "c" for path in taken.faults)
