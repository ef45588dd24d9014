"""Scores in the console: who stands where, who moved, and the rules."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.console.conftest import Desk
from tests.acceptance.shop import Shop, track

pytestmark = pytest.mark.feature("C5")


@pytest.fixture(scope="module")
def sold(shop: Shop) -> Shop:
    for person in range(10):
        for bought in range(person + 1):
            told = {
                "receipt_id": f"s{person}-{bought}",
                "total": f"{10 * (person + 1)}.00",
                "currency": "GBP",
                "store_id": "s9" if person < 5 else "s8",
            }
            number = f"990{person}"
            shop.send(
                "till",
                track("Receipt Issued", told, identifiers={"loyalty_card": number}),
            )
    return shop


@pytest.fixture
def seen(browser: Browser, sold: Shop) -> Iterator[Desk]:
    opened = Desk(browser, sold).by_link()
    opened.context.set_default_timeout(30_000)
    yield opened
    opened.close()
    assert opened.faults == []


def test_people_stand_in_tables_and_a_grid(seen: Desk) -> None:
    page = seen.page
    seen.open("/console/scores")

    expect(page.locator("h1")).to_have_text("Scores")
    kinds = page.locator("#persona-title ~ .scroll tbody tr")
    expect(kinds.first).to_be_visible()
    told = kinds.all_inner_texts()
    assert sum(int(one.split("\t")[1]) for one in told) >= 10
    stages = page.locator("#stage-title ~ .scroll tbody tr")
    expect(stages.filter(has_text="New: first purchase")).to_contain_text("10")
    # All bought today, so that only the first row of the grid has anybody.
    cells = page.locator(".cohorts tbody tr").first.locator("td").all_inner_texts()
    assert sum(map(int, cells)) == 10


def test_who_moved_between_two_days_is_told(seen: Desk) -> None:
    page = seen.page
    seen.open("/console/scores/moves?from=2020-01-01&to=2035-01-01")
    expect(page.locator("#moves-title")).to_contain_text("10 moved")
    expect(page.locator("tbody tr").first).to_contain_text("Have not bought")

    seen.open("/console/scores/moves?from=spring&to=2035-01-01")
    expect(page.get_by_role("alert")).to_have_text("Write a day as 2026-03-01.")


def test_kinds_of_customers_of_one_store_are_shown(seen: Desk) -> None:
    page = seen.page
    seen.open("/console/scores")
    page.get_by_role("link", name="By category or store").click()
    page.fill("#store", "nowhere")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#figures")).to_contain_text("0 people bought of it.")

    page.fill("#store", "s9")
    page.check("#fifths")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#figures")).to_contain_text("5 people bought of it.")
    expect(page.locator("#persona-title")).to_be_visible()
    expect(page.locator(".cohorts")).to_be_visible()


def test_cuts_are_computed_shown_and_put_in_force(seen: Desk) -> None:
    page = seen.page
    seen.open("/console/scores/rules")
    expect(page.locator("main")).to_contain_text("The rules that Habitué comes with.")
    page.fill("#rules", '{"engagement": {"half_life": "soon"}}')
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_role("alert")).to_be_visible()

    page.get_by_role("button", name="Compute cuts").click()
    expect(page.get_by_role("status")).to_contain_text("not in force yet")
    page.get_by_role("button", name="Put in force").click()

    expect(page.locator("main")).to_contain_text("Rules of the shop, version 1.")


def test_an_analyst_reads_the_rules_and_changes_none(
    browser: Browser, sold: Shop
) -> None:
    analyst = Desk(browser, sold)
    analyst.join("ann", "analyst")

    analyst.open("/console/scores/rules")

    expect(analyst.page.locator("main pre")).to_contain_text("rfm")
    expect(analyst.page.locator("#rules")).to_have_count(0)
    analyst.close()
