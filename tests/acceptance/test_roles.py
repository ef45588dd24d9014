"""Roles over HTTP: what is masked, what is written down, and that it stands."""

import json
import sqlite3
from collections.abc import Iterator

import pytest

from tests.acceptance.console.conftest import anna
from tests.acceptance.shop import Shop, track

PARTLY = "data-use labels; approval of big sends"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    running = Shop(tmp_path_factory.mktemp("roles") / "data").start()
    running.source("crm")
    running.source("till")
    running.source("web", "public")
    yield running
    if running.process.poll() is None:
        running.stop()


def member(shop: Shop, role: str, name: str = "") -> str:
    body = {"name": name or f"the-{role}", "role": role}
    made = shop.api("POST", "/api/v1/operators", body, status=201)
    token: str = made["token"]
    return token


def entries(shop: Shop) -> list[dict]:
    told = shop.api("GET", "/api/v1/audit?limit=500")["entries"]
    return [one for one in told if one["action"] != "operators:write"]


@pytest.mark.feature("K3", partly=PARTLY)
@pytest.mark.parametrize("role", ["marketer", "analyst", "director"])
def test_a_masked_role_never_receives_who_she_is(shop: Shop, role: str) -> None:
    person = anna(shop)
    shop.send(
        "till",
        track(
            "Call Ended",
            {"note": "call anna@example.com on +48600700800"},
            identifiers={"loyalty_card": "4711"},
        ),
    )
    key = member(shop, role)
    paths = (
        *(
            "/api/v1/people",
            f"/api/v1/people/{person}",
            "/api/v1/people/search?text=4711",
        ),
        *(
            f"/api/v1/people/{person}/timeline",
            f"/api/v1/people/{person}/evidence",
            "/api/v1/people?identifier=user_id:13862",
        ),
    )

    for path in paths:
        told = json.dumps(shop.api("GET", path, key=key), ensure_ascii=False)
        for secret in ("anna@example.com", "600700800", "Kowalska"):
            assert secret not in told, path
        assert "4711" in told

    shop.api("GET", "/api/v1/export/people", key=key, status=403)
    body = {"reason": "curious"}
    shop.api("POST", f"/api/v1/people/{person}/reveal", body, key=key, status=403)


def test_a_key_of_the_shops_own_systems_reads_people_as_they_are(shop: Shop) -> None:
    person = anna(shop)
    made = shop.api(
        "POST", "/api/v1/sources/crm/keys", {"scopes": ["people:read"]}, status=201
    )

    told = shop.api("GET", f"/api/v1/people/{person}", key=made["key"])

    assert told["traits"]["email"]["value"] == "anna@example.com"


@pytest.mark.feature("K3", partly=PARTLY)
def test_a_reveal_shows_all_and_is_written_down_with_its_reason(shop: Shop) -> None:
    person = anna(shop)
    key = member(shop, "agent", "adam")
    path = f"/api/v1/people/{person}"
    assert shop.api("GET", path, key=key)["traits"]["phone"]["value"] == "+48•••00"

    body = {"reason": "she asked to be called"}
    told = shop.api("POST", f"{path}/reveal", body, key=key)

    assert told["traits"]["phone"]["value"] == "+48600700800"
    newest = entries(shop)[0]
    assert (newest["operator"], newest["role"]) == ("adam", "agent")
    assert (newest["object"], newest["reason"]) == (f"person {person}", body["reason"])


@pytest.mark.feature("K3", partly=PARTLY)
def test_each_privileged_action_has_exactly_one_entry(shop: Shop) -> None:
    person = anna(shop)
    before = len(entries(shop))

    shop.source("one-more")
    shop.api("PATCH", "/api/v1/sources/one-more", {"priority": 3})
    shop.api("GET", "/api/v1/people")
    shop.api("GET", "/api/v1/export/people")
    stores = {"items": [{"store_id": "k1", "name": "Old Market"}]}
    shop.api("POST", "/api/v1/catalog/stores?source=one-more", stores)
    unmerge = {"identifiers": ["email:anna@example.com"], "reason": "not hers"}
    made = shop.api("POST", f"/api/v1/people/{person}/unmerge", unmerge)
    shop.api("POST", made["undo"], {})
    shop.api("POST", "/api/v1/sources", {"name": "", "kind": "x"}, status=400)

    new = entries(shop)[: len(entries(shop)) - before]
    assert [one["action"] for one in reversed(new)] == [
        *("sources:write", "sources:write", "export", "catalog:write"),
        *("people:merge", "people:merge", "sources:write"),
    ]


def test_the_audit_survives_a_restart_and_names_nobody(shop: Shop) -> None:
    anna(shop)
    before = shop.api("GET", "/api/v1/audit?limit=500")["entries"]
    assert "anna@example.com" not in json.dumps(before)

    assert shop.stop() == 0
    shop.start()

    assert shop.api("GET", "/api/v1/audit?limit=500")["entries"] == before


def test_the_audit_is_paged_without_a_gap(shop: Shop) -> None:
    whole = shop.api("GET", "/api/v1/audit?limit=500")["entries"]
    paged, cursor = [], ""
    while cursor is not None:
        page = shop.api("GET", f"/api/v1/audit?limit=3{cursor}")
        paged += page["entries"]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"

    assert paged == whole


@pytest.mark.proof("T35")
@pytest.mark.feature("K3", partly=PARTLY)
def test_a_changed_entry_is_found_out(shop: Shop) -> None:
    for at in range(6):
        shop.source(f"to-be-changed-{at}")
    told = json.loads(shop.command("audit", "verify", "--json"))
    assert told["intact"] is True
    assert told["entries"] > 5
    assert shop.stop() == 0
    with sqlite3.connect(shop.folder / "truth.db") as log:
        log.execute(
            "UPDATE record SET body = CAST(replace(CAST(body AS TEXT),"
            " 'sources', 'nothing') AS BLOB) WHERE kind = 'audit'"
        )
    log.close()

    assert shop.command("audit", "verify", status=1) == ""
