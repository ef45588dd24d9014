"""Saved views: kept beside the search, shared, renamed, removed; also by command."""

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.console.conftest import Desk, anna
from tests.acceptance.shop import Shop, identify

BOUGHT = {"type": "did", "event": "$purchase"}


@pytest.mark.feature("B8")
def test_a_search_is_kept_shared_renamed_and_removed(
    browser: Browser, shop: Shop
) -> None:
    person = anna(shop)
    shop.send("crm", identify({"name": "Jan Kowalska"}, userId="another"))
    shop.api("PUT", "/api/v1/segments/vip", {"name": "VIP", "condition": BOUGHT})
    desk = Desk(browser, shop)
    desk.join("maria", "marketer")
    page = desk.page

    desk.open("/console/people?q=kowalska&segment=vip")
    expect(page.locator("ul.found li")).to_have_count(1)
    page.locator("details.keep summary").click()
    page.fill("#view-name", "Kowalskis who bought")
    page.check("details.keep input[name=shared]")
    page.get_by_role("button", name="Keep it").click()

    # It shows by its id, and is there for the next one who comes.
    view = page.locator("nav.questions a[aria-current=page]")
    expect(view).to_contain_text("Kowalskis who bought")
    expect(page.locator("ul.found a")).to_have_attribute(
        "href", f"/console/people/{person}"
    )
    other = Desk(browser, shop)
    other.join("peter", "analyst")
    other.open("/console/people")
    other.page.get_by_role("link", name="Kowalskis who bought").click()
    expect(other.page.locator("ul.found li")).to_have_count(1)
    assert other.page.locator("details.keep").count() == 0

    page.locator("details.keep summary").click()
    page.fill("#view-name", "Kowalskis")
    page.uncheck("details.keep input[name=shared]")
    page.get_by_role("button", name="Keep it").click()
    expect(view).to_have_text("Kowalskis")
    other.open("/console/people")
    assert other.page.locator("nav.questions").count() == 0

    page.locator("details.keep summary").click()
    page.get_by_role("button", name="Remove this view").click()
    expect(page.locator("h1")).to_have_text("People")
    assert page.locator("nav.questions").count() == 0
    assert desk.faults == other.faults == []
    desk.close()
    other.close()


@pytest.mark.feature("B8")
def test_views_are_kept_by_api_and_by_command(shop: Shop) -> None:
    person = anna(shop)
    made = json.loads(shop.command("view", "add", "Annas", "--text", "anna", "--json"))

    shop.command("view", "change", made["id"], "--name", "All Annas", "--team")
    told = shop.api("GET", "/api/v1/views")["views"]
    found = json.loads(shop.command("view", "people", made["id"], "--json"))
    tried = shop.api("GET", "/api/v1/views/people?text=anna")["people"]

    assert [(one["name"], one["shared"], one["own"]) for one in told] == [
        ("All Annas", True, True)
    ]
    assert person in [one["person_id"] for one in found]
    assert found == tried
    assert "All Annas" in shop.command("view", "list")
    shop.command("view", "remove", made["id"])
    assert shop.api("GET", "/api/v1/views")["views"] == []
    shop.api("GET", f"/api/v1/views/{made['id']}/people", status=404)


def test_a_shared_view_shows_no_address_to_who_may_not_see_one(shop: Shop) -> None:
    person = anna(shop)
    body = {"name": "Her", "text": "anna@example.com", "shared": True}
    made = shop.api("POST", "/api/v1/views", body, status=201)
    key = shop.api(
        "POST", "/api/v1/operators", {"name": "masked", "role": "analyst"}, status=201
    )["token"]

    (told,) = shop.api("GET", "/api/v1/views", key=key)["views"]
    path = f"/api/v1/views/{made['id']}/people"
    (found,) = shop.api("GET", path, key=key)["people"]

    assert told["text"] == "a•••@e•••.com"
    assert found["person_id"] == person
    assert "Kowalska" not in json.dumps(found)
    change = {"name": "Mine"}
    shop.api("PATCH", f"/api/v1/views/{made['id']}", change, key=key, status=422)


def test_an_erasure_removes_a_view_that_looks_for_them(shop: Shop) -> None:
    told = {"email": "leaver@example.com", "name": "Łucja Znikająca"}
    shop.send("crm", identify(told, userId="leaver"))
    body = {"name": "Leaver", "text": "leaver@example.com"}
    made = shop.api("POST", "/api/v1/views", body, status=201)
    by_name = {"name": "Loyal", "text": "lucja znik"}
    named = shop.api("POST", "/api/v1/views", by_name, status=201)
    shop.api("PATCH", f"/api/v1/views/{made['id']}", {"shared": True})

    who = {"identifier": "email:leaver@example.com", "reason": "asked"}
    assert shop.api("POST", "/api/v1/privacy/erase", who)["status"] == "done"

    kept = {one["id"] for one in shop.api("GET", "/api/v1/views")["views"]}
    assert not kept & {made["id"], named["id"]}
    texts = (b"leaver@example.com", b"lucja znik")
    held = [
        path
        for path in shop.folder.rglob("*")
        if path.is_file() and any(one in path.read_bytes() for one in texts)
    ]
    assert held == []
