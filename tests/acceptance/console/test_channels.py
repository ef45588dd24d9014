"""The screens over channels in a browser: rules, costs, the report by day: A15."""

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.console.conftest import Desk
from tests.acceptance.shop import Shop, track

DAY = "2026-11-20"


def lived(shop: Shop) -> None:
    """Let Jan come by an advertisement and buy for 50."""
    came = {"url": "https://shop.example/?utm_medium=cpc", "referrer": ""}
    when = {"timestamp": f"{DAY}T10:00:00Z"}
    page = {"type": "page", "anonymousId": "j1", "properties": came, **when}
    shop.send("web", page)
    bought = {"order_id": "j-1", "total": "50.00", "currency": "PLN"}
    shop.send(
        "crm",
        track("Order Completed", bought, anonymousId="j1", userId="jan", **when),
    )


@pytest.mark.feature("A15")
def test_rules_costs_and_the_report_by_day_are_one_screen_apart(
    desk: Desk, shop: Shop
) -> None:
    lived(shop)
    page = desk.by_link().page

    desk.open("/console/channels/rules")
    page.click("text=Add a rule")
    page.fill("#channel", "our_ads")
    page.fill("#medium", "cpc\nppc")
    page.click("text=Put it in force")
    expect(page.locator("tbody tr").first).to_contain_text("our_ads")

    desk.open("/console/channels")
    page.fill("#costs", f"date;channel;cost;currency\n{DAY};our_ads;20,00;PLN\n")
    page.click("text=Keep costs")
    expect(page.locator("[role=status]")).to_contain_text("1 of them new")

    page.fill("#from", DAY)
    page.fill("#to", DAY)
    page.click("button:text('Report')")
    row = page.locator("#by-day tbody tr", has_text="our_ads")
    expect(row).to_contain_text("20 Nov 2026")
    expect(row).to_contain_text("PLN50.00")
    expect(row).to_contain_text("PLN20.00")
    expect(row).to_contain_text("150 %")

    page.fill("#url", "https://shop.example/?utm_medium=ppc")
    page.click("button:text-is('Try')")
    expect(page.locator("[role=status]")).to_contain_text("our_ads · by rule 1")


@pytest.mark.feature("A15")
def test_a_rule_that_can_not_be_is_refused_with_what_was_typed_kept(
    desk: Desk,
) -> None:
    page = desk.by_link().page
    desk.open("/console/channels/rules/new")
    page.fill("#channel", "halves")
    page.fill("#source", "a*b")
    page.click("text=Put it in force")

    told = "Rule 1, 'source': in 'a*b' a * stands in the middle"
    expect(page.locator("[role=alert]")).to_contain_text(told)
    expect(page.locator("#source")).to_have_value("a*b")


def test_a_rule_is_moved_and_taken_out(desk: Desk, shop: Shop) -> None:
    rules = [{"channel": name, "source": [name]} for name in ("one", "two", "three")]
    shop.api("PUT", "/api/v1/channels", {"rules": rules})
    page = desk.by_link().page

    desk.open("/console/channels/rules/3")
    page.fill("#place", "1")
    page.click("text=Put it in force")
    desk.open("/console/channels/rules/2")
    page.click("text=Take this rule out")

    expect(page.locator("h1")).to_have_text("Rules for channels")
    held = shop.api("GET", "/api/v1/channels")["rules"]
    assert [one["channel"] for one in held] == ["three", "two"]


def test_who_looked_at_other_rules_changes_none(desk: Desk, shop: Shop) -> None:
    page = desk.by_link().page
    desk.open("/console/channels/rules/1")
    rules = [{"channel": "meanwhile", "source": ["x"]}]
    shop.api("PUT", "/api/v1/channels", {"rules": rules})

    page.click("text=Take this rule out")

    expect(page.locator("main")).to_contain_text("Somebody changed the rules meanwhile")
    assert len(shop.api("GET", "/api/v1/channels")["rules"]) == 1


def test_who_may_only_read_sees_the_report_and_changes_nothing(
    browser: Browser, shop: Shop
) -> None:
    desk = Desk(browser, shop)
    desk.join("channel-reader", "analyst")

    desk.open("/console/channels")
    assert desk.page.locator("#costs").count() == 0
    desk.open("/console/channels/rules")
    assert desk.page.locator("text=Add a rule").count() == 0
    assert desk.open("/console/channels/rules/new").status == 403
    desk.close()
