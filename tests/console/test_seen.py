"""A source's events on a page: what they tell, what they break, how long they take."""

import asyncio
import html
import json
import re
from typing import Any

import pytest
from litestar.testing import TestClient

from habitue.base.clock import ManualClock
from habitue.base.ids import new_secret
from habitue.collect.planned import Plan
from habitue.console.live.overview import overview, span
from habitue.console.look import Look, Visitor
from habitue.console.session import Sessions
from habitue.console.sources.seen import drafted
from habitue.lake.port import NotAnsweredError
from habitue.model.event import Event
from habitue.model.plan import TrackingPlan
from tests.console.fake import FixedReading, FixedSeen, source
from tests.console.served import NOW_US, console_app, start


def opened(path: str, role: str = "administrator", **told: Any) -> tuple[int, str]:
    clock = ManualClock(NOW_US)
    sessions = Sessions(clock, new_secret)
    app = console_app(FixedReading([], []), sessions, clock, **told)
    with TestClient(app) as client:
        client.get(start(sessions, role))
        answer = client.get(path)
    return answer.status_code, answer.text


def test_a_page_says_what_is_told_in_two_ways_and_what_breaks_the_plan() -> None:
    status, page = opened("/console/sources/history/events")

    text = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert status == 200
    assert "1,234 events" in text
    assert "total number (17), text (2) not always the same 19 20 Nov" in text
    assert "total 2 3 See why" in text
    assert "the event itself 2 3" in text


def test_a_plan_begins_with_what_was_seen() -> None:
    _, page = opened("/console/sources/history/events")
    _, read_only = opened("/console/sources/history/events", "auditor")

    events = re.search(r'name="events" value="([^"]*)"', page)
    assert events is not None
    plan = Plan(TrackingPlan(events=json.loads(html.unescape(events[1]))))
    told = {"order_id": "1", "total": "2"}
    order = Event(type="track", name="Order Completed", at_us=0, properties=told)
    assert plan.breaches(order) == ()
    (lacks,) = plan.breaches(
        Event(type="track", name="Order Completed", at_us=0, properties={"total": 2})
    )
    assert "order_id" in lacks
    assert 'name="events"' not in read_only
    assert "See why" not in read_only
    assert drafted([]) == ""


def test_until_the_copy_answers_the_page_says_so() -> None:
    class Waiting:
        async def seen(self, source: str) -> dict[str, Any]:
            raise NotAnsweredError("It is being made.")

    status, page = opened("/console/sources/history/events", seen=Waiting())

    assert status == 503
    assert "copy for analysis" in page


def test_whole_numbers_and_numbers_are_numbers_to_a_plan() -> None:
    told = asyncio.run(FixedSeen().seen("x"))["events"][0]
    total = {"name": "total", "types": {"integer": 3, "number": 2, "null": 1}}
    one = {**told, "properties": [{**total, "events": 6}, {**total, "name": "a.b"}]}

    schema = json.loads(drafted([one]))["Order Completed"]

    assert schema["properties"] == {"total": {"type": ["null", "number"]}}


def test_a_source_says_what_became_of_its_items_and_how_long_they_take() -> None:
    outcomes = {"stored": 5, "duplicate": 2, "quarantined": 1, "refused": 0}
    arrival = {"events": 20, "p50_ms": 400, "p95_ms": 7_200_000}
    told = source("till", 5, outcomes=outcomes, arrival=arrival)
    sums = {"people": 1, "outcomes": {"received": 8, **outcomes}, "sources": [told]}
    keeper = Look(now_us=NOW_US, visitor=Visitor("s", "steward", ""))

    shown = overview(sums, keeper)
    (line,) = shown["sources"]
    others = {one["word"]: (one["items"], one["link"]) for one in line["others"]}

    assert others == {
        "duplicate": (2, "/console/sources"),
        "quarantined": (1, "/console/fixing"),
    }
    assert line["arrival"] == "half of it is here within 0.4 s, 95 of 100 within 2 h"
    assert shown["links"]["people"] == "/console/people"
    # Nothing leads where who looks may not go.
    agent = overview(sums, Look(now_us=NOW_US, visitor=Visitor("a", "agent", "")))
    assert agent["links"]["quarantined"] == agent["links"]["received"] == ""


@pytest.mark.parametrize(
    ("ms", "says"),
    [(0, "0.1 s"), (90_000, "90 s"), (600_000, "10 min"), (453_600_000, "5 days")],
)
def test_how_long_something_took_is_told_in_the_unit_that_says_most(
    ms: int, says: str
) -> None:
    assert span(ms, Look()) == says
