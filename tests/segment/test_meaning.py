"""The meaning of conditions: an independent oracle, and laws that hold for all."""

import os
import random

import pytest
from hypothesis import given, settings
from msgspec import structs

from habitue.segment.meaning import matches
from tests.segment.generated import Case, any_case, cases
from tests.segment.oracle import Oracle

pytestmark = pytest.mark.proof("T10")

CASES = 20_000 if os.environ.get("HABITUE_TORTURE") else 1_000


def test_an_independent_oracle_judges_alike():
    for case in cases(CASES, seed=11):
        told = matches(case.condition, case.facts, case.now_us)
        assert told == Oracle(case.facts, case.now_us).holds(case.condition), case


@settings(max_examples=200, deadline=None)
@given(any_case())
def test_an_independent_oracle_judges_alike_whatever_hypothesis_finds(case: Case):
    told = matches(case.condition, case.facts, case.now_us)

    assert told == Oracle(case.facts, case.now_us).holds(case.condition)


def test_the_order_in_which_facts_are_told_makes_no_difference():
    chance = random.Random(3)
    for case in cases(CASES, seed=12):
        told = matches(case.condition, case.facts, case.now_us)
        done = list(case.facts.done)
        chance.shuffle(done)
        mixed = structs.replace(case.facts, done=tuple(done))

        assert matches(case.condition, mixed, case.now_us) is told


def test_what_is_to_come_makes_no_difference():
    for case in cases(CASES, seed=13):
        told = matches(case.condition, case.facts, case.now_us)
        past = tuple(one for one in case.facts.done if one.at_us <= case.now_us)
        known = structs.replace(case.facts, done=past)

        assert matches(case.condition, known, case.now_us) is told
