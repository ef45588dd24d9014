"""The queue of duplicates in batches, by keyboard alone: ticked, and judged at once."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from habitue.console.language import LANGUAGES, language
from tests.acceptance.console.conftest import Desk
from tests.acceptance.console.looking import choose
from tests.acceptance.likely import enter, find, suggested
from tests.acceptance.shop import Shop

PATH = "/console/duplicates"
# Two for each verdict, and one of which nothing is said.
TWINS = {number: number + 100 for number in range(4, 18, 2)}
VERDICTS = {"Shift+J": "Joined.", "Shift+N": "Kept apart.", "Shift+L": "Postponed."}
TABS_MAX = 60
HAS_FOCUS = "document.activeElement.matches('[data-couple]')"

Couple = tuple[str, str]


@pytest.fixture(scope="module")
def queue(shop: Shop) -> Shop:
    enter(shop, TWINS)
    find(shop)
    return shop


def test_the_keys_of_a_batch_are_said_in_the_readers_language(
    browser: Browser, queue: Shop
) -> None:
    desk = Desk(browser, queue).by_link()
    for code in LANGUAGES:
        say = language(code).say
        desk.open(PATH)
        choose(desk.page, code)
        desk.open(PATH)
        told = " ".join(desk.page.locator(".keys").last.inner_text().split())
        keys = {"J": "Join", "N": "Not the same", "L": "Later"}
        said = [f"Shift {key} {say(word)}" for key, word in keys.items()]
        assert told == f"{say('All that are ticked:')} {' · '.join(said)}"
    assert desk.faults == []
    desk.close()


def test_keys_are_where_they_lie_on_a_keyboard_of_other_letters(
    browser: Browser, queue: Shop
) -> None:
    desk = Desk(browser, queue).by_link()
    desk.open(PATH)
    couple = desk.page.locator("[data-couple]").first
    told = {"key": "ч", "code": "KeyX", "bubbles": True}

    couple.dispatch_event("keydown", told)
    expect(couple.locator(".tick")).to_be_checked()
    couple.dispatch_event("keydown", told)
    expect(couple.locator(".tick")).not_to_be_checked()
    desk.close()


@pytest.mark.feature("B4")
def test_all_that_are_ticked_are_judged_by_one_key(queue: Shop, desk: Desk) -> None:
    desk.join("stefan", "steward")
    page = desk.page
    desk.open(PATH)
    cards = page.locator("[data-couple]")
    expect(cards).to_have_count(len(TWINS))
    go_to_the_first(page)
    judged = {}

    for key, said in VERDICTS.items():
        expect(cards.first).to_be_focused()
        judged[key] = [couple_of(card) for card in (cards.nth(0), cards.nth(1))]
        left = cards.count() - 2
        for pressed in ("x", "ArrowDown", "x", key):
            page.keyboard.press(pressed)
        expect(page.locator("#said")).to_contain_text(said)
        expect(cards).to_have_count(left)

    assert [is_one(queue, one) for one in judged["Shift+J"]] == [True, True]
    apart = judged["Shift+N"] + judged["Shift+L"]
    assert [is_one(queue, one) for one in apart] == [False] * 4
    # Looked for anew: of nobody but those of whom nothing was said.
    find(queue)
    assert suggested(queue) == {couple_of(cards.first)}


def test_a_key_for_all_that_are_ticked_says_so_where_none_is(
    browser: Browser, queue: Shop
) -> None:
    desk = Desk(browser, queue).by_link()
    before = suggested(queue)
    desk.open(PATH)
    go_to_the_first(desk.page)

    desk.page.keyboard.press("Shift+J")

    expect(desk.page.locator("main")).to_contain_text("Tick whom you mean")
    assert suggested(queue) == before
    desk.close()


def go_to_the_first(page: Page) -> None:
    """Go by Tab from the top of the page to the first couple."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        if page.evaluate(HAS_FOCUS):
            return
    raise AssertionError(f"No couple has the focus after {TABS_MAX} steps.")


def couple_of(card: Locator) -> Couple:
    """Give the numbers of the customers whom a card shows, as suggested() does."""
    left, right = sorted(set(re.findall(r"\bc\d+\b", card.inner_text())))
    return left, right


def is_one(shop: Shop, couple: Couple) -> bool:
    """Say whether two customers are one person by now."""
    left, right = (shop.id(f"customer_id:{number}") for number in couple)
    return left == right
