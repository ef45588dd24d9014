"""Who asked to be forgotten is kept out, unless they ask; who may forget them. K2."""

import json

import pytest

from tests.acceptance.forgotten import email, erasures, live_through, opened
from tests.acceptance.shop import Shop, identify, track

pytestmark = [pytest.mark.feature("K2"), pytest.mark.proof("T32")]


def test_who_asks_to_may_come_back(shop: Shop):
    opened(shop)
    live_through(shop, 0)
    shop.settle()

    told = json.loads(
        shop.command(
            *("erase", f"email:{email(0)}", "--reason", "request 1"),
            *("--no-suppress", "--json"),
        )
    )
    live_through(shop, 0)
    shop.settle()

    assert told["suppressed"] == 0
    # What was told before stays known by its id: that one is a duplicate.
    assert "Order Completed" in shop.names(f"email:{email(0)}")
    assert shop.api("GET", "/api/v1/privacy/suppressions")["suppressions"] == []


def test_a_suppression_is_found_by_the_identifier_and_lifted(shop: Shop):
    opened(shop)
    live_through(shop, 0)
    shop.settle()
    shop.command("erase", f"email:{email(0)}", "--reason", "request 1")
    refused = shop.send("crm", identify({"email": email(0)}))[0]

    held = json.loads(
        shop.command("privacy", "suppressions", f"email:{email(0)}", "--json")
    )["suppressions"]
    shop.command("privacy", "lift", held[0]["erasure_id"])
    taken = shop.send("crm", identify({"email": email(0)}))[0]

    assert (refused["outcome"], refused["reason"]) == ("refused", "suppressed")
    assert "administrator may lift" in refused["detail"]
    assert shop.outcomes("crm")["refused"] == 1
    assert held[0]["identifiers"] == 4
    assert taken["outcome"] == "stored"
    assert shop.person(f"email:{email(0)}") is not None


def test_a_reason_that_names_the_person_is_refused(shop: Shop):
    opened(shop)
    asked = {"identifier": "user_id:k0", "reason": "keeper0@shop.example wrote"}

    told = shop.api("POST", "/api/v1/privacy/erase", asked, status=422)

    assert "names the person" in told["detail"]
    assert shop.person("user_id:k0") is not None
    assert erasures(shop) == []


@pytest.mark.parametrize("role", ["agent", "analyst"])
def test_only_who_may_erases_and_exports(shop: Shop, role: str):
    opened(shop)
    made = shop.api(
        "POST", "/api/v1/operators", {"name": "eva", "role": role}, status=201
    )
    who = {"identifier": "user_id:k0"}

    for path, body in (
        ("/api/v1/privacy/erase", {**who, "reason": "no"}),
        ("/api/v1/privacy/export", who),
    ):
        shop.api("POST", path, body, key=made["token"], status=403)
    assert shop.person("user_id:k0") is not None


def test_who_is_erased_is_in_no_segment_any_more(shop: Shop) -> None:
    shop.source("crm")
    bought = {"type": "did", "event": "$purchase", "within": {"days": 30}}
    shop.api("PUT", "/api/v1/segments/buyers", {"name": "B", "condition": bought})
    for n in range(3):
        order = {"order_id": f"o{n}", "total": 20, "currency": "EUR"}
        shop.send("crm", track("Order Completed", order, userId=f"u{n}"))
    people = {n: shop.id(f"user_id:u{n}") for n in range(3)}
    assert members(shop) == sorted(people.values())

    shop.api(
        "POST",
        "/api/v1/privacy/erase",
        {"identifier": "user_id:u1", "reason": "asked for it"},
    )

    assert members(shop) == sorted((people[0], people[2]))
    preview = shop.api("POST", "/api/v1/segments/preview", {"condition": bought})
    assert preview["count"] == 2


def members(shop: Shop) -> list[int]:
    told = shop.api("GET", "/api/v1/segments/buyers/members")["members"]
    return sorted(one["person_id"] for one in told)
