"""What somebody did becomes visits, and an order has the channel of its visit."""

import random

import pytest

from habitue.base.clock import MINUTE_US
from habitue.base.days import Days
from habitue.measure.channel_report import ChannelReport, roi
from habitue.measure.visits import Seen, channel_at, visits_of
from habitue.model.channel import ChannelCost

IDLE_US = 30 * MINUTE_US
DAY = 20_000 * 24 * 60


def seen(*told: tuple[int, str | None]) -> list[Seen]:
    return [Seen(at * MINUTE_US, offset, one) for offset, (at, one) in enumerate(told)]


def visits(*told: tuple[int, str | None]) -> list[tuple[int, int, str]]:
    return [
        (one.since_us // MINUTE_US, one.until_us // MINUTE_US, one.channel)
        for one in visits_of(seen(*told), IDLE_US)
    ]


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ([], []),
        ([(0, "email"), (10, None), (40, None)], [(0, 40, "email")]),
        ([(0, "email"), (31, None)], [(0, 0, "email"), (31, 31, "direct")]),
        ([(0, "email"), (30, "direct")], [(0, 30, "email")]),
        ([(0, "email"), (5, "email")], [(0, 5, "email")]),
        ([(0, "email"), (5, "social"), (6, None)],
         [(0, 0, "email"), (5, 6, "social")]),
        ([(0, None)], [(0, 0, "direct")]),
    ],
)  # fmt: skip
def test_a_visit_ends_with_a_pause_or_another_channel(told, wanted) -> None:
    assert visits(*told) == wanted


def test_the_order_of_arrival_decides_nothing() -> None:
    told = seen((0, "email"), (5, None), (20, "social"), (60, None), (61, "email"))
    mixed = told[:]
    random.Random(7).shuffle(mixed)

    assert visits_of(mixed, IDLE_US) == visits_of(told, IDLE_US)


@pytest.mark.parametrize(
    ("at", "channel"),
    [(-1, "no_visit"), (0, "email"), (9, "email"), (10, "social"), (42, "social"),
     (43, "no_visit")],
)  # fmt: skip
def test_an_order_has_the_channel_of_its_visit(at: int, channel: str) -> None:
    found = visits_of(seen((0, "email"), (10, "social"), (12, None)), IDLE_US)

    assert channel_at(found, at * MINUTE_US, IDLE_US) == channel


def report() -> ChannelReport:
    return ChannelReport(Days(), 20_000, 20_000)


def test_a_report_sums_visits_people_orders_money_and_cost() -> None:
    told = report()
    for at in (0, 100, -5):
        for visit in visits_of(seen((DAY + at, "email")), IDLE_US):
            told.visit(7, visit)
    told.orders(DAY * MINUTE_US, "email", "EUR", (1, 900))
    told.costs([ChannelCost("2024-10-04", "email", "EUR", 300),
                ChannelCost("2024-10-05", "email", "EUR", 999)])  # fmt: skip

    view = told.view()

    assert view["days"][0]["day"] == "2024-10-04"
    assert view["channels"] == [
        {
            "channel": "email",
            "visits": 2,
            "people": 1,
            "orders": 1,
            "money": [
                {"currency": "EUR", "revenue": "9.00", "cost": "3.00", "roi": "2.0000"}
            ],
        }
    ]


def test_what_no_visit_brought_is_the_rest_of_the_days_orders() -> None:
    told = report()
    told.orders(DAY * MINUTE_US, "email", "EUR", (1, 900))

    told.rest(20_000, {"EUR": (3, 1500), "PLN": (1, 40)})

    (_, rest) = told.view()["channels"]
    assert (rest["channel"], rest["orders"]) == ("no_visit", 3)
    assert [one["revenue"] for one in rest["money"]] == ["6.00", "0.40"]


@pytest.mark.parametrize(
    ("revenue", "cost", "wanted"),
    [(300, 100, "2.0000"), (0, 100, "-1.0000"), (1, 3, "-0.6667"), (5, 3, "0.6667"),
     (100, 100, "0.0000"), (9, 0, None)],
)  # fmt: skip
def test_the_return_is_what_is_left_over_of_what_was_spent(revenue, cost, wanted):
    assert roi(revenue, cost) == wanted
