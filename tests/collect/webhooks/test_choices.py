"""What is chosen on a page is a mapping as any other, and comes back as chosen."""

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.base.errors import InvalidError
from habitue.collect.webhooks.choices import (
    Choice,
    Chosen,
    ChosenRule,
    read_choices,
    toml_of,
)
from habitue.collect.webhooks.library import Library
from habitue.collect.webhooks.sample import leaves

PATHS = st.sampled_from(["call", "from.number", "lines[].sku", "header:x-event"])
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
CHOICES = st.one_of(
    st.builds(Choice, st.sampled_from(["identifier", "trait", "property"]), PATHS,
              NAMES.filter(lambda name: name != "products")),
    st.builds(Choice, st.just("line"), st.sampled_from(["lines[].a", "lines[].b.c"]),
              NAMES),
)  # fmt: skip
EVENTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
RULES = st.builds(
    ChosenRule,
    topic=st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    event=EVENTS,
    choices=st.lists(
        CHOICES, max_size=6, unique_by=lambda one: (one.use, one.name)
    ).map(tuple),
)
MAPPINGS = st.builds(
    Chosen,
    topic=st.sampled_from(["", "state"]),
    id=st.sampled_from(["", "call.id"]),
    rules=st.lists(RULES, max_size=3, unique_by=lambda one: one.topic).map(tuple),
)


def ordered(told: Chosen | None) -> list:
    assert told is not None
    rules = [
        (one.topic, one.event, sorted((c.use, c.path, c.name) for c in one.choices))
        for one in told.rules
    ]
    return [told.topic, told.id, rules]


@given(MAPPINGS)
def test_a_chosen_mapping_written_and_read_is_what_was_chosen(told: Chosen) -> None:
    text = toml_of(told)

    assert ordered(read_choices(text)) == ordered(told)
    Library().read("signed", text)


@pytest.mark.parametrize(
    "text",
    [
        'id = { join = ["a", "b"] }',
        '[[events]]\ntopics = ["a", "b"]\nevent = "X"',
        '[[events]]\nevent = "X"\nwhen = { a = "1" }',
        '[[events]]\nevent = "X"\nproperties.a = { path = "b", as = "minor" }',
        '[[events]]\nevent = "X"\n[[events]]\nevent = "Y"',
        "no TOML at all",
    ],
)
def test_a_mapping_that_says_more_is_left_to_who_wrote_it(text: str) -> None:
    assert read_choices(text) is None


def test_a_rule_takes_the_place_of_the_one_for_its_topic() -> None:
    first, other = ChosenRule(topic="a", event="X"), ChosenRule(topic="b", event="Y")
    told = Chosen(rules=(first, other)).put(ChosenRule(topic="a", event="Z"))

    assert [one.event for one in told.rules] == ["Z", "Y"]


WRONG = {
    "called": ChosenRule(),
    "both chosen as the time": ChosenRule(
        event="X", choices=(Choice("time", "a"), Choice("local_time", "b"))
    ),
    "of one list": ChosenRule(
        event="X", choices=(Choice("line", "a[].x", "x"), Choice("line", "b[].y", "y"))
    ),
    "in no list": ChosenRule(event="X", choices=(Choice("line", "a.x", "x"),)),
    "another one": ChosenRule(
        event="X",
        choices=(Choice("line", "a[].x", "x"), Choice("property", "b", "products")),
    ),
    "Give 'a' a name": ChosenRule(event="X", choices=(Choice("property", "a"),)),
}


@pytest.mark.parametrize("said", WRONG)
def test_what_can_not_be_chosen_is_said_in_a_sentence(said: str) -> None:
    with pytest.raises(InvalidError, match=said):
        toml_of(Chosen(rules=(WRONG[said],)))


def test_a_sample_is_taken_apart_into_places_that_a_mapping_can_name() -> None:
    document = {
        "call": {"from": "600", "ok": True, "none": None},
        "lines": [{"sku": "a"}, {"sku": "b", "tags": ["x", "y"]}],
        "odd.name": 1, "$": 2, "": 3,
    }  # fmt: skip

    told = [(one.path, one.text) for one in leaves(document, {"x-event": "up"})]

    assert told == [
        ("call.from", "600"),
        ("call.ok", "true"),
        ("lines[].sku", "a"),
        ("lines[].tags[]", "x"),
        ("header:x-event", "up"),
    ]


def test_a_sample_without_end_is_taken_apart_as_far_as_it_can_be_shown() -> None:
    deep: object = 1
    for _ in range(60):
        deep = {"a": deep}
    wide = {f"f{n}": n for n in range(5_000)}

    assert leaves(json.loads(json.dumps(deep)), {}) == []
    assert len(leaves(wide, {})) == 300


def test_text_of_an_attacker_stays_text() -> None:
    name = 'x" = 1\n[[events]]\nevent = "Y'
    told = Chosen(
        rules=(ChosenRule(event=name, choices=(Choice("trait", "a", name),)),)
    )  # fmt: skip

    read = tomllib.loads(toml_of(told))

    assert read == {"events": [{"event": name, "traits": {name: "a"}}]}
