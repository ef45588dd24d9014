"""The live judge agrees with the meaning, in whatever order and parts things come."""

import os
import random

import pytest

from habitue.base.clock import DAY_US
from habitue.segment import pages
from habitue.segment.change import next_change
from habitue.segment.condition import (
    Count,
    Did,
    DidNot,
    HasComputed,
    Sum,
    Where,
    Window,
)
from habitue.segment.leaf import Leaf, key_of, leaves_under
from habitue.segment.leaves import add, combine, noted, read, write
from habitue.segment.meaning import matches
from habitue.segment.walk import leaves
from tests.segment.generated import NOW_US, SHOP_ZONE, cases, condition
from tests.segment.noting import entries_of, noted_person, program_of

pytestmark = pytest.mark.proof("T25")

ONE_DAY = Window(days=1)
COUNT = 20_000 if os.environ.get("HABITUE_TORTURE") else 1_000


@pytest.mark.parametrize("entries_max", [256, 2])
def test_the_live_judge_agrees_with_the_meaning(monkeypatch, entries_max):
    monkeypatch.setattr(pages, "ENTRIES_MAX", entries_max)
    for number, case in enumerate(cases(COUNT, seed=25 + entries_max)):
        person = noted_person(case, random.Random(number))

        bits = person.judge(case.now_us).bits
        assert bits == matches(case.condition, case.facts, case.now_us), case


def test_it_wakes_up_before_anything_changes():
    for number, case in enumerate(cases(COUNT, seed=25)):
        person = noted_person(case, random.Random(number))

        next_us = person.judge(case.now_us).next_us
        changes_us = next_change(case.condition, case.facts, case.now_us)
        assert next_us is None or next_us > case.now_us, case
        if changes_us is not None:
            assert next_us is not None, case
            assert next_us <= changes_us, case


def test_it_agrees_at_each_moment_it_wakes_up_at():
    for number, case in enumerate(cases(COUNT // 4, seed=26)):
        person = noted_person(case, random.Random(number))
        now_us = case.now_us
        for _ in range(40):
            judged = person.judge(now_us)
            assert judged.bits == matches(case.condition, case.facts, now_us), case
            if judged.next_us is None:
                break
            between_us = (now_us + judged.next_us) // 2
            assert judged.bits == matches(case.condition, case.facts, between_us), case
            now_us = judged.next_us


def test_many_conditions_in_one_function_are_judged_as_each_alone():
    chance = random.Random(5)
    conditions = [condition(chance, 3) for _ in range(300)]
    program = program_of(*conditions)
    for case in cases(COUNT // 50, seed=27):
        found = {
            number: entries
            for number, leaf in program.leaves.items()
            if (entries := entries_of(leaf, case.facts))
        }

        bits = program.judge(found, case.facts, case.now_us).bits
        for place, one in enumerate(conditions):
            is_so = matches(one, case.facts, case.now_us)
            assert bool(bits >> place & 1) == is_so, one


def test_entries_combine_in_any_order_and_grouping():
    chance = random.Random(3)
    tried = 0
    for case in cases(600, seed=28):
        for leaf in distinct_leaves(case.condition):
            told = [more for one in case.facts.done if (more := told_of(leaf, one))]
            if len(told) < 3:
                continue
            keep, (a, b, c) = leaf.keep, told[:3]
            assert combine(keep, a, b) == combine(keep, b, a)
            assert combine(keep, combine(keep, a, b), c) == combine(
                keep, a, combine(keep, b, c)
            )
            chance.shuffle(told)
            whole = []
            for one in told:
                whole = combine(keep, whole, one)
            assert whole == entries_of(leaf, case.facts)
            tried += 1
    assert tried > 100


def told_of(leaf, done):
    more = noted(leaf, done, SHOP_ZONE)
    return combine(leaf.keep, more[:1], more[1:])


def distinct_leaves(condition) -> list[Leaf]:
    found = [leaf for one in leaves(condition) for leaf in leaves_under(one)]
    return list({key_of(leaf): leaf for leaf in found}.values())


def test_a_row_is_read_as_it_was_written():
    held = {3: [1, 2], 1: [], 2: [(1, "-" + "9" * 22), (2, 5)], 4: [(7, True)]}

    assert read(write(held)) == held


def test_a_sum_beyond_64_bits_stays_exact():
    millions = Did(event="Tea", sum=Sum(of="points", op=">=", value=2 * 10**15))
    program = program_of(millions)
    (leaf,) = program.leaves.values()
    held = combine(leaf.keep, [(1, str(10**21))], [(2, str(10**21))])

    facts = next(iter(cases(1))).facts
    assert program.judge({1: held}, facts, 3).bits == 1
    assert program.judge({1: held[:1]}, facts, 3).bits == 0


def test_equal_amounts_of_one_moment_are_added_up():
    spent = Did(event="Tea", sum=Sum(of="points", op="=", value=4), within=ONE_DAY)
    program = program_of(spent)
    (leaf,) = program.leaves.values()
    facts = next(iter(cases(1))).facts
    once = [(5, 2 * 10**6)]

    twice = add(leaf.keep, add(leaf.keep, [], once, 9), once, 9)

    assert combine(leaf.keep, once, once) == twice
    assert program.judge({1: twice}, facts, 9).bits == 1


def test_windows_share_one_leaf():
    once = DidNot(event="Tea", within=Window(days=90))

    assert leaves_under(once) == leaves_under(DidNot(event=("Tea", "Tea")))
    assert leaves_under(Did(event="Tea", count=Count(op="=", value=1))) == leaves_under(
        Did(event="Tea", count=Count(op=">", value=1), within=Window(hours=1))
    )


def test_what_counts_less_often_and_more_often_share_a_leaf():
    three = Did(event="Tea", count=Count(op=">=", value=3), within=Window(days=7))
    two = Did(event="Tea", count=Count(op="<=", value=2))

    assert leaves_under(three) == leaves_under(two)


def test_true_one_and_one_half_are_told_apart():
    asked = [
        Did(event="Tea", where=(Where(property="plan", op="is", value=value),))
        for value in (True, 1)
    ]

    assert asked[0] == asked[1]
    assert leaves_under(asked[0]) == leaves_under(asked[1])
    assert key_of(leaves_under(asked[0])) != key_of(leaves_under(asked[1]))


def test_a_trait_that_changes_daily_is_judged_again_at_midnight_utc():
    lively = HasComputed(name="engagement.score", op=">=", value=5)
    facts = next(iter(cases(1))).facts
    midnight_us = (NOW_US // DAY_US + 1) * DAY_US

    daily = program_of(lively, daily=("engagement",)).judge({}, facts, NOW_US)
    steady = program_of(lively).judge({}, facts, NOW_US)

    assert daily.next_us == midnight_us
    assert steady.next_us is None


def test_it_is_judged_once_a_day_and_not_more_often():
    lively = HasComputed(name="engagement", op=">=", value=5)
    facts = next(iter(cases(1))).facts
    program = program_of(lively, daily=("engagement",))

    first_us = program.judge({}, facts, NOW_US).next_us

    assert program.judge({}, facts, first_us).next_us == first_us + DAY_US
