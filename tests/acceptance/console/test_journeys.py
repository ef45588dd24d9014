"""Journeys in the console: a sentence and a table a question, without a script."""

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.console.conftest import Desk
from tests.acceptance.shop import Shop
from tests.acceptance.test_insights import DAYS, ask, sell

SCREENS = {
    "": "e-mail → paid search",
    "/ropo": "10 purchases in stores were researched online before",
    "/channels": "What control groups say",
    "/influence": "5.77",
    "/experiments": "What “mail” showed",
    "/intent": "The most frequent intention is",
    "/handovers": "Still open",
}
# Which have a chart, and something that it says in it.
CHARTS = {
    "": "Paid search",
    "/ropo": "Mar 2026",
    "/intent": "Search",
    "/handovers": "Mar 2026",
}


@pytest.fixture(scope="module")
def sold(shop: Shop) -> Shop:
    sell(shop)
    ask(shop, "journeys")
    return shop


@pytest.mark.parametrize("screen", list(SCREENS))
def test_each_question_has_its_sentence_and_its_table(
    browser: Browser, sold: Shop, screen: str
) -> None:
    seen = Desk(browser, sold).by_link()
    # A report is made in a process of its own, which takes a while to start.
    seen.context.set_default_timeout(60_000)
    days = f"?from={DAYS['from']}&to={DAYS['to']}"

    seen.read(f"/console/journeys{screen}{days}")

    expect(seen.page.locator("main")).to_contain_text(SCREENS[screen])
    expect(seen.page.locator("main table").first).to_be_visible()
    assert seen.faults == []
    seen.close()


@pytest.mark.feature("I2")
def test_charts_are_drawn_under_the_pages_policy_in_light_and_dark(
    browser: Browser, sold: Shop
) -> None:
    seen = Desk(browser, sold).by_link()
    seen.context.set_default_timeout(60_000)
    days = f"?from={DAYS['from']}&to={DAYS['to']}"

    for screen, says in CHARTS.items():
        seen.read(f"/console/journeys{screen}{days}")
        charts = seen.page.locator(".chart")
        # Each of a page is drawn, with what it is called by.
        for at in range(charts.count()):
            expect(charts.nth(at).locator("svg text").first).to_be_attached()
        chart = charts.first
        expect(chart.locator("svg")).to_contain_text(says)
        # It is named by the sentence beside it.
        name = chart.get_attribute("aria-labelledby")
        expect(seen.page.locator(f"#{name}")).to_be_visible()
        before = chart.inner_html()
        seen.page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
        seen.page.wait_for_function(
            "told => document.querySelector('.chart').innerHTML !== told", arg=before
        )

    assert seen.faults == []
    seen.close()


@pytest.mark.feature("I1")
def test_the_screen_warns_that_what_is_observed_is_no_effect(
    browser: Browser, sold: Shop
) -> None:
    seen = Desk(browser, sold).by_link()
    seen.context.set_default_timeout(60_000)

    seen.read(f"/console/journeys/influence?from={DAYS['from']}&to={DAYS['to']}")

    # 5.77 follow a unit, though nothing was planted; the cause is not known: there is
    # an experiment with a control group, of too few people.
    expect(seen.page.locator("main .warning")).to_contain_text("not effect")
    told = "too few are in the arms of the experiment “mail”"
    expect(seen.page.locator("main")).to_contain_text(told)
    seen.close()


@pytest.mark.feature("I2")
@pytest.mark.feature("F6")
def test_what_is_asked_beside_the_days_stands_in_the_form_and_in_the_answer(
    browser: Browser, sold: Shop
) -> None:
    seen = Desk(browser, sold).by_link()
    seen.context.set_default_timeout(60_000)
    page = seen.page
    days = f"from={DAYS['from']}&to={DAYS['to']}"

    seen.read(f"/console/journeys?{days}")
    # All ten ordered, and bought in the store four days later; ten people are new.
    expect(page.locator("#after-title ~ .scroll tbody tr").first).to_contain_text("10")
    expect(page.locator("main")).to_contain_text("10 people bought for the first time")
    page.fill("#window_days", "1")
    page.fill("#after_days", "3")
    page.click("main form.days .btn-primary")
    # The letter came two days before the order, the store's four after it.
    expect(page.locator("main")).to_contain_text("Most of them came by paid search")
    after = page.locator("#after-title ~ .scroll tbody tr").first
    expect(after.locator("td").nth(5)).to_have_text("10")
    expect(page.locator("#window_days")).to_have_value("1")
    seen.read(f"/console/journeys/ropo?{days}")
    page.select_option("#by", "brand")
    page.click("main form.days .btn-primary")
    told = "0 purchases in stores were researched online before, 10 were not"
    expect(page.locator("main")).to_contain_text(told)
    seen.read(f"/console/journeys/channels?{days}")
    page.fill("#order", "3")
    page.select_option("#place", "store")
    page.click("main form.days .btn-primary")
    expect(page.locator("main")).to_contain_text("€72.70")
    expect(page.locator("#order")).to_have_value("3")
    assert seen.faults == []
    seen.close()


@pytest.mark.feature("I1")
def test_arms_that_are_not_as_planned_take_the_cause_back(
    browser: Browser, sold: Shop
) -> None:
    seen = Desk(browser, sold).by_link()
    seen.context.set_default_timeout(60_000)
    days = f"from={DAYS['from']}&to={DAYS['to']}"

    seen.read(f"/console/journeys/influence?{days}&experiment=mail")
    seen.page.fill("#shares", "control:1,led:99")
    seen.page.click("main form.days .btn-primary")

    told = "not as large as they should be"
    expect(seen.page.locator("main table").first).to_contain_text(told)
    seen.close()


@pytest.mark.feature("I4")
def test_an_experiment_is_read_and_planned_on_a_page(
    browser: Browser, sold: Shop
) -> None:
    seen = Desk(browser, sold).by_link()
    seen.context.set_default_timeout(60_000)
    page = seen.page
    days = f"?from={DAYS['from']}&to={DAYS['to']}"

    seen.read(f"/console/journeys/experiments{days}")
    expect(page.locator("#arms-title + form + p")).to_contain_text("as large as")
    page.fill("#outcome", "Order Completed")
    page.click("main form:has(#outcome) .btn-primary")
    head = page.locator("#arms-title ~ .scroll thead")
    expect(head).to_contain_text("Order Completed")
    expect(page.locator("#against-1 ~ .scroll tbody tr")).to_have_count(6)
    page.fill("#rate", "10")
    page.fill("#lift", "2")
    page.click("main form:has(#rate) .btn-primary")
    expect(page.locator("main")).to_contain_text("3,839 people in each arm")
    # For money, with three arms: each may err by half as much.
    page.fill("#arms", "3")
    page.fill("#deviation", "50")
    page.fill("#more", "2")
    page.click("main form:has(#rate) .btn-primary")
    expect(page.locator("main")).to_contain_text("11,882 people in each arm")
    # By what people did in these days who came, of whom there are too few.
    page.select_option("#baseline", "money")
    page.click("main form:has(#rate) .btn-primary")
    expect(page.get_by_role("alert").last).to_contain_text("people came in these days")
    assert seen.faults == []
    seen.close()


def test_without_a_script_the_tables_say_it_and_no_chart_is_shown(
    browser: Browser, sold: Shop
) -> None:
    seen = Desk(browser, sold, java_script_enabled=False).by_link()
    seen.context.set_default_timeout(60_000)

    seen.read(f"/console/journeys/intent?from={DAYS['from']}&to={DAYS['to']}")

    expect(seen.page.locator("main table").first).to_be_visible()
    expect(seen.page.locator(".chart").first).to_be_hidden()
    seen.close()


@pytest.mark.feature("C10")
def test_who_got_lost_becomes_a_segment_by_a_button(
    browser: Browser, sold: Shop
) -> None:
    seen = Desk(browser, sold).by_link()
    seen.context.set_default_timeout(60_000)
    days = f"from={DAYS['from']}&to={DAYS['to']}"
    # They came to the store on the fourth day.
    seen.read(f"/console/journeys/handovers?{days}&days=3&missing_in=chat")
    expect(seen.page.locator("main")).to_contain_text("10 people showed it, and")

    seen.page.click("text=Make it a segment")

    expect(seen.page.locator("h1")).to_have_text("Lost: online, then not in a chat")
    found = sold.api("GET", "/api/v1/segments/lost-online-chat/members")
    assert len(found["members"]) == 10
    assert seen.faults == []
    seen.close()
