"""The first screen by store: what was sold today, and how much by people we know."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.console.conftest import Desk
from tests.acceptance.shop import Shop, track
from tests.acceptance.test_insights import ask

# Two reports are made, beside others.
PATIENCE_MS = 40_000
PAGE = {"page": {"url": "https://shop.example/", "path": "/"}}


def receipt(number: int, store: str, **who: object) -> dict:
    told = {
        "receipt_id": f"t{number}",
        "store_id": store,
        "total": "12.00",
        "currency": "GBP",
    }
    return track("Receipt Issued", told, **who)


@pytest.mark.feature("I6")
def test_today_says_by_store_what_share_is_of_people_we_know(
    browser: Browser, shop: Shop
) -> None:
    for number, store in enumerate(("K1", "K1", "K2")):
        card = {"loyalty_card": f"88{number}"}
        shop.send("till", receipt(number, store, identifiers=card))
    shop.send("till", receipt(3, "K1"), receipt(4, "K1"))
    shop.send("web", track("Product Viewed", {"product_id": "p"}, anonymousId="d7"))
    ask(shop, "journeys")
    seen = Desk(browser, shop).by_link()
    seen.context.set_default_timeout(30_000)
    page = seen.page

    seen.open("/console")

    rows = page.locator("#places-title ~ div tbody tr")
    first = rows.filter(has_text="K1")
    expect(first).to_be_visible(timeout=PATIENCE_MS)
    purchases, before, share = first.locator("td.number").all_inner_texts()
    assert (purchases[0], before, share.split("\n")[0]) == ("4", "0", "50\u00a0%")
    expect(rows.filter(has_text="K2").locator("td").nth(2)).to_contain_text("100 %")
    expect(page.locator("main")).to_contain_text("1 person looked at a product today")
    first.locator("a").first.click()
    expect(page.locator("h1")).to_have_text("2 people: they bought")
    assert seen.faults == []
    seen.close()


@pytest.mark.feature("I6")
def test_visitors_and_receipts_stand_beside_the_usual_and_open_who_they_are(
    browser: Browser, shop: Shop
) -> None:
    """Of that weekday a week and two ago; robots, staff and the shop's doings aside."""
    now = datetime.now(UTC)
    visits = {0: 5, 7: 4, 14: 2}
    for days, people in visits.items():
        at = (now - timedelta(days=days)).isoformat()
        for number in range(people):
            told = {"anonymousId": f"v{days}-{number}", "timestamp": at}
            shop.send("crm", page(**told), page(**told))
        card = {"identifiers": {"loyalty_card": f"77{days}"}, "timestamp": at}
        shop.send("crm", receipt(100 + days, "K9", **card))
    crawler = {"userAgent": "Googlebot/2.1 (+http://www.google.com/bot.html)"}
    shop.send("crm", page(anonymousId="robot", context={**PAGE, **crawler}))
    shipped = track("Order Shipped", {"order_id": "o1", "channel": "web"}, userId="s1")
    shop.send("crm", shipped)
    found = ask_today(shop)

    before = found["visitors"]["count"] - visits[0]
    # Others of this module were there today alone; of three weeks ago nothing is known.
    assert before >= 0
    assert (found["visitors"]["usual"], found["visitors"]["weeks"]) == (3, 2)
    assert (found["receipts"]["usual"], found["receipts"]["weeks"]) == (1, 2)
    seen = Desk(browser, shop).by_link()
    seen.context.set_default_timeout(30_000)
    seen.open("/console")
    tiles = seen.page.locator("#places-title ~ div dl.tiles")
    visitors = tiles.locator("div").filter(has_text="people and devices")
    expect(visitors).to_contain_text("usual on this weekday: 3", timeout=PATIENCE_MS)
    count = str(found["visitors"]["count"])
    expect(visitors.locator("a")).to_contain_text(count)
    visitors.locator("a").click()
    expect(seen.page.locator("h1")).to_have_text(
        f"{count} people: they were on the web or in the app"
    )
    expect(seen.page.locator("#people-title ~ ul li")).to_have_count(int(count))

    seen.read("/console/today/sold?sort=receipts")
    expect(seen.page.locator("tbody tr").filter(has_text="K9")).to_have_count(1)
    seen.open("/console")
    seen.page.get_by_role("link", name="Which they are").first.click()
    expect(seen.page.locator("h1")).to_contain_text("Sold on")
    assert seen.faults == []
    seen.close()


def test_a_day_is_told_by_api_and_command(shop: Shop) -> None:
    ask_today(shop)
    day = datetime.now(UTC).date().isoformat()

    told = json.loads(shop.command("insights", "today", day, "--json"))
    sold = json.loads(shop.command("insights", "today", "--receipts", "--json"))
    page_one = shop.api("GET", "/api/v1/insights/today/sold?sort=receipts&limit=1")
    after = quote(page_one["next_cursor"], safe="")
    rest = shop.api("GET", f"/api/v1/insights/today/sold?sort=receipts&cursor={after}")
    long_ago = shop.api("GET", "/api/v1/insights/today?day=2020-01-01")

    assert told["receipts"]["count"] == len(sold["sold"])
    assert page_one["sold"] + rest["sold"] == sold["sold"]
    assert {one["kind"] for one in sold["sold"]} == {"receipt"}
    # That nothing was there yet is not known to be nothing.
    assert long_ago["visitors"]["count"] is long_ago["receipts"]["usual"] is None
    assert "the usual of this weekday" in shop.command("insights", "today")
    shop.api("GET", "/api/v1/insights/today/sold?cursor=x", status=422)
    shop.api("GET", "/api/v1/insights/today?day=2026-99-99", status=422)


def page(**who: object) -> dict:
    return {"type": "page", "name": "Home", "context": PAGE, **who}


def ask_today(shop: Shop) -> dict:
    """Ask until the copy answers, with all that was sent in it."""
    ask(shop, "journeys")
    found: dict = shop.api("GET", "/api/v1/insights/today")
    return found


@pytest.mark.feature("I6")
def test_each_number_of_today_opens_what_stands_behind_it_without_a_script(
    browser: Browser, shop: Shop
) -> None:
    shop.send("till", {"type": "trak", "messageId": "bad"})
    ask_today(shop)
    seen = Desk(browser, shop, java_script_enabled=False).by_link()
    page = seen.page
    seen.open("/console")

    bought = page.locator("dl.tiles div", has_text="Orders and receipts")
    expect(bought).to_contain_text("usual on this weekday: 1")
    known = bought.get_by_role("link", name="by people we know")
    count = int(known.inner_text().split()[0])
    seen.read(known.get_attribute("href") or "")
    expect(page.locator("h1")).to_contain_text("Bought by people we know")
    assert page.locator("tbody tr").count() == count > 0
    assert page.locator("tbody a[href^='/console/people/']").count() == count

    seen.open("/console")
    page.get_by_role("link", name="Visitors, receipts and shares by store").click()
    expect(page.locator("h1")).to_have_text("Visitors and stores")
    expect(page.locator("dl.tiles")).to_contain_text("Store receipts")
    page.get_by_role("link", name="Which they are").last.click()
    expect(page.locator("h1")).to_contain_text("Bought by people we know")

    opens = {
        ".sum-received": "Sources",
        ".sum-quarantined": "Needs fixing",
        ".sum-stored": "What is happening",
        ".big": "People",
    }
    for place, title in opens.items():
        seen.open("/console")
        page.locator(f"{place} a").click()
        expect(page.locator("h1")).to_have_text(title)
    assert seen.faults == []
    seen.close()
