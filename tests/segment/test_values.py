"""What is decided about values: what is missing, what is a number, what is text."""

import pytest

from habitue.segment.condition import HasTrait
from habitue.segment.facts import Facts
from habitue.segment.meaning import matches

MISSING = [{}, {"city": None}, {"city": ""}, {"city": []}, {"city": [None, ""]}]
COMPARISONS = [
    ("is", "Łódź"), ("is_not", "Łódź"), ("one_of", ("Łódź",)), ("none_of", ("Łódź",)),
    ("contains", "a"), ("<", 5), (">=", 0), ("before", "2026-01-01"),
    ("after", "2026-01-01"), ("exists", None),
]  # fmt: skip


def holds(traits, op, value=None, name="city"):
    return matches(HasTrait(name=name, op=op, value=value), Facts(traits=traits), 0)


@pytest.mark.parametrize("traits", MISSING, ids=str)
@pytest.mark.parametrize(("op", "value"), COMPARISONS)
def test_what_is_missing_satisfies_no_comparison(traits, op, value):
    assert not holds(traits, op, value)


@pytest.mark.parametrize("traits", MISSING, ids=str)
def test_what_is_missing_can_be_asked_for(traits):
    assert holds(traits, "missing")


def test_one_who_is_something_else_is_not_it():
    assert holds({"city": "Kraków"}, "is_not", "Łódź")
    assert holds({"city": {"name": "Łódź"}}, "is_not", "Łódź")


def test_a_list_is_the_values_in_it():
    assert holds({"city": ["Kraków", "Łódź"]}, "is", "Łódź")
    assert not holds({"city": ["Kraków", "Łódź"]}, "is_not", "Łódź")


@pytest.mark.parametrize("told", ["17", 17, 17.0, " 17 ", "17.000"])
def test_a_number_may_be_told_as_text(told):
    assert holds({"city": told}, "is", 17)
    assert holds({"city": told}, ">", 16.999999)


@pytest.mark.parametrize("told", [True, "1e3", "seventeen", "nan", "0x11", 1e300])
def test_what_only_looks_like_a_number_is_none(told):
    assert not holds({"city": told}, ">", 0)
    assert not holds({"city": told}, "<=", 1_000_000)


def test_numbers_are_exact_to_the_sixth_decimal():
    assert holds({"city": 0.1 + 0.2}, "is", 0.3)
    assert not holds({"city": 0.300001}, "is", 0.3)


def test_a_whole_number_is_its_digits_as_text():
    assert holds({"city": 17}, "starts_with", "1")
    assert not holds({"city": 17.5}, "starts_with", "1")


def test_case_counts():
    assert not holds({"city": "łódź"}, "is", "Łódź")


def test_yes_and_no_are_neither_numbers_nor_text():
    assert holds({"city": True}, "is", value=True)
    assert not holds({"city": True}, "is", 1)
    assert not holds({"city": True}, "is", "true")
    assert not holds({"city": 1}, "is", value=True)


def test_a_path_leads_into_what_was_told():
    traits = {"home": [{"city": "Łódź"}, {"city": "Kraków"}]}

    assert holds(traits, "is", "Kraków", name="home.city")
    assert not holds(traits, "exists", name="home.street")
