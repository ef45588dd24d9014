"""The first screen by store: what was sold today, and how much by people we know."""

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.console.conftest import Desk
from tests.acceptance.shop import Shop, track
from tests.acceptance.test_insights import ask

# Two reports are made, beside others.
PATIENCE_MS = 40_000


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
    assert first.locator("td.number").all_inner_texts()[1:] == ["0", "50 %"]
    expect(first.locator("a")).to_contain_text("4")
    expect(rows.filter(has_text="K2").locator("td").nth(2)).to_have_text("100 %")
    expect(page.locator("main")).to_contain_text("1 person looked at a product today")
    first.locator("a").click()
    expect(page.locator("h1")).to_have_text("2 people: they bought")
    assert seen.faults == []
    seen.close()
