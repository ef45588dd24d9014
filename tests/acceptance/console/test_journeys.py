"""Journeys in the console: a sentence and a table a question, without a script."""

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.console.conftest import Desk
from tests.acceptance.shop import Shop
from tests.acceptance.test_insights import DAYS, ask, sell

SCREENS = {
    "": "email → paid_search",
    "/ropo": "10 purchases in stores were researched online before",
    "/channels": "Credit is not cause",
    "/influence": "5.77",
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

    seen.open(f"/console/journeys{screen}{days}")

    expect(seen.page.locator("main")).to_contain_text(SCREENS[screen])
    expect(seen.page.locator("main table").first).to_be_visible()
    assert seen.faults == []
    seen.close()
