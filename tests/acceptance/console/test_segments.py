"""Segments on the screen: built in words, counted meanwhile, saved, taken out."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.console.conftest import Desk
from tests.acceptance.shop import Shop, identify, track

# A busy machine counts slowly, and a count is kept for as long as it took some times.
COUNT_MS = 30_000
BUILDER = "/console/segments/builder/draft"
WANTED = {
    "type": "all",
    "of": [
        {"type": "did", "event": "Product Viewed", "within": {"days": 7},
         "count": {"op": ">=", "value": 2},
         "where": [{"property": "$category", "op": "is", "value": "Shoes"}]},
        {"type": "did_not", "event": "$purchase"},
    ],
}  # fmt: skip


def looks(shop: Shop, who: str, times: int) -> None:
    """Have somebody look at shoes so often."""
    shoes = {"product_id": "s1", "category": "Shoes"}
    viewed = [track("Product Viewed", shoes, userId=who) for _ in range(times)]
    shop.send("crm", identify({"name": who}, userId=who), *viewed)


@pytest.fixture
def plain(browser: Browser, shop: Shop) -> Iterator[Desk]:
    """A browser that runs no script."""
    opened = Desk(browser, shop, java_script_enabled=False)
    yield opened
    opened.close()


@pytest.mark.feature("C1")
@pytest.mark.feature("C3")
@pytest.mark.feature("K3")
def test_a_marketer_builds_a_segment_sees_it_grow_and_takes_it_out(
    shop: Shop, desk: Desk
) -> None:
    looks(shop, "viewer", 2)
    looks(shop, "buyer", 2)
    bought = {"order_id": "shoes-1", "total": 20, "currency": "GBP"}
    shop.send("crm", track("Order Completed", bought, userId="buyer"))
    looks(shop, "glancer", 1)
    desk.join("marta", "marketer")
    page = desk.page
    desk.open("/console/segments")
    page.get_by_role("link", name="A new segment").click()
    # What the shop has told of is there to choose from.
    listed = "#known-events option[value='Product Viewed']"
    expect(page.locator(listed)).to_have_count(1)

    page.fill("#name", "Viewed shoes, bought nowhere")
    page.get_by_role("button", name="Add: Who is meant").click()
    expect(page.locator("#c-of-0-type")).to_be_focused()
    page.fill("#c-of-0-event-0", "Product Viewed")
    page.select_option("#c-of-0-measure", "count")
    page.fill("#c-of-0-count-value", "2")
    page.fill("#c-of-0-within-span-0-number", "7")
    page.locator("#c-of-0").get_by_role("button", name="Where it ..").click()
    page.fill("#c-of-0-where-0-property", "$category")
    page.fill("#c-of-0-where-0-value", "Shoes")
    page.select_option("#c-new", "did_not")
    page.get_by_role("button", name="Add: Who is meant").click()
    page.fill("#c-of-1-event-0", "$purchase")

    expect(page.locator("#count")).to_contain_text("1 of", timeout=COUNT_MS)
    expect(page.locator(".counted")).to_contain_text("'Product Viewed'")
    looks(shop, "latecomer", 3)
    expect(page.locator("#count")).to_contain_text("2 of", timeout=COUNT_MS)
    page.get_by_role("button", name="Save the segment").click()
    expect(page.locator("h1")).to_have_text("Viewed shoes, bought nowhere")
    name = "viewed-shoes-bought-nowhere"
    held = shop.api("GET", f"/api/v1/segments/{name}")
    assert held["condition"] == WANTED

    with page.expect_download() as told:
        page.get_by_role("button", name="As CSV").click()
    lines = told.value.path().read_text().splitlines()
    people = [shop.id(f"user_id:{who}") for who in ("viewer", "latecomer")]
    # A marketer is told no names.
    assert lines == ["person_id,name", *(f"{one}," for one in sorted(people))]
    assert taken_out(shop) == ("marta", f"2 people of {name} as csv")


def taken_out(shop: Shop) -> tuple[str, str]:
    """Give who last took out what, as the audit has it."""
    done = shop.api("GET", "/api/v1/audit")["entries"]
    entry = next(one for one in done if one["action"] == "segments:export")
    return entry["operator"], entry["object"]


def test_a_segment_is_made_by_keyboard_alone(shop: Shop, desk: Desk) -> None:
    desk.by_link()
    desk.open(BUILDER)
    page = desk.page

    go(page, "name")
    page.keyboard.type("By keys")
    go(page, "c-new")
    page.keyboard.type("is known by")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#c-of-0-type")).to_be_focused()
    go(page, "c-of-0-kind")
    page.keyboard.press("Control+a")
    page.keyboard.type("phone")
    page.keyboard.press("Tab")
    go(page, "save")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("By keys")
    held = shop.api("GET", "/api/v1/segments/by-keys")
    assert held["condition"] == {"type": "identifier", "kind": "phone"}


def go(page: Page, wanted: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(80):
        if page.evaluate("document.activeElement.id") == wanted:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab.")


def test_a_segment_is_built_without_any_script(shop: Shop, plain: Desk) -> None:
    looks(shop, "plain-viewer", 1)
    plain.by_link()
    page = plain.page
    plain.open(BUILDER)

    page.fill("#name", "Plain")
    page.get_by_role("button", name="Add: Who is meant").click()
    page.fill("#c-of-0-event-0", "Product Viewed")
    page.select_option("#c-of-0-measure", "count")
    page.locator("main").get_by_role("button", name="Show the fields").last.click()
    page.fill("#c-of-0-count-value", "often")
    page.get_by_role("button", name="Save the segment").click()
    expect(page.locator("#c-of-0 .faults")).to_contain_text("Write a whole number.")
    page.fill("#c-of-0-count-value", "1")
    page.get_by_role("button", name="Count and check").click()
    expect(page.locator("#count")).to_contain_text(" of ")
    assert page.input_value("#name") == "Plain"
    page.get_by_role("button", name="Save the segment").click()

    expect(page.locator("h1")).to_have_text("Plain")
    page.get_by_role("link", name="Change it").click()
    page.fill("#c-of-0-count-value", "3")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.locator("main")).to_contain_text("Version 2")
    assert _counts(shop, "plain") == [1, 3]


def _counts(shop: Shop, name: str) -> list[Any]:
    told = shop.api("GET", f"/api/v1/segments/{name}/versions")["versions"]
    return [one["condition"]["count"]["value"] for one in told]


def test_a_segments_page_says_what_it_shares_who_uses_it_and_who_is_told(
    shop: Shop, desk: Desk
) -> None:
    for who in ("both", "one"):
        looks(shop, f"sharing-{who}", 1)
    shop.send("crm", identify({"vip": True}, userId="sharing-both"))
    looked = {"type": "did", "event": "Product Viewed"}
    vip = {"type": "trait", "name": "vip", "op": "is", "value": True}
    asks = {"type": "not", "of": {"type": "in_segment", "segment": "sharing"}}
    for name, condition in (("sharing", looked), ("vips", vip), ("asking", asks)):
        body = {"name": name.title(), "condition": condition}
        shop.api("PUT", f"/api/v1/segments/{name}", body)
    desk.by_link()
    page = desk.page
    desk.open("/console/segments/sharing")

    page.select_option("#with", "vips")
    page.get_by_role("button", name="Compare them").click()
    expect(page.locator("#overlap tbody tr").first).to_have_text("Sharing + Vips1")
    expect(page.locator("#used")).to_contain_text("Asking")
    expect(page.locator("svg.growth")).to_have_count(0)

    page.get_by_text("Have who comes and goes told").click()
    page.fill("#listener", "crm-sync")
    page.uncheck("#tell-left")
    page.get_by_role("button", name="Tell them").click()
    expect(page.locator("#used")).to_contain_text("crm-sync")
    looks(shop, "sharing-late", 1)
    assert heard(shop) == ["Segment Entered"]
    page.get_by_role("button", name="Stop telling crm-sync").click()
    expect(page.locator("#used")).not_to_contain_text("crm-sync")


def heard(shop: Shop) -> list[str]:
    """Give the names of changes of segments that became events of the log."""
    shop.settle()
    headers = {"authorization": f"Bearer {shop.token()}"}
    path = "/api/v1/export/events?limit=10000"
    for _ in range(50):
        lines = shop.request("GET", path, headers=headers)[2].decode().splitlines()
        found = [line for line in lines if '"source":"segment"' in line]
        if found:
            break
    return [
        "Segment Entered" if "Segment Entered" in line else "Segment Left"
        for line in found
    ]


@pytest.mark.feature("A4", partly="an alert is shown, not sent")
def test_a_plan_is_tried_on_an_event_and_put_in_force_on_a_page(
    shop: Shop, desk: Desk
) -> None:
    desk.by_link()
    page = desk.page
    desk.open("/console/sources/web/plan")

    page.fill("#event", "Order Completed")
    page.fill("#properties", '{"order_id": "1"}')
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#tried")).to_contain_text("It would be kept aside")
    expect(page.locator("#tried")).to_contain_text("total")
    page.get_by_role("button", name="Put it in force").click()

    expect(page.get_by_role("status")).to_have_text("The plan is in force.")
    held = shop.api("GET", "/api/v1/sources/web/plan")
    assert held["events"]["Order Completed"]["required"] == ["order_id", "total"]
    page.get_by_role("button", name="Take the plan away").click()
    expect(page.get_by_role("status")).to_contain_text("The plan is gone")
    shop.api("GET", "/api/v1/sources/web/plan", status=404)
