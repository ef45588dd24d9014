"""A server's key may read people where it was made for it, and reads nothing else."""

import json

import pytest

from habitue.access.key import Key
from habitue.access.permission import SCOPES, Permission
from habitue.model.source import Writer
from tests.acceptance.shop import Shop, identify, track

READS = {"scopes": ["people:read"]}
OTHERS = (
    "/api/v1/sources",
    "/api/v1/totals",
    "/api/v1/quarantine",
    "/api/v1/quarantine/1",
    "/api/v1/log/verify",
    "/api/v1/export/people",
    "/api/v1/export/events",
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    running = Shop(tmp_path_factory.mktemp("scopes") / "data").start()
    running.source("crm")
    running.source("web", "public")
    running.send("crm", identify({"name": "Anna"}, userId="anna"))
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def made(shop):
    return shop.api("POST", "/api/v1/sources/crm/keys", READS, status=201)


@pytest.mark.feature("B7", partly="offers come with offers; speed by habitue bench")
def test_a_key_made_to_read_people_reads_them(shop, made):
    path = "/api/v1/people?identifier=user_id:anna"
    found = shop.api("GET", path, key=made["key"])["people"][0]

    assert found["name"] == "Anna"
    for more in ("", "/timeline", "/evidence", "/refusals"):
        shop.api("GET", f"/api/v1/people/{found['person_id']}{more}", key=made["key"])


@pytest.mark.parametrize("path", OTHERS)
def test_a_key_made_to_read_people_reads_nothing_else(shop, made, path):
    shop.api("GET", path, key=made["key"], status=403)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/people/merge", {"left": 1, "right": 2}),
        ("/api/v1/sources", {"name": "mine"}),
        ("/api/v1/sources/crm/keys", READS),
        ("/api/v1/operators", {"name": "me", "role": "administrator"}),
        ("/api/v1/sessions/start-link", {}),
    ],
)
def test_a_key_made_to_read_people_commands_nothing(shop, made, path, body):
    shop.api("POST", path, body, key=made["key"], status=403)


def test_a_key_made_to_read_people_sends_nothing(shop, made):
    shop.keys["reader"] = made["key"]

    shop.send("reader", track("Viewed", userId="anna"), status=401)


def test_a_key_made_for_nothing_in_particular_reads_nothing(shop):
    shop.api("GET", "/api/v1/people", key=shop.keys["crm"], status=403)


def test_a_key_made_for_both_sends_and_reads(shop):
    both = shop.source("chat", scopes=["events:write", "people:read"])["key"]
    shop.send("chat", track("Chat Started", userId="anna"))

    shop.api("GET", "/api/v1/people?identifier=user_id:anna", key=both)


def test_a_revoked_key_reads_nothing_at_once(shop):
    given = shop.api("POST", "/api/v1/sources/crm/keys", READS, status=201)
    path = "/api/v1/people?identifier=user_id:anna"
    for _ in range(3):
        shop.api("GET", path, key=given["key"])

    shop.api("POST", f"/api/v1/sources/crm/keys/{given['key_id']}/revoke")

    shop.api("GET", path, key=given["key"], status=401)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/sources", {"name": "w2", "kind": "public", **READS}, 422),
        ("/api/v1/sources/web/keys", READS, 422),
        ("/api/v1/sources/web/keys", {"scopes": ["events:write"]}, 422),
        ("/api/v1/sources/crm/keys", {"bulk": True, **READS}, 422),
        ("/api/v1/sources/crm/keys", {"scopes": ["people:merge"]}, 400),
        ("/api/v1/sources/crm/keys", {"scopes": ["export"]}, 400),
        ("/api/v1/sources/crm/keys", {"scopes": "people:read"}, 400),
    ],
)
def test_what_no_key_can_be_made_for_is_refused(shop, path, body, status):
    shop.api("POST", path, body, status=status)


def test_a_key_shows_in_the_list_what_it_is_for(shop, made):
    sources = shop.api("GET", "/api/v1/sources")["sources"]
    crm = next(one for one in sources if one["name"] == "crm")

    by_id = {key["key_id"]: key["scopes"] for key in crm["keys"]}
    assert by_id[made["key_id"]] == ["people:read"]


def test_a_reading_key_is_made_from_the_command_line(shop):
    scope = ("--scope", "people:read")
    first = json.loads(shop.command("source", "add", "agent-app", *scope, "--json"))
    second = json.loads(shop.command("source", "rotate", "crm", *scope, "--json"))

    for key in (first["key"], second["key"]):
        shop.api("GET", "/api/v1/people?identifier=user_id:anna", key=key)
        shop.api("GET", "/api/v1/totals", key=key, status=403)


def test_a_link_to_the_page_is_had_while_the_server_runs(shop):
    given = json.loads(shop.command("link", "--json"))
    assert given["link"].startswith(f"http://127.0.0.1:{shop.port}/console/start?")
    path = given["link"].removeprefix(f"http://127.0.0.1:{shop.port}")

    status, headers, _ = shop.request("GET", path)

    assert (status, headers["location"]) == (303, "/console")
    assert shop.request("GET", path)[0] == 401
    assert given["minutes"] == 15


def test_a_link_without_a_server_says_how_to_start_one(tmp_path):
    resting = Shop(tmp_path / "data")

    assert resting.command("link", status=1) == ""


@pytest.mark.parametrize("writer", [Writer.PUBLIC, Writer.SERVER])
@pytest.mark.parametrize("permission", list(Permission))
def test_a_scope_that_no_key_can_have_opens_nothing(writer, permission):
    """Not even where a record of the log says that a key has it."""
    forged = Key(
        key_id="k",
        source="web",
        writer=writer,
        digest="",
        made_us=0,
        scopes=tuple(Permission),
    )

    own = {Permission.EVENTS_WRITE} | (SCOPES if writer is Writer.SERVER else set())
    assert forged.may(permission) is (permission in own)
