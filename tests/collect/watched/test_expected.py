"""When a file is due and when it is missing, to the minute, over changes of clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.base.clock import HOUR_US, MINUTE_US, to_us
from habitue.collect.watched.expected import due_by, due_next, missing_since
from habitue.model.watch import Watch

WARSAW = ZoneInfo("Europe/Warsaw")


def at(text, zone=WARSAW):
    return to_us(datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC))


def watch(**changed):
    told = {"expect": "06:00", "made_us": at("2026-11-20 12:00")}
    return Watch(name="night", source="pos", folder="pos", **(told | changed))


def missing(now, *landed, **changed):
    return missing_since(watch(**changed), [at(one) for one in landed], at(now), WARSAW)


def test_a_file_that_came_in_the_night_is_not_missing():
    assert missing("2026-11-25 06:30", "2026-11-25 03:10") is None


def test_a_file_that_did_not_come_is_missing_from_its_hour_on():
    assert missing("2026-11-25 05:59", "2026-11-24 03:10") is None
    assert missing("2026-11-25 06:00", "2026-11-24 03:10") == at("2026-11-25 06:00")


def test_a_late_file_ends_the_alarm():
    late = ("2026-11-24 03:10", "2026-11-25 07:45")

    assert missing("2026-11-25 07:44", *late[:1]) is not None
    assert missing("2026-11-25 07:45", *late) is None


def test_a_late_file_is_not_taken_for_the_next_days():
    assert missing("2026-11-26 06:01", "2026-11-25 07:45") == at("2026-11-26 06:00")


def test_what_was_due_before_the_watch_was_made_is_not_missed():
    made = at("2026-11-25 06:01")

    assert missing("2026-11-25 23:00", made_us=made) is None
    assert missing("2026-11-26 06:00", made_us=made) == at("2026-11-26 06:00")


def test_nothing_is_due_on_other_days():
    weekdays = {"days": (0, 1, 2, 3, 4)}
    # A Friday's file counts over the weekend, until Monday's is due.
    friday = "2026-11-20 05:00"

    made = at("2026-11-19 12:00")
    assert missing("2026-11-22 12:00", friday, made_us=made, **weekdays) is None
    assert missing("2026-11-23 06:00", friday, made_us=made, **weekdays) == at(
        "2026-11-23 06:00"
    )


def test_a_watch_without_an_hour_misses_nothing():
    assert missing("2026-11-25 12:00", expect=None) is None
    assert due_next(watch(expect=None), at("2026-11-25 12:00"), WARSAW) is None


@pytest.mark.parametrize(
    ("expect", "day", "utc"),
    [
        ("02:30", "2026-03-29", "2026-03-29T01:30"),  # skipped: an hour later
        ("02:30", "2026-10-25", "2026-10-25T00:30"),  # repeated: its first pass
        ("06:00", "2026-03-29", "2026-03-29T04:00"),
        ("06:00", "2026-10-25", "2026-10-25T05:00"),
    ],
)
def test_an_hour_is_the_shops_when_clocks_change(expect, day, utc):
    noon = at(f"{day} 12:00")

    assert due_by(watch(expect=expect), noon, WARSAW) == at(utc, UTC)


@given(
    hours=st.integers(0, 3 * 366 * 24),
    minutes=st.integers(0, 24 * 60 - 1),
    days=st.sets(st.integers(0, 6), min_size=1),
    zone=st.sampled_from(["Europe/Warsaw", "Asia/Almaty", "UTC", "America/New_York"]),
)
def test_each_moment_lies_between_two_that_are_due(hours, minutes, days, zone):
    told = watch(
        expect=f"{minutes // 60:02}:{minutes % 60:02}", days=tuple(sorted(days))
    )
    now_us = at("2025-01-01 00:17") + hours * HOUR_US
    place = ZoneInfo(zone)

    last, following = due_by(told, now_us, place), due_next(told, now_us, place)

    assert last <= now_us < following
    # None lies between: the one before the next is the last.
    assert due_by(told, following - 1, place) == last
    assert following - last <= 8 * 24 * HOUR_US
    for due in (last, following):
        local = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=due)
        assert local.astimezone(place).weekday() in days


@given(
    early=st.integers(1, 24),
    before=st.integers(-300, 2000),
)
def test_a_file_counts_for_an_hour_from_so_long_before_it(early, before):
    """before: so many minutes before its hour a file comes."""
    due = at("2026-11-25 06:00")
    told = watch(early_hours=early)
    landed = due - before * MINUTE_US

    alarm = missing_since(told, [landed], due + 301 * MINUTE_US, WARSAW)

    assert (alarm is None) == (before < early * 60)
