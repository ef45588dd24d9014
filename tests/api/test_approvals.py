"""Many people are taken out only with the yes of a second person, once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from habitue.access.permission import Role
from habitue.app.segments.approvals import GOOD_US
from habitue.app.serving.local import LocalServer
from habitue.base.settings import load
from tests.api.test_matrix import House

# The API's routes name the body as Litestar 2 takes it.
pytestmark = pytest.mark.filterwarnings("ignore:.*Reserved kwarg")
TAKE = "/api/v1/segments/x/export"
ASK = f"{TAKE}/requests"
ANSWER = "/api/v1/export-requests/{}/{}"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("approvals") / "data"
    settings = load(environ={})
    settings = structs.replace(
        settings,
        data=structs.replace(settings.data, folder=folder),
        exports=structs.replace(settings.exports, approval_people=2),
    )
    with LocalServer(settings) as server:
        made = House(server)
        more = [
            {"type": "identify", "messageId": f"p{n}", "userId": f"p{n}"}
            for n in range(2)
        ]
        made.api("POST", "/api/v1/events?wait=applied", {"batch": more}, made.till)
        yield made


def asks(
    house: House, role: Role, method: str, path: str, body: object = None
) -> tuple[int, Any]:
    headers = {"authorization": f"Bearer {house.tokens[role]}"}
    headers |= {"content-type": "application/json"}
    raw = b"" if body is None else msgspec.json.encode(body)
    status, _, told = house.server.request(method, path, raw, headers)
    return status, told if path == TAKE else msgspec.json.decode(told)


def test_a_second_person_says_yes_and_it_is_good_once(house: House) -> None:
    asker, other = Role.MARKETER, Role.ADMINISTRATOR

    status, told = asks(house, asker, "GET", TAKE)
    assert status == 409
    assert b"'x' is of 3 people" in told
    assert b"once a second person has said yes" in told

    status, made = asks(house, asker, "POST", ASK, {"reason": "the spring mailing"})
    assert (status, made["people"], made["state"]) == (201, 3, "asked")
    assert asks(house, asker, "GET", TAKE)[0] == 409
    yes = ANSWER.format(made["id"], "approve")
    status, told = asks(house, asker, "POST", yes, {})
    assert (status, "asked for this yourself" in told["detail"]) == (403, True)
    assert asks(house, Role.ANALYST, "POST", yes, {})[0] == 403
    assert asks(house, other, "POST", yes, {"reason": "agreed"})[0] == 200
    assert asks(house, other, "POST", yes, {})[0] == 409

    # Neither somebody else nor in another form, and once.
    assert asks(house, other, "GET", TAKE)[0] == 409
    assert asks(house, asker, "GET", TAKE)[0] == 200
    assert asks(house, asker, "GET", TAKE)[0] == 409
    [held] = house.api("GET", "/api/v1/export-requests")["requests"]
    assert (held["state"], held["decided_by"]) == ("taken", "a-administrator")
    entries = house.api("GET", "/api/v1/audit")["entries"]
    taken = [
        (one["operator"], one["object"], one["reason"])
        for one in reversed(entries)
        if one["action"] == "segments:export"
    ]
    asked = "asks to take out 3 people of x as csv"
    agreed = "approved taking out 3 people of x for a-marketer"
    assert taken == [
        ("a-marketer", asked, "the spring mailing"),
        ("a-administrator", agreed, "agreed"),
        ("a-marketer", "3 people of x as csv", ""),
    ]


def test_what_is_refused_or_too_old_or_has_grown_lets_nobody_take_out(
    house: House,
) -> None:
    asker, other = Role.MARKETER, Role.ADMINISTRATOR
    for word in ("refuse", "approve"):
        made = asks(house, asker, "POST", ASK, {"reason": "the autumn mailing"})[1]
        answer = ANSWER.format(made["id"], word)
        assert asks(house, other, "POST", answer, {})[0] == 200
        if word == "refuse":
            assert asks(house, asker, "GET", TAKE)[0] == 409

    desk = house.leader.engine
    kept, approved = desk.clock, desk.clock.now_us()
    desk.clock = type("Later", (), {"now_us": lambda _: approved + GOOD_US})()
    assert asks(house, asker, "GET", TAKE)[0] == 409
    desk.clock = kept
    more = [{"type": "identify", "messageId": "g", "userId": "grown"}]
    house.api("POST", "/api/v1/events?wait=applied", {"batch": more}, house.till)
    status, told = asks(house, asker, "GET", TAKE)
    assert (status, b"'x' is of 4 people" in told) == (409, True)


def test_it_is_asked_for_and_answered_on_pages(house: House) -> None:
    def sends(role: Role, path: str, form: str) -> int:
        cookie = house.session(role)
        held = house.leader.sessions.find(cookie.partition("=")[2])
        body = f"form_key={held.form_key}&{form}".encode()
        kind = "application/x-www-form-urlencoded"
        headers = {"content-type": kind, "cookie": cookie}
        return house.server.request("POST", path, body, headers)[0]

    ask = "/console/segments/x/export/requests"
    assert sends(Role.MARKETER, ask, "reason=on+paper&form=arrow") == 303
    newest = house.api("GET", "/api/v1/export-requests")["requests"][0]
    page = f"/console/exports/{newest['id']}"

    own = house.reads("/console/exports", Role.MARKETER)
    assert "on paper" in own
    assert page not in own
    assert page in house.reads("/console/exports", Role.ADMINISTRATOR)
    assert sends(Role.MARKETER, page, "answer=yes") == 403
    assert sends(Role.ADMINISTRATOR, page, "answer=yes") == 303
    newest = house.api("GET", "/api/v1/export-requests")["requests"][0]
    assert (newest["state"], newest["form"]) == ("approved", "arrow")
