"""Reports by channel go by the shop's own days, on nights of changed clocks too."""

from datetime import datetime

import pytest

from habitue.base.clock import HOUR_US, to_us
from habitue.base.days import Days, day_number, day_text
from habitue.base.errors import InvalidError
from habitue.measure.channel_report import ChannelReport
from habitue.measure.visits import Visit
from habitue.model.channel import ChannelCost

# When a day begins in UTC, and how many hours it has.
GOLDEN = [
    ("UTC", "2026-03-29", "2026-03-29T00:00Z", 24),
    ("Europe/Warsaw", "2026-01-15", "2026-01-14T23:00Z", 24),
    ("Europe/Warsaw", "2026-07-15", "2026-07-14T22:00Z", 24),
    ("Europe/Warsaw", "2026-03-29", "2026-03-28T23:00Z", 23),
    ("Europe/Warsaw", "2026-03-30", "2026-03-29T22:00Z", 24),
    ("Europe/Warsaw", "2026-10-25", "2026-10-24T22:00Z", 25),
    ("Europe/Warsaw", "2026-10-26", "2026-10-25T23:00Z", 24),
    ("America/New_York", "2026-03-08", "2026-03-08T05:00Z", 23),
    ("America/New_York", "2026-11-01", "2026-11-01T04:00Z", 25),
    ("Europe/Moscow", "2026-03-29", "2026-03-28T21:00Z", 24),
    ("Asia/Almaty", "2024-02-29", "2024-02-28T18:00Z", 25),
    ("Asia/Almaty", "2024-03-01", "2024-02-29T19:00Z", 24),
    ("Asia/Kathmandu", "2026-05-01", "2026-04-30T18:15Z", 24),
    # Clocks are changed at midnight: told twice, and skipped.
    ("America/Havana", "2026-11-01", "2026-11-01T04:00Z", 25),
    ("America/Santiago", "2026-09-06", "2026-09-06T04:00Z", 23),
    # A day that was left out has no hours.
    ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00Z", 0),
    ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00Z", 24),
]


def us(text: str) -> int:
    return to_us(datetime.fromisoformat(text))


@pytest.mark.parametrize(("zone", "day", "begins", "hours"), GOLDEN)
def test_a_day_begins_and_ends_with_the_shops_midnight(zone, day, begins, hours):
    days, number = Days(zone), day_number(day)

    assert days.begins_us(number) == us(begins)
    assert days.begins_us(number + 1) == us(begins) + hours * HOUR_US
    assert days.of(us(begins) - 1) < number
    assert days.of(us(begins) + hours * HOUR_US) > number
    if hours:
        assert days.of(us(begins)) == number
        assert days.of(us(begins) + hours * HOUR_US - 1) == number


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Almaty", "America/New_York"])
def test_the_ends_of_time_have_days_too(zone: str, day: str) -> None:
    days, number = Days(zone), day_number(day)

    assert days.of(days.begins_us(number)) == number
    assert day_text(number) == day


def test_a_day_that_there_is_not_is_refused_with_the_way_out() -> None:
    with pytest.raises(InvalidError, match="write it as 2026-03-01"):
        day_number("2026-02-30")


# A visit and an order an hour each through the night, and the days they belong to.
NIGHTS = [
    ("2026-03-28T20:30Z", {"2026-03-28": 3, "2026-03-29": 23, "2026-03-30": 4}),
    ("2026-10-24T19:30Z", {"2026-10-24": 3, "2026-10-25": 25, "2026-10-26": 2}),
]


@pytest.mark.parametrize(("since", "wanted"), NIGHTS)
def test_visits_orders_and_costs_meet_on_the_shops_own_day(since, wanted) -> None:
    first, *_, last = wanted
    told = ChannelReport(
        Days("Europe/Warsaw"), day_number(first), day_number(last)
    )  # fmt: skip
    for hour in range(30):
        at_us = us(since) + hour * HOUR_US
        told.visit(7, Visit(at_us, at_us, "email"))
        told.orders(at_us, "email", "PLN", (1, 100))
    told.costs(ChannelCost(day, "email", "PLN", 50) for day in wanted)

    view = told.view()

    assert {one["day"]: one["visits"] for one in view["days"]} == wanted
    assert {one["day"]: one["orders"] for one in view["days"]} == wanted
    assert [one["money"][0]["cost"] for one in view["days"]] == ["0.50"] * 3
    assert view["time_zone"] == "Europe/Warsaw"
