"""Whoever reads bait raises an alarm, by whatever route, and nobody else can tell."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from habitue.access.baits import ALARM
from habitue.access.permission import OPERATOR_ROLES, Role
from habitue.app.serving.local import LocalServer
from habitue.base.settings import load
from tests.api.test_matrix import ASKED, CARD, EMAIL, NAME, PHONE, House, every

# The API's routes name the body as Litestar 2 takes it.
pytestmark = pytest.mark.filterwarnings("ignore:.*Reserved kwarg")
Figure = Callable[[str, object], None]
# Where events pass by, or an item that is nobody's yet: what is shown is no person.
PASSING = ("/console/live", "/console/sources/x/events", "/console/fixing")
PASSING = (*PASSING, "/api/v1/quarantine", "/api/v1/baits", "/console/baits")
OTHERS = sorted(set(OPERATOR_ROLES) - {Role.ADMINISTRATOR})


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("lure") / "data"
    settings = load(environ={})
    data = structs.replace(settings.data, folder=folder)
    with LocalServer(structs.replace(settings, data=data)) as server:
        house = House(server)
        told = {"person_id": house.person, "reason": "nobody's customer"}
        house.api("POST", "/api/v1/baits", told)
        yield house


def alarms(house: House) -> list[str]:
    """Give what the audit tells of bait that was read, oldest first."""
    entries = house.api("GET", "/api/v1/audit?limit=500")["entries"]
    return [
        f"{one['operator']}: {one['object']}"
        for one in reversed(entries)
        if one["action"] == ALARM
    ]


def anew(house: House) -> int:
    """Have the next read be told of again; give how many were told of."""
    baits = house.leader.engine.baits
    baits._told.clear()
    return int(baits.alarms)


def test_no_route_shows_bait_without_an_alarm(house: House, figure: Figure) -> None:
    baits = house.leader.engine.baits
    paths = [path for method, path, _ in every(house) if method == "GET"]
    shown = 0

    for path in (*paths, *ASKED):
        before = anew(house)
        told = house.reads(path, Role.ADMINISTRATOR)
        asked = path.partition("?")[2]
        found = [one for one in (NAME, EMAIL, PHONE, CARD) if one in told]
        is_shown = any(one not in asked for one in found)
        # Today shows the alarms themselves.
        if is_shown and path != "/console" and not path.startswith(PASSING):
            shown += 1
            assert baits.alarms > before, path
    assert shown > 12
    figure("routes", shown)


WAYS = (
    ("GET", "/api/v1/people/PERSON", None),
    ("GET", f"/api/v1/people?identifier=loyalty_card:{CARD}", None),
    ("GET", "/api/v1/people", None),
    ("GET", "/api/v1/people/PERSON/timeline", None),
    ("GET", f"/api/v1/people/search?text={CARD}", None),
    ("POST", "/api/v1/people/PERSON/reveal", {"reason": "she asked"}),
    ("GET", "/api/v1/segments/x/members", None),
    ("GET", "/api/v1/segments/x/export", None),
    ("GET", "/api/v1/export/people", None),
    ("GET", "/api/v1/export/events", None),
    ("POST", "/api/v1/privacy/export", {"identifier": f"loyalty_card:{CARD}"}),
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way[0]} {way[1]}")
def test_a_read_is_written_down_once_with_who_and_by_what(
    house: House, way: tuple[str, str, Any]
) -> None:
    method, path, body = way
    path = path.replace("PERSON", str(house.person))
    anew(house)
    before = len(alarms(house))
    headers = {"authorization": f"Bearer {house.tokens[Role.ADMINISTRATOR]}"}
    headers["content-type"] = "application/json"
    raw = b"" if body is None else json.dumps(body).encode()

    for _ in range(2):
        status, _, told = house.server.request(method, path, raw, headers)
        assert status == 200, told

    way_told = f"{method} {path.partition('?')[0]}"
    assert alarms(house)[before:] == [
        f"a-administrator: bait {house.person} read by {way_told}"
    ]


def test_who_works_at_the_machine_and_a_key_of_the_shop_are_told_of_too(
    house: House,
) -> None:
    anew(house)
    before = len(alarms(house))
    path = f"/api/v1/people/{house.person}"
    key = house.api("POST", "/api/v1/sources/till/keys", {"scopes": ["people:read"]})

    house.api("GET", path)
    house.api("GET", path, key=key["key"])

    assert [one.partition(":")[0] for one in alarms(house)[before:]] == [
        "operator",
        "till",
    ]


def test_who_is_not_read_raises_none(house: House) -> None:
    item = {"type": "identify", "messageId": "other"}
    item["identifiers"] = {"loyalty_card": "4711905"}
    house.api("POST", "/api/v1/events?wait=applied", {"batch": [item]}, house.till)
    found = house.api("GET", "/api/v1/people?identifier=loyalty_card:4711905")["people"]
    before = anew(house)

    house.reads(f"/api/v1/people/{found[0]['person_id']}", Role.AGENT)
    house.reads("/api/v1/people/search?text=4711905", Role.AGENT)
    house.reads("/api/v1/segments", Role.MARKETER)
    house.reads("/api/v1/baits", Role.ADMINISTRATOR)
    house.reads("/console/baits", Role.ADMINISTRATOR)

    assert house.leader.engine.baits.alarms == before


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_but_an_administrator_can_tell_who_is_bait(
    house: House, role: Role, figure: Figure
) -> None:
    anew(house)
    house.reads(f"/api/v1/people/{house.person}", Role.AGENT)
    paths = [path for method, path, _ in every(house) if method == "GET"]

    for path in (*paths, *ASKED):
        told = house.reads(path, role).casefold()
        if "/baits" not in path:
            assert "bait" not in told, path
    assert house.status("GET", "/console/baits", cookie=house.session(role)) == 403
    figure("cells", len(paths))


def test_who_was_joined_with_bait_alarms_as_it_did(house: House) -> None:
    item = {"type": "identify", "messageId": "older"}
    item["identifiers"] = {"loyalty_card": "4711906"}
    house.api("POST", "/api/v1/events?wait=applied", {"batch": [item]}, house.till)
    path = "/api/v1/people?identifier=loyalty_card:4711906"
    other = house.api("GET", path)["people"][0]["person_id"]
    house.api("POST", "/api/v1/baits", {"person_id": other, "reason": "to be joined"})
    made = house.api(
        "POST", "/api/v1/people/merge", {"left": house.person, "right": other}
    )
    house.api("DELETE", f"/api/v1/baits/{house.person}")
    now_id = made["people"][0]["person_id"]
    assert now_id != other
    before = anew(house)

    house.reads(f"/api/v1/people/{now_id}", Role.AGENT)

    assert house.leader.engine.baits.alarms == before + 1
    house.api("POST", made["undo"], {})
    house.api("DELETE", f"/api/v1/baits/{other}")
    told = {"person_id": house.person, "reason": "nobody's customer"}
    house.api("POST", "/api/v1/baits", told)


def test_what_is_taken_out_leaves_no_file_here(house: House) -> None:
    folder = Path(house.leader.engine.settings.data.folder)
    key = f"Bearer {house.tokens[Role.ADMINISTRATOR]}"
    before = {path for path in folder.rglob("*") if path.is_file()}
    taken = ("segments/x/export", "export/people", "export/events", "export/purchases")

    for path in taken:
        assert house.status("GET", f"/api/v1/{path}", authorization=key) == 200
    who = {"identifier": f"loyalty_card:{CARD}"}
    headers = {"authorization": key, "content-type": "application/json"}
    path, body = "/api/v1/privacy/export", json.dumps(who).encode()
    assert house.server.request("POST", path, body, headers)[0] == 200

    made = {path for path in folder.rglob("*") if path.is_file()} - before
    # What state and log write for themselves tells of nobody who was taken out.
    assert not [path for path in made if EMAIL.encode() in path.read_bytes()]


def test_one_who_is_invented_is_a_customer_like_any(house: House) -> None:
    told = {"name": "Wanda Zych", "email": "wanda.zych@shop.example"}
    told |= {"phone": "+48600700899", "source": "till", "reason": "sold lists"}

    made = house.api("POST", "/api/v1/baits", told)

    path = "/api/v1/people?identifier=email:wanda.zych@shop.example"
    (card,) = house.api("GET", path)["people"]
    assert card["person_id"] == made["person_id"]
    assert card["traits"]["name"]["source"] == "till"
    held = {one["person_id"]: one for one in house.api("GET", "/api/v1/baits")["baits"]}
    one = held[made["person_id"]]
    assert (one["name"], one["reads"], one["reader"]) == ("Wanda Zych", 1, "operator")
    assert one["alarm"] is True


def refused(house: House, **told: Any) -> tuple[int, str]:
    """Give the status and the sentence by which a bait is refused."""
    headers = {"authorization": f"Bearer {house.server.token}"}
    headers["content-type"] = "application/json"
    raw = json.dumps({"reason": "a reason", **told}).encode()
    status, _, answer = house.server.request("POST", "/api/v1/baits", raw, headers)
    return status, json.loads(answer)["detail"]


def test_bait_that_can_not_be_is_refused_with_the_way_out(house: House) -> None:
    whole = {"name": "Wanda", "email": "w@shop.example", "source": "till"}

    assert refused(house) == (422, refused(house)[1])
    assert "or invent one" in refused(house)[1]
    assert "or invent one" in refused(house, person_id=1, **whole)[1]
    assert refused(house, person_id=house.person)[0] == 409
    assert refused(house, person_id=2**40)[0] == 404
    assert "a customer's" in refused(house, **{**whole, "email": EMAIL})[1]
    assert "a customer's" in refused(house, **whole, phone=PHONE)[1]
    assert "names nobody" in refused(house, **{**whole, "email": "nothing"})[1]
    assert "no source" in refused(house, **{**whole, "source": "nowhere"})[1]
    assert "has a name" in refused(house, **{**whole, "name": " "})[1]
    assert refused(house, **whole, reason="  a ")[0] == 422
