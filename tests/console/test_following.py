"""A page is there at once, and its figures come into it; to nobody who may not."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient
from playwright.sync_api import Browser, Page, expect

from habitue.base.clock import ManualClock
from habitue.base.errors import InvalidError
from habitue.base.ids import new_secret
from habitue.console.session import Sessions
from habitue.lake.port import NotAnsweredError
from tests.console.fake import FixedReading, FixedSegments, FixedToday, event, segment
from tests.console.served import NOW_US, console_app, served, start

SOLD = "/console/today/sold"
WITH = f"{SOLD}?figures=now"
INTO = {"hx-request": "true"}
WAITS = re.compile("are being worked out, and come here by themselves")


class Slow(FixedToday):
    """A day whose sales are worked out as long as it is wanted."""

    def __init__(self) -> None:
        self.is_there = True
        self.asked = 0
        self.fault: Exception | None = None

    async def sold(self, *asked: Any) -> dict[str, Any]:
        self.asked += 1
        while not self.is_there:  # noqa: ASYNC110 - let go by another thread
            await asyncio.sleep(0.01)
        if self.fault is not None:
            raise self.fault
        return await super().sold(*asked)


@pytest.fixture
def slow() -> Slow:
    return Slow()


class Team:
    """People of some roles, who look at one console by turns."""

    def __init__(self, **told: Any) -> None:
        clock = ManualClock(NOW_US)
        self.reading = FixedReading([], [])
        self.sessions = Sessions(clock, new_secret)
        app = console_app(self.reading, self.sessions, clock, **told)
        self.client = TestClient(app)
        self.client.__enter__()

    def read(self, path: str, role: str = "administrator", **headers: str) -> Any:
        self.client.cookies.clear()
        self.client.get(start(self.sessions, role))
        return self.client.get(path, headers=headers)


# -- as they are seen --------------------------------------------------------------


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def visit(
    request: pytest.FixtureRequest, browser: Browser, slow: Slow
) -> Iterator[tuple[Page, Sessions]]:
    with served(FixedReading([], []), today=slow) as (address, sessions):
        context = browser.new_context(
            base_url=address, java_script_enabled=request.param
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto(start(sessions))
        slow.is_there = False
        page.goto(SOLD)
        yield page, sessions
        slow.is_there = True
        context.close()


def test_figures_come_by_themselves_or_by_a_link(
    visit: tuple[Page, Sessions], slow: Slow, request: pytest.FixtureRequest
) -> None:
    page, _ = visit
    by_script = "no script" not in request.node.name
    place = page.locator("#figures")
    expect(page.locator("h1")).to_contain_text("Sold on")
    expect(page.get_by_role("status")).to_have_text(WAITS)
    expect(place).to_have_attribute("aria-busy", "true")
    link = page.get_by_role("link", name="Wait for them")
    if by_script:
        page.evaluate("document.body.dataset.same = 'yes'")
    slow.is_there = True
    if not by_script:
        link.click()

    expect(place).to_contain_text("412-000871")
    expect(place).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("status")).to_contain_text("with all events up to number")
    if by_script:
        assert page.evaluate("document.body.dataset.same") == "yes"
        # They were asked for once, and the page asks no more.
        expect(page.locator("#figures [hx-get]")).to_have_count(0)
        assert slow.asked == 1


@pytest.mark.parametrize("visit", [True], indirect=True, ids=["script"])
def test_who_signs_out_meanwhile_gets_no_figures(
    visit: tuple[Page, Sessions], slow: Slow
) -> None:
    page, sessions = visit
    expect(page.get_by_role("status")).to_have_text(WAITS)
    cookie = next(
        one["value"] for one in page.context.cookies() if "session" in one["name"]
    )

    sessions.end(cookie)
    slow.is_there = True

    said = page.locator("#figures").get_by_role("alert")
    expect(said).to_contain_text("You are signed out.")
    expect(page.locator("main")).not_to_contain_text("412-000871")
    said.get_by_role("link", name="Sign in").click()
    expect(page.locator("#password")).to_be_visible()


# -- who gets them, and which ------------------------------------------------------


def test_a_role_that_may_not_see_the_page_gets_no_figures_either(slow: Slow) -> None:
    team = Team(today=slow)
    assert "412-000871" in team.read(WITH).text
    slow.asked = 0

    for role in ("store", "agent", "steward", "auditor"):
        for headers in ({}, INTO):
            answer = team.read(WITH, role, **headers)
            assert answer.status_code == 403
            assert "412-000871" not in answer.text
            assert "not yours to see" in answer.text
    # Without a session, neither.
    team.client.cookies.clear()
    answer = team.client.get(WITH, headers=INTO)
    assert (answer.status_code, "412-000871" in answer.text) == (401, False)
    assert slow.asked == 0


class Known(FixedSegments):
    """Segments of which the copy tells all."""

    async def figures(self, *asked: Any) -> dict[str, Any]:
        told = await super().figures(*asked)
        nothing = {"money": [], "channels": [], "members": 1, "buyers": 0}
        return {**told, **nothing, "known": True, "offset": 9, "purchases": 0}


def test_what_was_kept_for_one_role_is_not_shown_to_another() -> None:
    team = Team(segments=Known([segment("vip")]))
    path = "/console/segments/vip"

    assert "Anna" in team.read(path).text
    assert "Anna" not in team.read(path, "marketer").text
    assert "Anna" in team.read(path).text


def test_coming_back_is_at_once_and_says_of_when_figures_are(slow: Slow) -> None:
    team = Team(today=slow)
    first = team.read(SOLD).text
    slow.is_there = False

    # Kept: whoever works it out would wait.
    assert team.read(SOLD).text.count("412-000871") == first.count("412-000871") > 0
    assert "with all events up to number 0." in first
    # Another question is another one.
    assert "412-000871" not in team.read(f"{SOLD}?sort=known").text

    # What comes in leaves them a while, as of when they are, and the way to new ones.
    team.reading.events.append(event(9))
    aged = team.read(SOLD).text
    assert "412-000871" in aged
    assert "with all events up to number 0." in aged
    assert f'<a href="{WITH}">Work them out anew</a>' in aged
    slow.is_there = True
    now = team.read(WITH).text
    assert "with all events up to number 9." in now
    assert "Work them out anew" not in now


# -- why not -----------------------------------------------------------------------


def test_an_error_stands_in_place_of_the_figures_with_the_way_out(slow: Slow) -> None:
    team = Team(today=slow)
    slow.fault = InvalidError("The report would be of too many rows; ask for fewer.")

    for path, headers in ((SOLD, {}), (WITH, INTO)):
        answer = team.read(path, **headers)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert "ask for fewer." in answer.text
        assert "Sold on" in answer.text


def test_a_copy_that_cannot_answer_says_so_and_is_asked_again(slow: Slow) -> None:
    team = Team(today=slow)
    slow.fault = NotAnsweredError("It is being made.")

    answer = team.read(SOLD)
    assert answer.status_code == 503
    assert "may be being made from the log" in answer.text
    assert f'href="{SOLD}"' in answer.text
    # A part of a page says so, and has not failed itself.
    assert team.read(WITH, **INTO).status_code == 200
    slow.fault = None
    assert "412-000871" in team.read(SOLD).text


class Leaving(Slow):
    """A day during whose working out somebody is signed out."""

    def __init__(self) -> None:
        super().__init__()
        self.leave: Any = None

    async def sold(self, *asked: Any) -> dict[str, Any]:
        if self.leave is not None:
            self.leave()
        return await super().sold(*asked)


def test_figures_go_to_nobody_who_was_signed_out_meanwhile() -> None:
    leaving = Leaving()
    team = Team(today=leaving)
    team.read("/console")
    cookie = next(v for k, v in team.client.cookies.items() if "session" in k)
    leaving.leave = lambda: team.sessions.end(cookie)

    answer = team.client.get(WITH, headers=INTO)

    assert answer.status_code == 401
    assert "You are signed out." in answer.text
    assert "412-000871" not in answer.text
