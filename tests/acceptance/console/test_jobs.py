"""The jobs of a day, in a real browser: each by who does it."""

import json
import time

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.console.conftest import Desk, anna
from tests.acceptance.shop import Shop, identify, track

# What is promised to who has just installed it: five minutes.
NEWCOMER_S = 300


@pytest.mark.feature("K3", partly="data-use labels; approval of big sends")
def test_an_agent_finds_a_caller_and_says_why_they_see_her_number(
    shop: Shop, desk: Desk
) -> None:
    person = anna(shop)
    desk.join("adam", "agent")
    page = desk.page

    page.keyboard.press("Control+k")
    page.fill("#finder-text", "+48 600 700 800")
    page.wait_for_selector("#finder .found .codes")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Anna Kowalska")
    text = page.locator("main").inner_text()
    assert "anna@example.com" not in page.content()
    assert "+48600700800" not in page.content()
    assert "a•••@e•••.com" in text
    page.get_by_text("Show what is hidden").click()
    page.fill("#reveal-reason", "she asked to be called back")
    page.get_by_role("button", name="Show", exact=True).first.click()
    expect(page.locator(".known")).to_contain_text("+48600700800")
    entries = shop.api("GET", "/api/v1/audit")["entries"]
    revealed = [one for one in entries if one["action"] == "people:reveal"]
    assert [(one["operator"], one["object"], one["reason"]) for one in revealed] == [
        ("adam", f"person {person}", "she asked to be called back")
    ]


@pytest.mark.feature("B8")
def test_a_name_is_found_in_any_spelling(shop: Shop, desk: Desk) -> None:
    shop.send("crm", identify({"name": "Świetłana Żółkiewska"}, userId="svetlana"))
    desk.by_link()

    for text in ("zolkiewska", "Светлана Жолкевская", "swietlana zolk"):
        desk.open("/console/people")
        desk.page.fill("#q", text)
        desk.page.press("#q", "Enter")
        expect(desk.page.locator("h1")).to_have_text("Świetłana Żółkiewska")


@pytest.mark.feature("B3")
def test_a_steward_parts_what_was_wrongly_joined_and_takes_it_back(
    shop: Shop, desk: Desk
) -> None:
    shop.send("crm", identify({"name": "Ewa Nowak"}, userId="ewa"))
    shop.send(
        "crm", identify({"name": "Ewa Nowak", "email": "jan@example.com"}, userId="ewa")
    )
    person = shop.id("user_id:ewa")
    assert shop.id("email:jan@example.com") == person
    desk.join("stefan", "steward")
    page = desk.page

    desk.open(f"/console/people/{person}")
    page.get_by_role("checkbox", name="jan@example.com").check()
    page.get_by_text("The chosen ones are somebody else’s").click()
    page.fill("#part-reason", "Jan is her brother")
    page.get_by_role("button", name="Part them").click()

    expect(page.locator(".done")).to_contain_text("Parted")
    assert shop.id("email:jan@example.com") != shop.id("user_id:ewa")
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator(".done")).to_contain_text("Taken back")
    assert shop.id("email:jan@example.com") == shop.id("user_id:ewa") == person
    told = shop.api("GET", "/api/v1/audit")["entries"]
    assert "Jan is her brother" in {one["reason"] for one in told}


@pytest.mark.feature("A4", partly="an alert is shown, not sent")
def test_an_engineer_mends_an_item_and_it_lands_once(shop: Shop, desk: Desk) -> None:
    item = {"type": "track", "messageId": "to-mend", "event": "Product Viewed"}
    shop.send("till", {**item, "identifiers": {"no_such_kind": "1"}, "type": "trak"})
    desk.join("eva", "administrator")
    page = desk.page

    desk.open("/console/fixing")
    page.locator("tbody a").last.click()
    mended = json.loads(page.input_value("#original"))
    mended = {**mended, **item, "identifiers": {"user_id": "mended"}}
    page.fill("#original", json.dumps(mended, indent=2))
    page.get_by_role("button", name="Try it again").click()

    expect(page.get_by_role("status")).to_contain_text("Stored")
    assert shop.names("user_id:mended") == ["Product Viewed"]


@pytest.mark.feature("K4")
def test_a_newcomer_connects_a_first_source_and_sees_its_customer(
    empty: Shop, browser: Browser
) -> None:
    began = time.monotonic()
    desk = Desk(browser, empty).by_link()
    page = desk.page

    page.get_by_role("link", name="Connect a first source").click()
    page.fill("#source-name", "till")
    page.check("#sort-server")
    page.get_by_role("button", name="Make its key").click()
    empty.keys["till"] = page.text_content("#key") or ""
    assert empty.keys["till"] in page.locator("pre").first.inner_text()
    expect(page.locator("#first")).to_contain_text("Waiting for the first event")
    empty.send(
        "till",
        identify({"name": "Anna Kowalska"}, userId="1"),
        track("Order Completed", {"order_id": "1"}, userId="1"),
    )

    expect(page.locator("#first")).to_contain_text("Here it is")
    page.locator("#first a.person").click()
    expect(page.locator("h1")).to_have_text("Anna Kowalska")
    assert time.monotonic() - began < NEWCOMER_S
    assert desk.faults == []
    desk.close()


@pytest.mark.feature("C7")
def test_a_card_is_read_as_it_was_on_a_day(shop: Shop, desk: Desk) -> None:
    for day, city in (("2026-02-01", "Łódź"), ("2026-03-15", "Gdynia")):
        shop.send(
            "crm",
            identify({"city": city}, userId="mover", timestamp=f"{day}T12:00:00Z"),
        )
    person = shop.id("user_id:mover")
    desk.by_link()

    desk.open(f"/console/people/{person}?on=2026-03-01")

    expect(desk.page.locator(".traits").first).to_contain_text("Łódź")
    desk.page.get_by_role("link", name="Back to now").click()
    expect(desk.page.locator(".traits").first).to_contain_text("Gdynia")


def test_a_timeline_is_read_by_source_and_by_word(shop: Shop, desk: Desk) -> None:
    shop.send("crm", identify(userId="sifted"))
    shop.send("till", track("Receipt Issued", {"receipt_id": "s1"}, userId="sifted"))
    shop.send("till", track("Product Viewed", {"name": "Lamp"}, userId="sifted"))
    desk.by_link()

    desk.open(f"/console/people/{shop.id('user_id:sifted')}?source=till&text=lamp")

    names = desk.page.locator("#person .events .name").all_text_contents()
    assert names == ["Product Viewed"]


@pytest.mark.feature("C12")
def test_a_marketer_begins_a_segment_from_the_gallery_and_sees_who_is_in(
    shop: Shop, desk: Desk
) -> None:
    bought = {"order_id": "s1", "total": 20, "currency": "EUR"}
    shop.send(
        "crm",
        identify({"name": "Celina Buyer"}, userId="celina"),
        track("Order Completed", bought, userId="celina"),
    )
    desk.join("maja", "marketer")
    page = desk.page
    desk.open("/console/segments")

    page.get_by_role("button", name="Create as it is: New customers").click()
    expect(page.locator("h1")).to_have_text("New customers")
    page.reload()
    expect(page.locator("main")).to_contain_text("Who is in it")
    person = shop.id("user_id:celina")
    link = page.locator(f"a[href='/console/people/{person}']")
    # A marketer is told no names.
    expect(link).to_have_text(f"Person {person}")

    page.get_by_role("button", name="End this segment").click()
    expect(page.locator("h1")).to_have_text("Segments")
    assert shop.api("GET", "/api/v1/segments")["segments"] == []
    done = [one["action"] for one in shop.api("GET", "/api/v1/audit")["entries"]]
    assert done.count("segments:write") >= 2
