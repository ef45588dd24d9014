"""Windows and days: instants are exact, whatever the clocks of a zone do."""

from datetime import UTC, date, datetime, timedelta

import pytest

from habitue.base.clock import DAY_US, HOUR_US, to_us
from habitue.base.days import day_at, day_start_us
from habitue.segment.condition import Did, HasTrait, Window
from habitue.segment.facts import Done, Facts
from habitue.segment.meaning import matches


def us(text: str) -> int:
    return to_us(datetime.fromisoformat(text))


def did(within: Window, at: str, now: str, zone: str = "UTC") -> bool:
    facts = Facts(done=(Done(at_us=us(at), name="A"),), shop_zone=zone)
    return matches(Did(event="A", within=within), facts, us(now))


def test_a_window_begins_with_the_event_and_ends_as_long_after_it():
    day, at = Window(days=1), "2026-03-01T10:00:00Z"

    assert not did(day, at, "2026-03-01T09:59:59.999999Z")
    assert did(day, at, "2026-03-01T10:00:00Z")
    assert did(day, at, "2026-03-02T09:59:59.999999Z")
    assert not did(day, at, "2026-03-02T10:00:00Z")


def test_a_day_of_a_window_is_24_hours_when_clocks_change():
    day, at = Window(days=1), "2026-03-28T12:00:00+01:00"

    assert did(day, at, "2026-03-29T12:59:59+02:00", "Europe/Warsaw")
    assert not did(day, at, "2026-03-29T13:00:00+02:00", "Europe/Warsaw")


def test_dates_are_days_of_the_shops_zone_and_the_last_is_included():
    march = Window(since="2026-03-01", until="2026-03-31")

    def within(at: str) -> bool:
        return did(march, at, "2027-01-01T00:00:00Z", "Europe/Warsaw")

    assert not within("2026-02-28T22:59:59Z")
    assert within("2026-02-28T23:00:00Z")
    assert within("2026-03-31T21:59:59Z")
    assert not within("2026-03-31T22:00:00Z")


def test_of_moments_the_last_is_left_out():
    span = Window(since="2026-03-01T10:00:00Z", until="2026-03-01T11:00:00Z")

    assert did(span, "2026-03-01T10:00:00Z", "2027-01-01T00:00:00Z")
    assert not did(span, "2026-03-01T11:00:00Z", "2027-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Warsaw", date(2026, 3, 29), 23),
        ("Europe/Warsaw", date(2026, 10, 25), 25),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("America/Sao_Paulo", date(2018, 2, 17), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),
    ],
)
def test_days_follow_one_another_where_clocks_change(zone, day, hours):
    begins = day_start_us(day, zone)
    ends = day_start_us(day + timedelta(days=1), zone)

    assert ends - begins == hours * HOUR_US
    assert day_at(begins, zone) == day
    assert day_at(begins - 1, zone) == day - timedelta(days=1)
    assert day_at(ends - 1, zone) == day


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "America/Sao_Paulo", "Asia/Almaty"])
def test_each_moment_is_of_one_day_and_days_never_go_back(zone):
    last = date(2018, 1, 1)
    for hour in range(24 * 365):
        day = day_at(to_us(datetime(2018, 1, 2, tzinfo=UTC)) + hour * HOUR_US, zone)
        assert last <= day <= last + timedelta(days=1)
        last = day


def birthday(told: str, now: str, days: int = 7, zone: str = "Europe/Warsaw") -> bool:
    facts = Facts(traits={"birthday": told}, time_zone=zone)
    return matches(
        HasTrait(name="birthday", op="anniversary", value=days), facts, us(now)
    )


def test_a_birthday_is_near_from_six_days_before_until_its_own_day_is_over():
    assert not birthday("1990-06-10", "2026-06-03T23:59:59+02:00")
    assert birthday("1990-06-10", "2026-06-04T00:00:00+02:00")
    assert birthday("1990-06-10", "2026-06-10T23:59:59+02:00")
    assert not birthday("1990-06-10", "2026-06-11T00:00:00+02:00")


def test_a_birthday_in_january_is_near_in_december():
    assert birthday("--01-02", "2026-12-28T12:00:00Z")


def test_who_was_born_on_29_february_has_it_on_the_28th_where_there_is_none():
    assert birthday("2000-02-29", "2027-02-28T12:00:00Z", days=1)
    assert not birthday("2000-02-29", "2028-02-28T12:00:00Z", days=1)
    assert birthday("2000-02-29", "2028-02-29T12:00:00Z", days=1)


def test_a_moment_of_a_trait_is_local_to_the_shop_where_it_has_no_offset():
    facts = Facts(traits={"ends": "2026-06-10"}, shop_zone="Asia/Almaty")
    ahead = HasTrait(name="ends", op="ahead", value=Window(days=1))
    ends = day_start_us(date(2026, 6, 10), "Asia/Almaty")

    assert matches(ahead, facts, ends - 1)
    assert not matches(ahead, facts, ends)
    assert matches(ahead, facts, ends - DAY_US)
    assert not matches(ahead, facts, ends - DAY_US - 1)


def test_a_date_long_ago_is_a_moment_too():
    born = Facts(traits={"born": "1950-05-12"})
    grown = HasTrait(name="born", op="older", value=Window(years=18))

    assert matches(grown, born, us("2026-01-01T00:00:00Z"))
