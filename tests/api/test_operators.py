"""Operators: a token of one's own, with a role, shown once and revoked."""

import json

import pytest

from tests.acceptance.shop import Shop, identify


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
