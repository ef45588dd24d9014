"""Traits as rows: what is told is there to be compared, and nothing that is private."""

from decimal import Decimal

import pytest
from msgspec import structs

from habitue.lake.rows import FactRow
from habitue.segment.condition import HasComputed, HasTrait
from habitue.segment.flat import computed_rows, trait_rows
from habitue.segment.meaning import matches
from tests.segment.copied import Copied
from tests.segment.generated import NOW_US, Human


def rows(**traits) -> list[FactRow]:
    return [FactRow(*one) for one in trait_rows(1, traits, "UTC")]


def test_a_value_is_told_as_all_that_it_can_be_read_as() -> None:
    (one,) = rows(points="17")

    assert (one.name, one.text, one.number) == (
        "trait.points",
        "17",
        Decimal(17_000_000),
    )
    assert (one.truth, one.masked) == (None, 0)


def test_a_list_is_a_row_a_value_and_an_object_a_row_a_path() -> None:
    told = rows(likes=["tea", {"sort": "oolong"}, "", None, ["no value"]])

    assert [(one.name, one.text) for one in told] == [
        ("trait.likes", "tea"),
        ("trait.likes", None),
        ("trait.likes.sort", "oolong"),
    ]


@pytest.mark.parametrize(
    "traits",
    [
        {"email": "anna@x.example"},
        {"firstName": "Anna"},
        {"backup": "+48 600 100 200"},
        {"gsm": "+48600100200"},
        {"motto": "a sentence of more words than an identifier ever has in it"},
        {"address": {"street": "Long Street 5", "line1": "Long Street 5"}},
        {"address": "Long Street 5"},
    ],
)
def test_no_contact_point_name_or_free_text_is_in_a_row(traits) -> None:
    for one in rows(**traits):
        assert (one.text, one.number, one.moment_us) == (None, None, None)
        assert one.masked


def test_of_a_birthday_the_day_of_the_year_alone_is_told() -> None:
    (one,) = rows(birthday="1990-05-12")

    assert (one.day, one.text, one.moment_us, one.masked) == ("05-12", None, None, 2)


def test_the_city_of_an_address_is_told() -> None:
    assert ("trait.address.city", "Oslo") in [
        (one.name, one.text) for one in rows(address={"city": "Oslo"})
    ]


def test_a_count_of_nothing_takes_no_row() -> None:
    assert list(computed_rows(1, {"purchases": 0, "identified": False}, "UTC")) == []
    assert len(list(computed_rows(1, {"purchases": 2}, "UTC"))) == 1


# -- what is masked ----------------------------------------------------------------

WHO = (Human(traits={"email": "anna@x.example", "plan": "a b c d e f g h"}), Human())


@pytest.mark.parametrize(
    "leaf",
    [
        HasTrait(name="email", op="is", value="anna@x.example"),
        HasTrait(name="email", op="is_not", value="x"),
        HasTrait(name="plan", op="contains", value="c d"),
        HasTrait(name="plan", op="is", value="a b c d e f g h"),
        HasTrait(name="plan", op=">", value=3),
    ],
)
def test_where_what_decides_is_masked_the_query_is_in_doubt(tmp_path, leaf) -> None:
    copied = Copied(tmp_path, WHO)

    assert copied.ask(leaf, NOW_US, [0, 1]) is None
    copied.close()


@pytest.mark.parametrize(
    "leaf",
    [
        HasTrait(name="email", op="exists"),
        HasTrait(name="email", op="missing"),
        HasTrait(name="plan", op="is", value="gold"),
        HasTrait(name="plan", op="is_not", value="gold"),
        HasTrait(name="city", op="contains", value="x"),
        HasComputed(name="purchases", op="<", value=1),
        HasComputed(name="purchases", op="missing"),
    ],
)
def test_where_it_decides_nothing_the_query_answers(tmp_path, leaf) -> None:
    copied = Copied(tmp_path, [*WHO, Human(computed={"purchases": 2})])
    # The profile says of everybody how often they bought, be it never.
    told = [facts.computed or {"purchases": 0} for facts in copied.facts]
    facts = [
        structs.replace(one, computed=computed)
        for one, computed in zip(copied.facts, told, strict=True)
    ]

    found = copied.ask(leaf, NOW_US, range(3))

    copied.close()
    assert found == {at for at, one in enumerate(facts) if matches(leaf, one, NOW_US)}
