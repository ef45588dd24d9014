"""When an event happened, whatever the sender's clock says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.base.clock import DAY_US, MINUTE_US
from habitue.collect.limits import Limits
from habitue.collect.moment import place_in_time, read_time
from habitue.model.source import Source, Writer
from tests.collect.shop import NOW_US, Shop, track

pytestmark = pytest.mark.proof("T10")

LIMITS = Limits()


@pytest.mark.parametrize(
    ("told", "at_us"),
    [
        ("2026-03-01T12:00:00Z", NOW_US),
        ("2026-03-01T12:00:00.000000Z", NOW_US),
        ("2026-03-01T13:00:00+01:00", NOW_US),
        ("2026-03-01T12:00:00", NOW_US),
        ("2026-03-01 12:00:00", NOW_US),
        ("2026-03-01t12:00:00z", NOW_US),
        ("2026-03-01T12:00:00.123Z", NOW_US + 123_000),
        ("2026-03-01T12:00:00.123456789Z", NOW_US + 123_456),
        ("1772366400", NOW_US),
        (1_772_366_400, NOW_US),
        (1_772_366_400.5, NOW_US + 500_000),
        (1_772_366_400_000, NOW_US),
        (NOW_US, NOW_US),
        ("1969-12-31T23:59:59Z", -1_000_000),
    ],
)
def test_times_are_read_as_clients_write_them(told: Any, at_us: int) -> None:
    assert read_time(told) == at_us


@pytest.mark.parametrize(
    "told",
    [
        "soon",
        "",
        "12:00",
        True,
        None,
        [],
        {},
        1e300,
        float("nan"),
        "9" * 60,
        "2026-13-01",
    ],
)
def test_what_is_no_time_is_none(told: Any) -> None:
    assert read_time(told) is None


@given(st.one_of(st.text(), st.floats(), st.integers(), st.datetimes().map(str)))
def test_reading_a_time_never_raises(told: Any) -> None:
    assert isinstance(read_time(told), int | None)


@given(
    original_us=st.none() | st.integers(-(10**17), 10**17),
    sent_us=st.none() | st.integers(-(10**17), 10**17),
    historical=st.booleans(),
)
def test_no_event_is_placed_out_of_bounds(
    original_us: int | None, sent_us: int | None, historical: bool
) -> None:
    at_us, rule = place_in_time(
        original_us, sent_us, NOW_US, LIMITS, historical=historical
    )

    earliest_us = 0 if historical else NOW_US - LIMITS.reach_us
    assert earliest_us <= at_us <= NOW_US + 5 * MINUTE_US
    assert (rule == "received") == (original_us is None)


@given(
    skew_us=st.integers(-3650 * DAY_US, 3650 * DAY_US), age_us=st.integers(0, DAY_US)
)
def test_a_wrong_clock_does_not_move_an_event(skew_us: int, age_us: int) -> None:
    sent_us = NOW_US + skew_us

    moment = place_in_time(sent_us - age_us, sent_us, NOW_US, LIMITS)

    assert moment == (NOW_US - age_us, "sent")


def test_a_time_without_sent_at_is_believed(shop: Shop) -> None:
    event = shop.event(track(timestamp="2026-02-01T00:00:00Z"))

    assert (event.at_us, event.time_rule) == (1_769_904_000_000_000, "told")


def test_an_event_without_a_time_happened_when_it_came(shop: Shop) -> None:
    event = shop.event(track())

    assert (event.at_us, event.time_rule, event.told_at) == (NOW_US, "received", None)


def test_the_future_is_never_believed(shop: Shop) -> None:
    reply = shop.post(track(timestamp="2036-01-01T00:00:00Z"))

    event = shop.at(reply.results[0]["offset"])
    assert (event.at_us, event.time_rule) == (NOW_US + 5 * MINUTE_US, "bounded")
    assert reply.results[0]["warnings"][0]["reason"] == "time_out_of_bounds"
    assert event.told_at == "2036-01-01T00:00:00Z"


def test_what_is_historical_may_be_older_than_ten_years(shop: Shop) -> None:
    shop.add(Source(name="past", historical=True))
    told = {"timestamp": "2009-12-01T07:45:00Z"}

    assert shop.event(track(**told), "past").time_rule == "told"
    assert shop.event(track(**told, context={"historical": True})).historical
    assert shop.event(track(**told)).time_rule == "bounded"


def test_a_browser_can_not_say_that_it_tells_history(shop: Shop) -> None:
    assert not shop.event(track(context={"historical": True}), "web").historical


def test_an_unreadable_time_loses_no_event(shop: Shop) -> None:
    reply = shop.post(track(timestamp="yesterday", sentAt=[1]))

    event = shop.at(reply.results[0]["offset"])
    assert (event.at_us, event.time_rule) == (NOW_US, "received")
    assert event.told_at == "yesterday"
    assert [one["reason"] for one in reply.results[0]["warnings"]] == [
        "time_unreadable",
        "time_unreadable",
    ]


def test_an_unreadable_sent_at_of_a_batch_is_as_none(shop: Shop) -> None:
    shop.post({"batch": [track(timestamp="2026-03-01T11:00:00Z")], "sentAt": {}})

    assert shop.events()[0].time_rule == "told"


def test_writers_are_told_apart_in_time_by_source_not_by_class(shop: Shop) -> None:
    shop.add(Source(name="old-web", kind=Writer.PUBLIC, historical=True))

    assert shop.event(track(), "old-web").historical
