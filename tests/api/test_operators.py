"""Operators: a token of one's own, with a role, shown once and revoked."""

import json

import pytest

from tests.acceptance.shop import Shop, identify, track


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    running = Shop(tmp_path_factory.mktemp("operators") / "data").start()
    running.source("crm")
    yield running
    running.stop()


def add(shop: Shop, name: str, role: str, **more):
    body = {"name": name, "role": role}
    return shop.api("POST", "/api/v1/operators", body, **{"status": 201, **more})


@pytest.mark.parametrize(
    ("role", "people", "sources", "operators"),
    [
        ("agent", 200, 403, 403),
        ("analyst", 200, 200, 403),
        ("administrator", 200, 200, 201),
    ],
)
def test_an_operator_may_do_what_the_role_says(shop, role, people, sources, operators):
    token = add(shop, f"a.{role}", role)["token"]

    shop.api("GET", "/api/v1/people", key=token, status=people)
    shop.api("GET", "/api/v1/sources", key=token, status=sources)
    add(shop, "dora", "agent", key=token, status=operators)


def test_a_merge_names_the_operator_whose_token_it_was(shop):
    token = add(shop, "anna@shop.example", "agent")["token"]
    shop.send("crm", identify(userId="a"), identify(userId="b"))
    left, right = shop.id("user_id:a"), shop.id("user_id:b")

    body = {"left": left, "right": right}
    shop.api("POST", "/api/v1/people/merge", body, key=token)

    headers = {"authorization": f"Bearer {shop.token()}"}
    export = shop.request("GET", "/api/v1/export/events", headers=headers)[2]
    assert token.encode() not in export
    log = (shop.folder / "truth.db-wal", shop.folder / "truth.db")
    kept = b"".join(path.read_bytes() for path in log if path.exists())
    assert b"anna@shop.example" in kept
    assert token.encode() not in kept


def test_a_revoked_token_opens_nothing(shop):
    made = add(shop, "bob", "agent")
    path = f"/api/v1/sources/operator/keys/{made['key_id']}/revoke"

    shop.api("POST", path)

    shop.api("GET", "/api/v1/people", key=made["token"], status=401)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("", "agent"),
        ("a b", "agent"),
        ("operator", "agent"),
        ("habitue", "administrator"),
        ("anna", "public_key"),
        ("anna", "king"),
    ],
)
def test_who_can_not_be_an_operator_is_refused(shop, name, role):
    body = {"name": name, "role": role}
    headers = {
        "authorization": f"Bearer {shop.token()}",
        "content-type": "application/json",
    }

    status, _, _ = shop.request(
        "POST", "/api/v1/operators", json.dumps(body).encode(), headers
    )

    assert status in {400, 422}


def test_an_operator_is_added_from_the_command_line(shop):
    told = shop.command("operator", "add", "carol", "--role", "analyst", "--json")

    made = json.loads(told)
    assert (made["operator"], made["role"]) == ("carol", "analyst")
    shop.api("GET", "/api/v1/sources", key=made["token"])


@pytest.mark.feature("K3", partly="data-use labels; approval of big sends")
def test_who_somebody_sees_is_set_from_the_command_line(shop):
    key = add(shop, "kim", "store")["token"]
    hers = {"receipt_id": "r1", "store_id": "12", "total": 5, "currency": "PLN"}
    shop.send(
        "crm",
        {"type": "identify", "userId": "elsewhere"},
        track("Receipt Issued", hers, userId="comes"),
    )

    def seen() -> set[int]:
        told = shop.api("GET", "/api/v1/people?limit=100", key=key)["people"]
        return {one["person_id"] for one in told}

    comes, elsewhere = shop.id("user_id:comes"), shop.id("user_id:elsewhere")
    assert {comes, elsewhere} <= seen()
    told = shop.command("operator", "scope", "kim", "--store", "12", "--store", "14")
    assert "sees people of 12, 14; sessions have ended" in told
    assert seen() == {comes}
    listed = json.loads(shop.command("operator", "list", "--json"))
    scopes = {one["name"]: one["scope"]["stores"] for one in listed}
    assert (scopes["kim"], scopes["carol"]) == (["12", "14"], [])
    assert "people" in shop.command("operator", "list")

    told = shop.command("operator", "scope", "kim", "--region", "North", "--json")
    assert json.loads(told)["scope"] == {"stores": [], "regions": ["North"]}
    assert seen() == set()
    # A role that sees everybody can't be kept to some, and nobody else is.
    add(shop, "max", "marketer")
    shop.command("operator", "scope", "max", "--store", "12", status=1)
    assert "people of all stores" in shop.command("operator", "scope", "kim")
    assert {comes, elsewhere} <= seen()
