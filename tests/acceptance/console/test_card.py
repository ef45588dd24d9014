"""What an agent reads of who calls: why they count, what to begin with, notes."""

import pytest
from playwright.sync_api import expect

from tests.acceptance.console.conftest import Desk, anna
from tests.acceptance.shop import Shop, track

VIP = {"type": "did", "event": "$purchase", "count": {"op": ">=", "value": 2}}


@pytest.mark.feature("B8")
def test_an_agent_says_why_she_is_a_vip_what_she_looked_at_and_notes_what_she_said(
    shop: Shop, desk: Desk
) -> None:
    person = anna(shop)
    who = {"userId": "13862"}
    bought = {"order_id": "o-9", "total": "250", "currency": "EUR"}
    shop.send("crm", track("Order Completed", bought, **who))
    shop.send("crm", track("Product Viewed", {"name": "Red boots"}, **who))
    shop.api("PUT", "/api/v1/segments/vip", {"name": "Our best", "condition": VIP})
    desk.join("agata", "agent")
    page = desk.page

    desk.open(f"/console/people/{person}")

    expect(page.locator(".points")).to_contain_text("Looked at Red boots")
    page.locator(".points a").first.click()
    expect(page.locator(":target")).to_contain_text("Red boots")
    page.locator("#memberships summary").filter(has_text="Our best").click()
    expect(page.locator("#memberships .why").first).to_contain_text("holds")
    page.get_by_text("Add a note").click()
    page.fill("#note", "Prefers to be called in the evening.")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator("li.event").first).to_contain_text("called in the evening")
    assert shop.person("user_id:13862")["computed"]["purchases"] == 2

    desk.open(f"/console/people/{person}/segments?segment=vip")
    expect(page.locator("#memberships")).to_contain_text("Why in Our best")
    assert desk.faults == []
