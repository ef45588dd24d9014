"""Days and months stand on pages as the reader's language writes them."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from habitue.console.channels.report import shown_report
from habitue.console.digest.made import _days as digest_days
from habitue.console.digest.routes import weekday_named
from habitue.console.geo.shown import reading
from habitue.console.journeys.charts import months_chart
from habitue.console.journeys.handovers import handovers_shown
from habitue.console.kpis.charts import calendar_chart, cohorts_chart
from habitue.console.language import LANGUAGES, language
from habitue.console.look import Look
from habitue.console.segments.figures import figures_of
from habitue.console.text import parsed_day
from habitue.journey.handover import handover

View = dict[str, Any]
MACHINES = re.compile(r"\d{4}-\d\d(-\d\d)?")
DAY, MONTH = "2026-03-04", "2026-03"
# Of an address, or for a script to reckon with: as machines have it.
FOR_MACHINES = frozenset({"value", "from", "to"})
NOTHING = {"money": [], "visits": 1, "people": 1, "orders": 1, "channel": "email"}


def look(code: str) -> Look:
    return Look(language=language(code))


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("code", "day", "month"),
    [
        ("en", "4 Mar 2026", "Mar 2026"),
        ("pl", "4 mar 2026", "mar 2026"),
        ("ru", "4 мар. 2026", "март 2026 г."),
        ("kk", "4 нау. 2026", "2026 ж. нау."),
    ],
)
def test_a_day_and_a_month_look_as_the_language_writes_them(
    code: str, day: str, month: str
) -> None:
    seen = look(code)

    assert (plain(seen.calendar_day(DAY)), plain(seen.month(MONTH))) == (day, month)


@pytest.mark.parametrize(
    ("code", "day"), [("en", "Monday"), ("pl", "środa"), ("ru", "среда")]
)
def test_the_day_of_the_digest_is_called_as_people_do(code: str, day: str) -> None:
    told = "monday" if code == "en" else "wednesday"

    assert weekday_named(told, look(code)) == day
    assert weekday_named("never", look(code)) == ""


@pytest.mark.parametrize("told", ["", "spring", "2026-02-30", "2026-13", None])
def test_what_is_no_day_is_shown_as_it_came(told: str | None) -> None:
    seen, text = look("pl"), told or ""

    assert seen.calendar_day(told) == text
    assert seen.month(told) == text
    assert parsed_day(told) is None


def test_a_day_is_the_shops_whatever_its_zone_and_a_moment_is_told_in_it() -> None:
    far = Look(zone="Pacific/Kiritimati")

    assert far.calendar_day(DAY) == far.day_or_moment(DAY) == "4 Mar 2026"
    assert far.day_or_moment("2026-03-04T11:00:00Z") == "5 Mar 2026, 01:00"


def by_channel(seen: Look) -> View:
    view = {"time_zone": "UTC", "channels": [], "days": [{**NOTHING, "day": DAY}]}
    return shown_report(view, seen)


def of_a_segment(seen: Look) -> View:
    counts = dict.fromkeys(("members", "purchases", "buyers"), 1)
    day = {"day": DAY, "members": 1, "entered": 0, "left": None}
    trend = {"days": [day]}
    nothing = {"offset": None, "money": (), "channels": ()}
    return figures_of({"known": True, **counts, **nothing, "trend": trend}, seen)


def of_a_test(seen: Look) -> View:
    shares = ("lift", "lift_low", "lift_high", "p", "rank_p", "apart_before")
    sums = dict.fromkeys(("in_all", "in_all_low", "in_all_high"))
    day = {"day": DAY, "observed": 5, "expected": 4}
    told = {"days": 1, "is_found": False, "weights": {}, "currency": "PLN"}
    lists = {"placebos": [], "neighbours": [], "days_told": [day]}
    unknown = {"unknown_purchases": 0, "unknown_minor": 0}
    return reading(
        {**dict.fromkeys(shares, 0.1), **sums, **told, **lists, **unknown}, seen
    )


def of_hand_overs(seen: Look) -> View:
    fates = {"kept": 1, "lost": 2, "open": 3, "lost_share": 0.5}
    view = {
        "people": {"missing": 1},
        "handovers": {"lost_share": 0.5},
        "by_intent": [],
        "by_month": [{**fates, "month": MONTH}],
    }
    return handovers_shown((view, []), handover("online", "store", "", 7), seen)


def of_purchases(seen: Look) -> View | None:
    days = [{"day": DAY, "purchases": 3}]
    return calendar_chart({"from": DAY, "to": "2026-04-30", "days": days}, seen)


def of_cohorts(seen: Look) -> View | None:
    told = [{"after": at, "share": 0.5} for at in range(2)]
    return cohorts_chart([{"month": MONTH, "months": told}] * 2, seen)


def of_months(seen: Look) -> View | None:
    return months_chart([{"month": MONTH, "yes": 1}], {"yes": "Yes"}, seen)


def of_a_digest(seen: Look) -> View:
    return {"days": digest_days({"from": DAY, "to": DAY}, seen)}


SHOWN = (
    *(by_channel, of_a_segment, of_a_test, of_hand_overs),
    *(of_purchases, of_cohorts, of_months, of_a_digest),
)


def texts(told: Any) -> Iterator[str]:
    """Give what a reader sees of what is shown."""
    if isinstance(told, dict):
        for name, one in told.items():
            if name not in FOR_MACHINES:
                yield from texts(one)
    elif isinstance(told, (list, tuple)):
        for one in told:
            yield from texts(one)
    elif isinstance(told, str):
        yield told


@pytest.mark.parametrize("show", SHOWN, ids=lambda one: one.__name__)
@pytest.mark.parametrize("code", LANGUAGES)
def test_no_table_and_no_chart_has_a_day_as_machines_write_it(
    code: str, show: Callable[[Look], View | None]
) -> None:
    seen = look(code)
    said = list(texts(show(seen)))

    assert [one for one in said if MACHINES.search(one)] == []
    named = (seen.calendar_day(DAY), seen.month(MONTH))
    assert any(name in one for name in named for one in said)


def test_what_a_script_reckons_with_stays_as_machines_write_it() -> None:
    chart = of_purchases(look("ru"))

    assert chart is not None
    assert (chart["from"], chart["days"][0]["value"]) == (DAY, [DAY, 3])
    assert list(chart["months"]) == ["2026-03", "2026-04"]
    assert json.dumps(chart)


def test_a_year_is_told_where_it_begins_and_at_the_first_month() -> None:
    days = [{"day": DAY, "purchases": 3}]
    view = {"from": "2025-11-20", "to": DAY, "days": days}

    chart = calendar_chart(view, look("en"))

    assert chart is not None
    assert list(chart["months"].values()) == [
        *("Nov 2025", "Dec", "Jan 2026", "Feb", "Mar"),
    ]


@pytest.mark.parametrize(
    ("code", "first", "thousands"),
    [("en", "Sun", ","), ("pl", "niedz.", " "), ("ru", "вс", " "), ("kk", "жс", " ")],
)
def test_charts_write_days_of_the_week_and_thousands_as_the_language_does(
    code: str, first: str, thousands: str
) -> None:
    seen = look(code)
    days = [{"day": DAY, "purchases": 1}]
    told = {"from": DAY, "to": DAY, "days": days}

    by_day = calendar_chart(told, seen)
    by_month = months_chart([{"month": MONTH, "yes": 1}], {"yes": "Yes"}, seen)

    # A browser may not know the language: it is told what to write.
    assert by_day is not None
    assert by_month is not None
    assert by_day["weekdays"][0] == first
    assert plain(by_month["between"]) == thousands
