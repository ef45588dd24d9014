"""What the staff note of a person: F8."""

import json

import pytest

from tests.acceptance.shop import Shop, card, identify

F8 = "no two taps at a till, no list of reasons; notes are in no segment"


@pytest.mark.feature("F8", partly=F8)
def test_a_note_is_on_the_timeline_and_counts_for_nothing(shop: Shop):
    shop.source("crm")
    shop.send("crm", identify({"name": "Anna"}, userId="u1"))
    before = card(shop.person("user_id:u1"))

    shop.command("note", "user_id:u1", "Wants the red ones.")
    path = f"/api/v1/people/{shop.id('user_id:u1')}/notes"
    shop.api("POST", path, {"text": "  Calls back on Friday. "}, status=201)

    told = shop.timeline("user_id:u1")[:2]
    assert [one["properties"]["note"] for one in told] == [
        "Calls back on Friday.",
        "Wants the red ones.",
    ]
    assert {one["marked"] for one in told} == {"staff"}
    assert card(shop.person("user_id:u1")) == before


def test_a_note_is_kept_from_roles_that_know_no_names(shop: Shop):
    shop.source("crm")
    shop.send("crm", identify({"name": "Anna"}, userId="u1"))
    path = f"/api/v1/people/{shop.id('user_id:u1')}"
    shop.api("POST", f"{path}/notes", {"text": "Her son is ill."}, status=201)
    key = json.loads(
        shop.command("operator", "add", "olaf", "--role", "analyst", "--json")
    )["token"]

    told = shop.api("GET", f"{path}/timeline", key=key)["events"]

    assert told[0]["name"] == "Note Added"
    assert "ill" not in json.dumps(told)
    shop.api("POST", f"{path}/notes", {"text": "x"}, key=key, status=403)


def test_nothing_is_noted_of_nobody_and_nothing_is_no_note(shop: Shop):
    shop.source("crm")
    shop.send("crm", identify({"name": "Anna"}, userId="u1"))
    path = f"/api/v1/people/{shop.id('user_id:u1')}/notes"

    shop.api("POST", path, {"text": "   "}, status=422)
    shop.api("POST", "/api/v1/people/999999/notes", {"text": "x"}, status=404)
