"""Who is likely one is found without labels, and nobody who may not be."""

import os
from pathlib import Path

import pytest

from habitue.app.duplicates import grouping
from habitue.app.duplicates.crowd import Crowd
from habitue.app.duplicates.labelled import measure
from habitue.app.duplicates.order import Answer, Known, Wanted
from tests.app.duplicates.planted import FEW, people, twin

SHARED = Path(os.environ.get("HABITUE_SHARED", "../shared")) / "data" / "identity-febrl"
NEEDS_SHARED = pytest.mark.skipif(
    not SHARED.is_dir(), reason="identity-febrl is not there: set HABITUE_SHARED"
)

WANTED = Wanted(limits={"email": 5}, pairs_max=100, least=2.0, memory_mb=512)


def find(people: list[Known]) -> Answer:
    return grouping.find(Crowd(people), WANTED)


def couples(answer: Answer) -> set[tuple[int, int]]:
    return {(pair.left, pair.right) for pair in answer.pairs}


@pytest.fixture(scope="module")
def crowd() -> list[Known]:
    """People who have nothing in common, and twins of two of them in Cyrillic."""
    told = people(FEW)
    return [*told, twin(told[3], 103), twin(told[5], 105)]


@pytest.fixture(scope="module")
def answer(crowd: list[Known]) -> Answer:
    return find(crowd)


def test_twins_in_other_letters_are_suggested_and_nobody_else(answer: Answer) -> None:
    assert couples(answer) == {(4, 103), (6, 105)}


def test_a_suggestion_says_how_each_field_agrees(answer: Answer) -> None:
    pair = answer.pairs[0]

    assert {pair.agree[field] for field in ("first", "last", "birth")} == {"same"}
    assert pair.agree["email"] in {"differ", "unknown"}


def test_few_people_are_compared_by_starting_values(answer: Answer) -> None:
    assert (answer.trained, answer.people) == (False, FEW + 2)


def test_who_was_judged_not_the_same_is_not_suggested(crowd: list[Known]) -> None:
    one = crowd[3]
    judged = Known(one.person_id, one.fields, [1], [2])
    other = Known(103, crowd[-2].fields, [2], [1])

    found = find([judged, *crowd[:3], other, *crowd[4:-2], crowd[-1]])

    assert couples(found) == {(6, 105)}


def test_who_would_have_too_many_addresses_is_not_suggested(crowd: list[Known]) -> None:
    three = {"email": [1, 2, 3]}
    one = Known(4, crowd[3].fields, [1, 2, 3], [], three)
    other = Known(103, crowd[-2].fields, [4, 5, 6], [], {"email": [4, 5, 6]})

    assert couples(find([one, other])) == set()


def test_nobody_and_somebody_alone_are_nobody_s_double() -> None:
    assert find([]).pairs == ()
    assert find(people(1)).pairs == ()


@NEEDS_SHARED
def test_febrl_3_is_found_with_an_f1_of_998_in_a_thousand() -> None:
    found = measure(SHARED / "febrl3.csv.gz")

    assert found.trained
    assert found.pairs.f1 >= 0.998
    assert found.pairs.precision >= 0.98
    assert found.b_cubed.f1 >= 0.998


@NEEDS_SHARED
def test_fake_1000_is_found_with_an_f1_of_95_in_a_hundred() -> None:
    found = measure(SHARED / "splink_fake_1000.csv.gz")

    assert found.pairs.f1 >= 0.95
    assert found.pairs.precision >= 0.98
