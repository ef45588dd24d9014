"""Who is kept to the people of some stores sees nobody else, by no route."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from litestar.handlers import HTTPRouteHandler
from msgspec import structs

from habitue.access.often import FileOften
from habitue.access.permission import Permission, Role
from habitue.access.scope import SCOPED_ROLES
from habitue.access.searches import SEARCHES, Searches, TooManySearchesError
from habitue.app.serving.local import LocalServer
from habitue.base.clock import SystemClock
from habitue.base.settings import load
from tests.api.matrix import MATRIX
from tests.api.test_matrix import ASKED, CARD, EMAIL, NAME, PHONE, STORE, House, every

# The API's routes name the body as Litestar 2 takes it.
pytestmark = pytest.mark.filterwarnings("ignore:.*Reserved kwarg")
Figure = Callable[[str, object], None]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("scoped") / "data"
    settings = load(environ={})
    data = structs.replace(settings.data, folder=folder)
    with LocalServer(structs.replace(settings, data=data)) as server:
        yield House(server)


@pytest.mark.feature("K3", partly="data-use labels; approval of big sends")
@pytest.mark.parametrize("role", SCOPED_ROLES)
def test_no_route_shows_somebody_of_another_store(
    house: House, role: Role, figure: Figure
) -> None:
    house.sees(role, {"stores": ["9"]})
    person = str(house.person)
    hidden = {NAME.casefold(), EMAIL, PHONE, CARD, f"people/{person}"}
    paths = [path for method, path, _ in every(house) if method == "GET"]

    for path in (*paths, *ASKED):
        told = house.reads(path, role).casefold()
        # What somebody asked for is known to them.
        assert not [one for one in hidden if one in told and one not in path], path
        if person in path.split("/"):
            assert "among those of your stores" in told or "not yours" in told, path
    for method, path, handler in every(house):
        wanted = Permission(_wanted(handler))
        if method == "POST" and person in path and role in MATRIX[wanted]:
            assert house.told(method, path, role) == 404, path
    figure("cells", len(paths) + len(ASKED))

    house.sees(role, {"stores": [STORE]})
    assert CARD in house.reads(f"/console/people/{person}", role)
    assert CARD in house.reads(f"/api/v1/people/{person}", role)
    assert NAME in house.reads(f"/console/search?q={CARD}", role)
    house.sees(role, {})


class Seeker(NamedTuple):
    """Somebody who looks for people."""

    name: str
    role: str


def _wanted(handler: HTTPRouteHandler) -> str:
    named = handler.opt.get("needs")
    return str(named.permission if named else handler.opt["permission"])


def _read(house: House, path: str) -> int:
    """Give the status of what an agent reads."""
    if path.startswith("/console"):
        return house.status("GET", path, cookie=house.session(Role.AGENT))
    bearer = f"Bearer {house.tokens[Role.AGENT]}"
    return house.status("GET", path, authorization=bearer)


def told(house: House, number: int, **item: object) -> int:
    """Let somebody be known by a card and by one thing; give their id."""
    card = f"99{number}"
    one = {"messageId": f"s{number}", "identifiers": {"loyalty_card": card}, **item}
    batch = {"batch": [one]}
    house.api("POST", "/api/v1/events?wait=applied", batch, house.till)
    path = f"/api/v1/people?identifier=loyalty_card:{card}"
    found: int = house.api("GET", path)["people"][0]["person_id"]
    return found


def test_of_a_store_is_who_bought_there_was_there_or_prefers_it(house: House) -> None:
    receipt = {"receipt_id": "r-1", "store_id": "20", "total": 5, "currency": "PLN"}
    bought = told(house, 1, type="track", event="Receipt Issued", properties=receipt)
    prefers = told(house, 2, type="identify", traits={"favourite_store": "20"})
    been = told(
        house, 3, type="track", event="Beacon Entered", properties={"store_id": "20"}
    )
    # However much they do elsewhere since.
    busy = [{"type": "page", "messageId": f"b{n}"} for n in range(210)]
    named = {"identifiers": {"loyalty_card": "993"}}
    batch = {"batch": [{**one, **named} for one in busy]}
    house.api("POST", "/api/v1/events?wait=applied", batch, house.till)
    page = {"store_id": "20", "channel": "web"}
    looked = told(house, 4, type="track", event="Store Viewed", properties=page)
    north = {"store_id": "20", "name": "Old Market", "region": "North"}
    store = {"type": "track", "event": "Store Updated", "messageId": "n"}
    store |= {"properties": north}
    house.api("POST", "/api/v1/events?wait=applied", {"batch": [store]}, house.till)

    for scope in ({"stores": ["20"]}, {"regions": ["North"]}):
        house.sees(Role.STORE, scope)
        key = house.tokens[Role.STORE]
        seen = {
            one["person_id"]
            for one in house.api("GET", "/api/v1/people", key=key)["people"]
        }
        assert seen == {bought, prefers, been}
    house.sees(Role.STORE, {})
    key = house.tokens[Role.STORE]
    whole = house.api("GET", "/api/v1/people", key=key)["people"]
    assert {house.person, looked} <= {one["person_id"] for one in whole}


def test_nobody_is_joined_with_or_taken_from_who_is_not_seen(house: House) -> None:
    mine = told(house, 5, type="identify", traits={"home_store": "30"})
    body = {"left": mine, "right": house.person}
    command = house.api("POST", "/api/v1/people/merge", body)["undo"]
    house.api("POST", command, {})
    house.sees(Role.AGENT, {"stores": ["30"]})
    bearer = f"Bearer {house.tokens[Role.AGENT]}"
    agent = {"authorization": bearer, "content-type": "application/json"}

    calls = {
        "/api/v1/people/merge": b'{"left": %d, "right": %d}' % (mine, house.person),
        "/api/v1/duplicates/judge": b'{"left":%d,"right":%d,"verdict":"not_same"}'
        % (mine, house.person),
        command: b"{}",
    }
    for path, told_ in calls.items():
        status, _, raw = house.server.request("POST", path, told_, agent)
        assert status == 404, path
        assert b"among those of your stores" in raw
    stream = f"/console/stream?person={house.person}"
    assert house.status("GET", stream, cookie=house.session(Role.AGENT)) == 404
    house.sees(Role.AGENT, {})


def test_a_role_that_sees_everybody_is_given_no_scope(house: House) -> None:
    path = f"/api/v1/operators/a-{Role.STEWARD}"
    told_ = b'{"scope": {"stores": ["9"]}}'
    bearer = {"authorization": f"Bearer {house.server.token}"}
    bearer |= {"content-type": "application/json"}

    status, _, raw = house.server.request("PATCH", path, told_, bearer)

    assert status == 422
    assert b"only agent and store can be kept to some" in raw


def test_the_scope_is_set_on_the_page_and_stands_in_the_audit(house: House) -> None:
    cookie = house.session(Role.ADMINISTRATOR)
    held = house.leader.sessions.find(cookie.partition("=")[2])
    form = f"form_key={held.form_key}&stores=12,+14&regions=North".encode()
    kind = "application/x-www-form-urlencoded"
    path = "/console/team/a-store/scope"

    house.server.request("POST", path, form, {"content-type": kind, "cookie": cookie})

    team = {
        one["name"]: one for one in house.api("GET", "/api/v1/operators")["operators"]
    }
    assert team["a-store"]["scope"] == {"stores": ["12", "14"], "regions": ["North"]}
    entries = house.api("GET", "/api/v1/audit")["entries"]
    assert "a-store sees stores: 12, 14; regions: North" in {
        one["object"] for one in entries
    }
    assert "people of 12, 14, North" in house.reads("/console/team", Role.AUDITOR)
    house.sees(Role.STORE, {})


def test_who_looks_for_people_all_the_time_is_stopped_and_written_down(
    house: House, tmp_path: Path
) -> None:
    engine = house.leader.engine
    searches = engine.searches
    searches._per_hour, searches._often = 4, FileOften(tmp_path, SystemClock())
    bearer = {"authorization": f"Bearer {house.tokens[Role.STEWARD]}"}
    cookie = house.session(Role.STEWARD)
    paths = [
        f"/api/v1/people?identifier=loyalty_card:{CARD}",
        f"/api/v1/people/search?text={CARD}",
        f"/api/v1/views/people?text={CARD}",
    ]

    for path in paths:
        assert house.server.request("GET", path, b"", bearer)[0] == 200
    assert house.status("GET", f"/console/search?q={CARD}", cookie=cookie) == 200
    # What names nobody is no search, and neither is a person's card.
    for path in ("/console/search?q=", "/console/live", "/console/people"):
        assert house.status("GET", path, cookie=cookie) == 200

    for path in paths:
        status, headers, raw = house.server.request("GET", path, b"", bearer)
        assert status == 429
        assert 0 < int(dict(headers)["retry-after"]) <= 3600
        assert b"You looked for people 4 times within this hour" in raw
    for path in (f"/console/people?q={CARD}", f"/console/live?text={CARD}"):
        assert house.status("GET", path, cookie=cookie) == 429
    card = f"/console/people/{house.person}"
    assert house.status("GET", card, cookie=cookie) == 200
    entries = house.api("GET", "/api/v1/audit")["entries"]
    stopped = [one for one in entries if one["action"] == "people:search"]
    assert [one["operator"] for one in stopped] == ["a-steward"]
    # Who starts anew, or asks another process, is counted on.
    again = Searches(SystemClock(), engine.audit, FileOften(tmp_path, SystemClock()), 4)
    with pytest.raises(TooManySearchesError):
        asyncio.run(again.count(Seeker("a-steward", ""), {}, {SEARCHES: ()}))
    searches._per_hour = 1_000


def test_sums_of_the_whole_shop_are_closed_to_who_has_a_scope(house: House) -> None:
    receipt = {"receipt_id": "r-9", "store_id": "9", "total": 5, "currency": "PLN"}
    told(house, 9, type="track", event="Receipt Issued", properties=receipt)
    sums = [
        path
        for method, path, handler in every(house)
        if method == "GET" and _wanted(handler).startswith(("totals:", "scores:"))
    ]
    assert len(sums) > 5
    whole = house.reads("/console", Role.AGENT)
    for path in sums:
        assert _read(house, path) != 403, path

    house.sees(Role.AGENT, {"stores": [STORE]})

    for path in sums:
        assert _read(house, path) == 403, path
        assert "eople of all stores" in house.reads(path, Role.AGENT), path
    kept = house.reads("/console", Role.AGENT)
    for one in ("Sold today", "sum-received", "/console/scores"):
        assert one in whole, one
        assert one not in kept, one
    for path in ("/console", "/console/live", "/console/live/overview"):
        shown = house.reads(path, Role.AGENT)
        assert "Sums are of the whole shop" in shown
        assert "sum-received" not in shown
    house.sees(Role.AGENT, {})


def test_a_route_that_keeps_to_no_scope_is_closed_to_who_has_one(house: House) -> None:
    paths = ["/api/v1/segments/x/members", "/api/v1/insights/kpis/people?cell={}"]
    bearer = {"authorization": f"Bearer {house.tokens[Role.STORE]}"}
    assert house.server.request("GET", paths[0], b"", bearer)[0] == 200

    house.sees(Role.STORE, {"stores": [STORE]})

    for path in paths:
        status, _, raw = house.server.request("GET", path, b"", bearer)
        assert (status, b"ask somebody who sees everybody" in raw) == (403, True)
    house.sees(Role.STORE, {})
