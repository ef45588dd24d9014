"""Key figures in the console: from a number to its people, to a segment of them."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.console.conftest import Desk
from tests.acceptance.shop import Shop
from tests.acceptance.test_insights import DAYS, ask, receipt, sell


@pytest.fixture(scope="module")
def sold(shop: Shop) -> Shop:
    sell(shop)
    ask(shop, "journeys")
    return shop


@pytest.mark.feature("I6")
def test_a_number_leads_to_its_people_and_to_a_segment_of_them(
    browser: Browser, sold: Shop
) -> None:
    seen = Desk(browser, sold).by_link()
    # A report is made beside others, which takes a while on a busy machine.
    seen.context.set_default_timeout(60_000)
    page = seen.page

    seen.read(f"/console/kpis?from={DAYS['from']}&to={DAYS['to']}")
    expect(page.locator("h1")).to_have_text("Key figures")
    expect(page.locator("main")).to_contain_text("of which 5 by whom nobody knows")
    expect(page.locator("main")).to_contain_text("there are no people to show")
    expect(page.locator(".cohorts tbody tr")).to_have_count(1)
    page.locator(".tiles a").first.click()

    expect(page.locator("h1")).to_have_text("10 people: they bought")
    expect(page.locator("main")).to_contain_text("Its dates and bounds stand still")
    expect(page.locator("#people-title + ul li")).to_have_count(10)
    page.fill("#name", "Bought in spring")
    page.fill("#id", "bought-in-spring")
    page.click("main .btn-primary")
    page.wait_for_url(re.compile("/console/segments/bought-in-spring"))
    expect(page.locator("h1")).to_have_text("Bought in spring")
    expect(page.locator("#members-title + ul li")).to_have_count(10)

    # Whom a channel reached is said by no condition.
    seen.read(f"/console/kpis?from={DAYS['from']}&to={DAYS['to']}")
    page.locator("#costs-title ~ .scroll tr", has_text="E-mail").locator(
        "a"
    ).first.click()
    expect(page.locator("main")).to_contain_text("No condition says who they are")
    page.fill("#name", "Reached")
    page.fill("#id", "reached-by-mail")
    page.click("main .btn-primary")
    page.wait_for_url(re.compile("/console/segments/reached-by-mail"))
    expect(page.locator("#members-title + ul li")).to_have_count(10)
    assert seen.faults == []
    seen.close()


@pytest.mark.feature("I6")
def test_the_calendar_and_the_grid_of_cohorts_are_drawn_beside_their_tables(
    browser: Browser, sold: Shop
) -> None:
    late = [receipt(35, 900 + at, 4.0, userId=f"u{at}") for at in (1, 77)]
    sold.send("tills", *late)
    seen = Desk(browser, sold).by_link()
    seen.context.set_default_timeout(60_000)
    page = seen.page

    seen.read(f"/console/kpis?from={DAYS['from']}&to={DAYS['to']}")

    expect(page.locator("#days-title ~ .chart svg")).to_contain_text("Mar 2026")
    expect(page.locator("#days-told")).to_contain_text("Most was bought on 4 Mar 2026")
    page.click("#days-title ~ details summary")
    expect(page.locator("#days-title ~ details tbody tr")).to_have_count(4)
    expect(page.locator("#cohorts-title ~ .chart svg")).to_contain_text("Apr 2026")
    assert seen.faults == []
    seen.close()


@pytest.mark.feature("I6")
def test_steps_are_told_apart_on_the_page_by_what_the_first_one_tells(
    browser: Browser, sold: Shop
) -> None:
    seen = Desk(browser, sold).by_link()
    seen.context.set_default_timeout(60_000)
    page = seen.page
    seen.read(f"/console/kpis?from={DAYS['from']}&to={DAYS['to']}")

    page.fill("#steps", "Experiment Viewed,Order Completed")
    page.fill("#by", "variation")
    page.click("main form:has(#steps) .btn-primary")

    table = page.locator("#steps-title ~ .scroll table")
    expect(table.locator("tbody tr")).to_have_count(3)
    expect(table).to_contain_text("led")
    # Drawn beside the table: each step with those who came as far.
    drawn = page.locator("#steps-title ~ .chart svg")
    for step in page.locator("#steps-title ~ .scroll thead th").all()[1:]:
        expect(drawn).to_contain_text(f"{step.text_content()} · 10")
    table.locator("tbody tr", has_text="led").locator("a").last.click()
    expect(page.locator("h1")).to_have_text("5 people: they came as far as a step")
    assert seen.faults == []
    seen.close()


@pytest.mark.feature("I6")
@pytest.mark.feature("I5")
def test_the_digest_is_made_and_a_test_that_cannot_be_is_told_so(
    browser: Browser, sold: Shop
) -> None:
    seen = Desk(browser, sold).by_link()
    seen.context.set_default_timeout(60_000)
    page = seen.page

    seen.open("/console/digests")
    page.click("main .btn-primary")
    expect(page.locator("tbody tr")).to_have_count(1)
    with page.expect_download() as taken:
        page.click("tbody a >> nth=1")
    assert "The week in figures" in taken.value.path().read_text()

    seen.read(f"/console/geo?from={DAYS['from']}&to={DAYS['to']}&count=1&lift=5")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#lift")).to_have_value("5")

    # Written down under a name it stays as it is, and ends by a button.
    seen.open("/console/geo/tests")
    told = {"name": "boards", "regions": "north; coast", "note": "on the ring road"}
    told |= {"since": DAYS["from"], "start": "2026-05-01", "until": "2026-05-31"}
    for name, text in told.items():
        page.fill(f"#{name}", text)
    page.click("main .btn-primary")
    row = page.locator("tbody tr", has_text="boards")
    expect(row).to_contain_text("coast, north")
    page.fill("#name", "boards")
    for name, text in {**told, "regions": "north"}.items():
        page.fill(f"#{name}", text)
    page.click("main .btn-primary")
    expect(page.get_by_role("alert")).to_contain_text("does not change")
    row.locator("a").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was sold in")
    assert seen.faults == []
    seen.close()
