"""The page's routes: closed without a session, right with one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from habitue.base.clock import MINUTE_US, ManualClock
from habitue.base.ids import new_secret
from habitue.console.session import Sessions
from tests.console.fake import FixedReading, event, person
from tests.console.served import NOW_US, ConsoleApp, console_app, start

INSIDE = (
    *("/console", "/console/search?q=a", "/console/people/33", "/console/stream"),
    *("/console/live", "/console/people?q=a", "/console/sources", "/console/fixing"),
    "/console/people/33/refusals",
    *("/console/people/33/evidence", "/console/segments", "/console/segments/vip"),
    *("/console/segments/vip/versions", "/console/people/33/segments"),
    *("/console/segments/builder/draft", "/console/sources/till/plan"),
    *("/console/sources/till/events", "/console/today/places"),
    *("/console/sources/till/mapping", "/console/sources/other/mapping"),
    *("/console/channels", "/console/channels/rules", "/console/channels/rules/1"),
    *("/console/team", "/console/audit", "/console/settings", "/console/health"),
    "/console/baits",
)
Visitor = tuple[TestClient[Any], Sessions]
READING = FixedReading([event(1), event(2)], [person()], [person()])


@pytest.fixture(scope="module")
def console() -> tuple[ConsoleApp, Sessions]:
    """All of it, made once: that takes longer than most of what is asked of it."""
    clock = ManualClock(NOW_US)
    sessions = Sessions(clock, new_secret)
    return console_app(READING, sessions, clock), sessions


@pytest.fixture
def visitor(console: tuple[ConsoleApp, Sessions]) -> Iterator[Visitor]:
    app, sessions = console
    with TestClient(app, raise_server_exceptions=True) as client:
        yield client, sessions


@pytest.fixture
def inside(visitor: Visitor) -> TestClient[Any]:
    client, sessions = visitor
    client.get(start(sessions))
    return client


@pytest.mark.parametrize("path", INSIDE)
def test_without_a_session_nothing_is_told(visitor: Visitor, path: str) -> None:
    client, _ = visitor
    client.cookies.set("habitue_session", "x" * 32)

    answer = client.get(path)

    assert answer.status_code == 401
    assert "Anna" not in answer.text
    assert "Sign in" in answer.text


def test_a_wrong_start_token_opens_nothing(
    visitor: Visitor,
) -> None:
    client, _ = visitor

    answer = client.get("/console/start?token=guess")

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    visitor: Visitor,
) -> None:
    client, sessions = visitor
    path = start(sessions)

    told = client.get(path, follow_redirects=False).headers["set-cookie"]

    assert "HttpOnly" in told
    assert "SameSite=strict" in told
    assert "Secure" not in told


def test_on_https_the_cookie_is_secure_and_bound_to_the_host() -> None:
    clock = ManualClock(NOW_US)
    sessions = Sessions(clock, new_secret)
    app = console_app(READING, sessions, clock)
    with TestClient(app, base_url="https://testserver.local") as client:
        path = start(sessions)
        told = client.get(path, follow_redirects=False).headers["set-cookie"]

        assert told.startswith("__Host-habitue_session=")
        assert "Secure" in told
        assert client.get("/console").status_code == 200


def test_a_page_that_refreshes_itself_is_no_use_of_the_session() -> None:
    clock = ManualClock(NOW_US)
    sessions = Sessions(clock, new_secret)
    with TestClient(console_app(READING, sessions, clock)) as client:
        client.get(start(sessions))
        for _ in range(3):
            clock.move(10 * MINUTE_US)
            told = {"hx-request": "true"}
            client.get("/console/live/overview", headers=told)

        assert client.get("/console/live").status_code == 401


@pytest.mark.parametrize(
    "path", ["/console", "/console/people/33", "/console/people/7"]
)
def test_every_page_forbids_what_it_does_not_need(
    inside: TestClient[Any], path: str
) -> None:
    headers = inside.get(path).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_the_card_shows_why_and_from_where(inside: TestClient[Any]) -> None:
    text = inside.get("/console/people/33").text

    for word in ("Anna Nowak", "names both", "verified", "withdrawn", "Kraków", "erp"):
        assert word in text


def test_all_that_was_not_joined_is_a_link_away(
    inside: TestClient[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(READING.people, 34, person(person_id=34, refused_total=3))
    card = inside.get("/console/people/34").text
    assert '<a href="/console/people/34/refusals">and 2 more</a>' in card

    text = inside.get("/console/people/34/refusals").text

    for word in ("E-mail <code>piotr@example.com", "names both", "cursor=1%3A2"):
        assert word in text
    assert inside.get("/console/people/7/refusals").status_code == 404


def test_all_that_joins_somebody_is_a_link_away(inside: TestClient[Any]) -> None:
    card = inside.get("/console/people/33").text
    assert '<a href="/console/people/33/evidence">and 2 more</a>' in card

    text = inside.get("/console/people/33/evidence").text

    for word in (
        "Customer number <code>13862",
        "names both",
        "1 to 1 of 3",
        "cursor=1%3A2",
    ):
        assert word in text
    assert inside.get("/console/people/7/evidence").status_code == 404


def test_what_is_simulated_says_so(inside: TestClient[Any]) -> None:
    text = inside.get("/console/people/33").text

    assert "tag-simulated" in text


def test_a_search_with_one_answer_goes_there(inside: TestClient[Any]) -> None:
    answer = inside.get("/console/people?q=anna", follow_redirects=False)

    assert answer.headers["location"] == "/console/people/33"


def test_a_person_who_is_not_there_is_a_page_that_says_so(
    inside: TestClient[Any],
) -> None:
    answer = inside.get("/console/people/7")

    assert answer.status_code == 404
    assert "no person 7" in answer.text


def test_the_outcomes_stand_on_the_live_page(inside: TestClient[Any]) -> None:
    text = inside.get("/console/live").text

    assert "541,912" in text
    assert "Needs fixing" in text


@pytest.mark.parametrize("name", ["bootstrap.css", "page.js", "icon.svg"])
def test_the_files_are_there_under_their_digest(
    inside: TestClient[Any], name: str
) -> None:
    from habitue.console.assets import asset_path

    answer = inside.get(asset_path(name))

    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert inside.get(f"/console/static/0/{name}").status_code == 404
    assert inside.get("/console/static/0/..%2F..%2Fpages.py").status_code == 404


def test_what_is_invisible_is_made_visible(visitor: Visitor) -> None:
    client, sessions = visitor
    READING.people[34] = person(person_id=34, name="Anna\u202e gpj.exe\x00")
    client.get(start(sessions))

    text = client.get("/console/people/34").text

    assert "Anna[U+202E] gpj.exe[U+0000]" in text
    assert "\u202e" not in text
    assert "\x00" not in text


def test_the_page_says_how_many_are_known_and_how_many_are_not(
    inside: TestClient[Any],
) -> None:
    page = inside.get("/console/live").text

    assert f"{len(READING.people)}</a> <span>people known</span>" in page
    assert "and 1,234 strangers: " in page


FORM_KEY = re.compile(r'name="form_key" value="([^"]+)"')


class NothingYet(FixedReading):
    """A shop that nothing has come into."""

    def overview(self) -> dict[str, Any]:
        return {"people": None, "outcomes": {}, "sources": []}


def test_the_first_event_goes_to_where_the_page_was_asked_for() -> None:
    clock = ManualClock(NOW_US)
    sessions = Sessions(clock, new_secret)
    app = console_app(NothingYet([], []), sessions, clock)
    with TestClient(app, base_url="https://customers.shop.example:8443") as client:
        client.get(start(sessions))

        key = FORM_KEY.search(client.get("/console/sources/new").text)
        assert key is not None
        asked = {"form_key": key[1], "name": "till", "sort": "server"}
        page = client.post("/console/sources/new", data=asked).text

    assert "curl https://customers.shop.example:8443/api/v1/events" in page


def test_the_root_leads_to_the_console(visitor: Visitor) -> None:
    answer = visitor[0].get("/", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/console")


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("/console/people/33?on=2026-03-01", "/console/people/33?on=2026-03-01"),
        ("//evil.example/console", "/console"),
        ("https://evil.example/console", "/console"),
        ("/console\\..\\evil", "/console"),
        ("/api/v1/people", "/console"),
        ("", "/console"),
    ],
)
def test_nobody_is_led_away_from_the_console(
    visitor: Visitor, back: str, to: str
) -> None:
    told = {"language": "pl", "back": back}

    answer = visitor[0].post("/console/language", data=told, follow_redirects=False)

    assert answer.headers["location"] == to
