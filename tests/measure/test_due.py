"""When a digest is due, in the shop's zone, also where clocks are changed."""

from datetime import UTC, date, datetime

import pytest

from habitue.base.clock import to_us
from habitue.measure.kpi.due import last_due, weeks_before

ZONE = "Europe/Warsaw"


def at(text: str) -> int:
    return to_us(datetime.fromisoformat(text).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("now", "day"),
    [
        # A Monday; 07:00 in Warsaw is 06:00 in winter.
        ("2026-03-02T05:59:59", date(2026, 2, 23)),
        ("2026-03-02T06:00:00", date(2026, 3, 2)),
        ("2026-03-08T23:30:00", date(2026, 3, 2)),
        # And 05:00 in summer.
        ("2026-03-30T04:59:59", date(2026, 3, 23)),
        ("2026-03-30T05:00:00", date(2026, 3, 30)),
    ],
)
def test_a_digest_is_due_from_its_hour_of_the_zone_on(now: str, day: date) -> None:
    assert last_due(at(now), "monday", 7, ZONE) == day


def test_an_hour_that_clocks_skip_is_due_when_they_would_have_shown_it() -> None:
    # On Sunday 29 March 02:00 there is none: clocks go from 02:00 to 03:00.
    before, behind = at("2026-03-29T00:59:59"), at("2026-03-29T01:00:00")

    assert last_due(before, "sunday", 2, ZONE) == date(2026, 3, 22)
    assert last_due(behind, "sunday", 2, ZONE) == date(2026, 3, 29)


def test_an_hour_that_clocks_show_twice_is_due_at_the_first() -> None:
    # On Sunday 25 October 02:30 comes at 00:30 and at 01:30 of UTC.
    assert last_due(at("2026-10-25T00:00:00"), "sunday", 2, ZONE) == date(2026, 10, 25)


def test_a_digest_tells_of_the_seven_days_before_and_the_seven_before_these() -> None:
    assert weeks_before(date(2026, 3, 2)) == (
        ("2026-02-23", "2026-03-01"),
        ("2026-02-16", "2026-02-22"),
    )
