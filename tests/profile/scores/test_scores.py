"""Engagement, RFM, stage and need, against values worked out by hand and by pandas."""

import random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.base.clock import DAY_US, HOUR_US
from habitue.model.score import (
    EngagementRules,
    RfmPart,
    RfmRules,
    ScoreRules,
    StageRules,
)
from habitue.profile.computed import Facts
from habitue.profile.scores.declared import DAILY, DECLARED
from habitue.profile.scores.engagement import disengagement, engagement
from habitue.profile.scores.need import need_of
from habitue.profile.scores.part import PartFacts
from habitue.profile.scores.rfm import (
    PERSONAS,
    cuts_of,
    measure,
    persona,
    rfm,
    score,
)
from habitue.profile.scores.stage import STAGES, stage_of
from tests.profile.shop import NOON_US, item, order, receipt, shop

DAY = 24
RFM = RfmRules()
STAGE = StageRules()


def facts(*items):
    return Facts(shop(*items).profiles.state([1]))


def on_day(days):
    """Give noon, so many days after the first."""
    return NOON_US + days * DAY_US


# -- RFM ------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 20), min_size=1, max_size=300), st.randoms())
def test_equal_values_have_equal_scores_however_they_are_shuffled(values, chance):
    shuffled = list(values)
    chance.shuffle(shuffled)

    cuts = cuts_of(values)

    assert cuts == cuts_of(shuffled)
    assert list(cuts) == sorted(cuts)
    assert all(1 <= score(value, cuts) <= 5 for value in values)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=400))
def test_scores_are_fifths_by_average_rank(values):
    ranks = pd.Series(values).rank(method="average")
    # The share of all that stands before, ties half counted.
    places = (2 * ranks - 1) / 2 / len(values)
    expected = (places * 5 + 1e-9).astype(int) + 1

    got = [score(value, cuts_of(values)) for value in values]

    assert got == expected.tolist()


def test_every_cell_has_a_persona_and_every_persona_a_cell():
    cells = [(r, f, m) for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)]

    assert {persona(*cell) for cell in cells} == set(PERSONAS)


def test_what_came_back_is_not_spent():
    told = facts(
        order("a", 100, at=0),
        item("Order Refunded", at=5, order_id="a", total=40, currency="GBP"),
    )

    assert rfm(told, on_day(10), RFM, "GBP").money == 6000


def test_a_purchase_of_later_does_not_count_yet():
    told = facts(order("a", 100, at=0), order("b", 100, at=30 * DAY))

    assert rfm(told, on_day(10), RFM, "").purchases == 1
    assert rfm(told, on_day(31), RFM, "").purchases == 2


def test_of_a_category_a_purchase_is_worth_its_lines_less_what_came_back():
    told = facts(
        order("a", 100, at=0),
        order("b", 60, at=DAY),
        item("Order Refunded", at=2 * DAY, order_id="b", total=60, currency="GBP"),
    )
    lines = {"a": [("Tea", 3_000), ("Cups", 7_000)], "b": [("Tea", 2_000)]}

    def of(**part):
        return PartFacts(
            told, RfmPart(**part), lambda key, _: lines.get(key[-1], [("Tea", 2_000)])
        )

    now_us = on_day(10)
    assert measure(of(category="Tea"), now_us, "GBP") == (8, 2, 3_000)
    assert measure(of(category="Cups"), now_us, "GBP") == (9, 1, 7_000)
    assert measure(of(category="Wine"), now_us, "GBP") is None
    assert measure(of(store="elsewhere"), now_us, "GBP") is None
    assert measure(of(), now_us, "GBP") == measure(told, now_us, "GBP")


def test_who_has_not_bought_has_no_rfm():
    assert rfm(facts(item()), on_day(1), RFM, "") is None


def test_recency_counts_whole_days_up_to_midnight():
    told = facts(order("a", at=0))

    assert rfm(told, NOON_US + 11 * HOUR_US, RFM, "").recency_days == 0
    assert rfm(told, NOON_US + 36 * HOUR_US, RFM, "").recency_days == 1


# -- engagement -----------------------------------------------------------------------


def test_silence_lowers_engagement_day_by_day_with_no_event():
    told = facts(item(at=0), item(at=1), order(at=2))
    rules = EngagementRules()

    scores = [engagement(told, on_day(day), rules).score for day in (1, 10, 40, 400)]

    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4


def test_engagement_is_its_formula():
    told = facts(*(item(at=n / 10) for n in range(4)), order(at=1))
    found = engagement(told, on_day(14), EngagementRules())

    # 5 events of 14 days ago, halved once; one purchase of 40 points, 13 days before
    # the midnight that its age ends at.
    visits = 5 * 0.5
    purchase = 40 * 2 ** (-13 / 180)
    points = visits + purchase
    assert found.score == round(100 * points / (points + 60))
    assert found.visits == 250


def test_messages_that_we_send_engage_nobody():
    told = facts(*(item("Email Delivered", at=n) for n in range(20)))

    assert engagement(told, on_day(1), EngagementRules()).score == 0


def test_a_flood_of_one_day_counts_as_a_busy_day():
    flooded = facts(*(item(at=n / 100, offset=n) for n in range(1000)))

    assert engagement(flooded, on_day(0), EngagementRules()).visits == 2000


def test_a_weekly_visitor_is_missed_earlier_than_a_yearly_one():
    weekly = facts(*(item(at=7 * DAY * n, offset=n) for n in range(20)))
    yearly = facts(*(item(at=365 * DAY * n, offset=n) for n in range(4)))
    rules = EngagementRules()

    missed = engagement(weekly, on_day(7 * 19 + 60), rules).disengagement
    usual = engagement(yearly, on_day(365 * 3 + 60), rules).disengagement

    assert missed > 80
    assert usual == 0
    assert disengagement(3, 1) == 50


# -- stage ----------------------------------------------------------------------------


def stage(days, *items, rules=STAGE):
    return stage_of(facts(*items), on_day(days), rules).stage


def yearly(n=4):
    return [order(f"o{k}", at=k * 30 * DAY) for k in range(n)]


@pytest.mark.parametrize(
    ("days", "expected"),
    [(95, "active"), (90 + 122, "fading"), (90 + 242, "lapsed"), (90 + 732, "lost")],
)
def test_silence_ages_a_customer(days, expected):
    assert stage(days, *yearly()) == expected


def test_who_has_bought_once_lately_is_new():
    assert stage(10, order()) == "new"


def test_who_is_only_known_is_a_prospect_and_who_is_not_a_stranger():
    assert stage(1, item()) == "prospect"
    assert stage(1, item(who=("anonymous_id:a",))) == "stranger"


def test_who_buys_after_a_long_silence_has_returned():
    assert stage(410, *yearly(), order("again", at=400 * DAY)) == "returned"


def test_a_refund_changes_the_stage_where_the_shop_says_so():
    bought = order("a", 30, at=0)
    refund = item("Order Refunded", at=5, order_id="a", total=30, currency="GBP")

    assert stage(10, bought, refund) == "prospect"
    kept = StageRules(returns_undo=False)
    assert stage(10, bought, refund, rules=kept) == "new"


# -- need -----------------------------------------------------------------------------


def test_what_was_chosen_stands_above_what_they_do():
    clicks = [item("Email Link Clicked", at=n) for n in range(5)]

    assert need_of(facts(*clicks), None).need == "wants_attention"
    assert need_of(facts(*clicks), "do_not_disturb").need == "do_not_disturb"


def test_a_withdrawal_of_all_marketing_asks_for_peace():
    told = facts(
        item("Email Link Clicked", at=0),
        item("Email Link Clicked", at=1),
        item("Consent Withdrawn", at=2, who=("email:a@b.example",)),
    )

    assert need_of(told, None).need == "do_not_disturb"


def test_who_asks_by_themselves_is_served_when_they_ask():
    calls = [item("Call Started", at=n) for n in range(2)]

    assert need_of(facts(*calls), None).need == "on_demand"


def test_opened_mail_says_nothing():
    opened = [item("Email Opened", at=n) for n in range(50)]

    assert need_of(facts(*opened), None).because == "not known yet"


# -- all together ---------------------------------------------------------------------


def test_every_score_says_what_it_means_and_stands_on_the_profile():
    assert all(each.description.endswith(".") and each.unit for each in DECLARED)
    assert {each.name for each in DECLARED} == DAILY
    computed = shop(receipt(), order(at=3)).read().computed

    assert computed["stage"].value in STAGES
    assert computed["rfm"].value.isdigit()
    assert computed["engagement_because"].value["purchases"] > 0


def test_random_histories_score_alike_in_any_order_and_split():
    chance = random.Random(7)
    told = [
        order(f"o{n}", chance.randint(5, 99), at=chance.uniform(0, 9000))
        for n in range(30)
    ]
    told += [item(at=chance.uniform(0, 9000), offset=n) for n in range(50)]
    whole = facts(*told)
    chance.shuffle(told)
    split = shop()
    for n, each in enumerate(told):
        split.fold(each, strand=1 + n % 3)
    parts = Facts(split.profiles.state([1, 2, 3]))
    rules = ScoreRules()

    for day in (100, 400, 1200):
        now = on_day(day)
        assert rfm(whole, now, RFM, "") == rfm(parts, now, RFM, "")
        assert stage_of(whole, now, STAGE) == stage_of(parts, now, STAGE)
        assert engagement(whole, now, rules.engagement) == engagement(
            parts, now, rules.engagement
        )
