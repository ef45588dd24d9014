"""What is planted, on the pages: its cause, who tried it, what led there, and rows."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance import planted
from tests.acceptance.console.conftest import Desk
from tests.acceptance.planted import JULY, JUNE, MARCH, STEPS
from tests.acceptance.shop import Shop
from tests.acceptance.test_insights import ask


@pytest.fixture(scope="module")
def sold(shop: Shop) -> Shop:
    planted.opened(shop)
    planted.lead_online(shop)
    planted.try_in_store(shop)
    planted.come_by_ways(shop)
    ask(shop, "journeys")
    return shop


@pytest.fixture
def seen(browser: Browser, sold: Shop) -> Any:
    desk = Desk(browser, sold).by_link()
    desk.context.set_default_timeout(60_000)
    yield desk
    assert desk.faults == []
    desk.close()


def asked(days: dict[str, str], more: str = "") -> str:
    return f"?from={days['from']}&to={days['to']}{more}"


@pytest.mark.feature("I1")
def test_the_three_tiers_stand_together_with_bounds_and_balance(seen: Desk) -> None:
    seen.read(f"/console/journeys/influence{asked(MARCH)}")

    rows = seen.page.locator("#influence-title ~ .scroll tbody tr")
    expect(rows.nth(0)).to_contain_text("2.12")
    for at in (1, 2):
        expect(rows.nth(at).locator("td").nth(1)).to_have_text("1.5")
        expect(rows.nth(at).locator("td").nth(2)).to_contain_text("…")
    expect(rows.nth(2)).to_contain_text("By the experiment “mail”")
    balance = seen.page.locator("#balance-title ~ .scroll tbody tr").first
    expect(balance).to_contain_text("money spent in stores before")
    expect(balance.locator("td").nth(2)).to_have_text("0")


@pytest.mark.feature("F6")
def test_where_it_was_tried_leads_to_who_tried_it(seen: Desk) -> None:
    seen.read(f"/console/journeys/ropo{asked(JUNE)}")

    told = "2 purchases online were tried in a store before, 1 were not"
    expect(seen.page.locator("#show-told")).to_contain_text(told)
    store = seen.page.locator("#show-stores + .scroll tbody tr").first
    expect(store).to_contain_text("s1")
    expect(store).to_contain_text("€11.54")
    region = seen.page.locator("#show-regions + .scroll tbody tr").first
    expect(region).to_contain_text("north")
    store.locator("a").click()
    people = seen.page.locator("main")
    for name in planted.TRIED:
        expect(people).to_contain_text(str(seen.shop.id(f"user_id:{name}")))


@pytest.mark.feature("I6")
def test_steps_are_told_apart_by_the_channel_that_led_there(seen: Desk) -> None:
    steps = ",".join(STEPS).replace("$", "%24")
    seen.read(f"/console/kpis{asked(JULY, f'&steps={steps}')}")

    seen.page.get_by_role("link", name="By the channel that led there").click()

    table = seen.page.locator("#steps-title ~ .scroll")
    expect(table.locator("thead th").first).to_have_text("Channel that led there")
    rows = table.locator("tbody tr")
    expect(rows.nth(1).locator("th")).to_have_text("E-mail")
    expect(rows.nth(1).locator("td").nth(1)).to_contain_text("2")
    expect(rows.nth(2).locator("th")).to_have_text("Paid search")
    costs = seen.page.locator("#costs-title ~ .scroll tbody")
    expect(costs).to_contain_text("Paid search")
    rows.nth(1).locator("td").nth(1).locator("a").click()
    for name in ("w0", "w1"):
        told = str(seen.shop.id(f"user_id:{name}"))
        expect(seen.page.locator("main")).to_contain_text(told)


@pytest.mark.feature("I2")
@pytest.mark.parametrize(
    ("table", "days", "says"),
    [
        ("journeys", JULY, "email"),
        ("touchpoints", JULY, "paid_search"),
        ("intents", JULY, "Product Viewed"),
        ("ropo", JUNE, "s1"),
    ],
)
def test_rows_of_journeys_are_listed_each_with_its_person(
    seen: Desk, table: str, days: dict[str, str], says: str
) -> None:
    seen.read(f"/console/journeys/rows{asked(days, f'&table={table}')}")

    rows = seen.page.locator("#rows-title ~ .scroll tbody tr")
    expect(rows.filter(has_text=says).first).to_be_visible()
    expect(rows.first.locator("th a")).to_be_visible()
    expect(seen.page.locator("main")).to_contain_text(f"insights rows {table}")
