"""The queue of duplicates: judged by keyboard, in batches, taken back; accessible."""

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.console.conftest import Desk
from tests.acceptance.console.looking import faults, onlooker
from tests.acceptance.likely import TWINS, couple, enter, find, ids, suggested
from tests.acceptance.shop import Shop

PATH = "/console/duplicates"


@pytest.fixture(scope="module")
def queue(shop: Shop) -> Shop:
    enter(shop)
    find(shop)
    return shop


@pytest.mark.feature("B4")
def test_a_steward_works_the_queue_by_keyboard_and_takes_it_back(
    queue: Shop, desk: Desk
) -> None:
    desk.join("stefan", "steward")
    page = desk.page
    desk.open(PATH)
    cards = page.locator("[data-couple]")
    expect(cards).to_have_count(len(TWINS))
    expect(cards.first).to_contain_text("Almost certainly one person")
    expect(cards.first).to_contain_text("the same, spelled otherwise")
    first = judged(desk)

    # The first couple is joined, the next kept apart, the last postponed.
    cards.first.focus()
    page.keyboard.press("j")
    expect(page.locator("#said")).to_contain_text("Joined.")
    assert len(set(ids(queue, first))) == 1

    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#said")).to_contain_text("Taken back.")
    assert len(set(ids(queue, first))) == 2

    page.keyboard.press("ArrowDown")
    expect(cards.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("n")
    expect(page.locator("#said")).to_contain_text("Kept apart.")
    expect(cards).to_have_count(len(TWINS) - 1)
    expect(cards.first).to_be_focused()
    assert couple(first) not in suggested(queue)

    page.keyboard.press("l")
    expect(page.locator("#said")).to_contain_text("Postponed.")
    expect(cards).to_have_count(len(TWINS) - 2)

    # Looked for anew by the button: neither comes back.
    page.get_by_role("button", name="Look anew").click()
    expect(cards).to_have_count(len(TWINS) - 2)
    told = queue.api("GET", "/api/v1/audit?limit=50")["entries"]
    assert {"stefan"} == {
        one["operator"] for one in told if one["object"].startswith("duplicate ")
    }


def test_the_queue_is_accessible_and_judged_in_batches(
    browser: Browser, queue: Shop, node_clients: str
) -> None:
    desk = onlooker(browser, queue).by_link()
    desk.open(PATH)
    assert faults(desk, node_clients) == []
    for tick in desk.page.locator("[data-couple] .tick").all():
        tick.check()
    desk.page.locator("#batch").get_by_role("button", name="Later").click()

    expect(desk.page.locator("#said")).to_contain_text("Postponed.")
    expect(desk.page.locator("[data-couple]")).to_have_count(0)
    desk.close()


def judged(desk: Desk) -> int:
    """Say whose couple is the first on the page."""
    told = desk.page.locator("[data-couple]").first.inner_text()
    return next(one for one in TWINS if f"c{TWINS[one]}" in told)
