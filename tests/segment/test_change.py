"""The moment of next change is right: nothing changes before, and then it does."""

import os
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from habitue.base.days import day_start_us
from habitue.segment.change import next_change
from habitue.segment.condition import HasTrait, Window
from habitue.segment.facts import Done, Facts
from habitue.segment.meaning import matches
from habitue.segment.moments import moment_of, window_us
from habitue.segment.walk import leaves
from tests.segment.generated import (
    NOW_US,
    SHOP_ZONE,
    SPANS_US,
    WINDOWS,
    Case,
    any_case,
    cases,
)  # fmt: skip

pytestmark = pytest.mark.proof("T10")

CASES = 20_000 if os.environ.get("HABITUE_TORTURE") else 1_000
SPANS = sorted({0, *SPANS_US, *(window_us(one) for one in WINDOWS)})


def moments(case: Case) -> list[int]:
    """Give all moments after now about which anything at all could change."""
    facts = case.facts
    values = [*facts.traits.values(), *facts.computed.values()]
    told = [one.at_us for one in facts.done]
    told += [at for one in values if (at := moment_of(one, SHOP_ZONE)) is not None]
    edges = {at + way * span for at in told for span in SPANS for way in (1, -1)}
    if any(getattr(leaf, "op", "") == "anniversary" for leaf in leaves(case.condition)):
        days = (date(2026, 3, 1) + timedelta(days=at) for at in range(800))
        edges |= {day_start_us(day, facts.time_zone) for day in days}
    around = {edge + off for edge in edges for off in (-1, 0, 1)}
    return sorted(at for at in around if at > case.now_us)


def check(case: Case) -> None:
    facts = case.facts
    now = matches(case.condition, facts, case.now_us)
    change = next_change(case.condition, facts, case.now_us)
    for at_us in moments(case):
        if change is None or at_us < change:
            assert matches(case.condition, facts, at_us) is now, (case, at_us)
    if change is not None:
        assert change > case.now_us
        assert matches(case.condition, facts, change) is not now
        assert matches(case.condition, facts, change - 1) is now


def test_nothing_changes_before_the_next_change_and_then_it_does():
    for case in cases(CASES, seed=21):
        check(case)


@settings(max_examples=100, deadline=None)
@given(any_case())
def test_it_does_so_whatever_hypothesis_finds(case: Case):
    check(case)


def test_who_did_not_buy_for_90_days_is_known_to_the_microsecond():
    from habitue.segment.condition import DidNot

    lapsed = DidNot(event="$purchase", within=Window(days=90))
    facts = Facts(done=(Done(at_us=NOW_US, name="$purchase"),))

    assert next_change(lapsed, facts, NOW_US) == NOW_US + 90 * 86_400_000_000


def test_a_birthday_begins_and_ends_with_the_persons_own_day():
    birthday = HasTrait(name="birthday", op="anniversary", value=1)
    facts = Facts(traits={"birthday": "1990-06-01"}, time_zone="Asia/Almaty")

    begins = next_change(birthday, facts, NOW_US)
    ends = next_change(birthday, facts, begins)

    assert begins == day_start_us(date(2026, 6, 1), "Asia/Almaty")
    assert ends == day_start_us(date(2026, 6, 2), "Asia/Almaty")


def test_what_is_known_for_good_never_changes():
    assert next_change(HasTrait(name="city", op="exists"), Facts(), NOW_US) is None
