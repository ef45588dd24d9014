"""Lines to paste: copied with one click, and each does what it is there for."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.console.conftest import Desk
from tests.acceptance.shop import Shop

# What runs lines of a client; the others need a program of theirs.
RUNS = {
    "curl": ["bash", "-ec"],
    "Google Analytics 4": ["bash", "-ec"],
    "CloudEvents": ["bash", "-ec"],
    "Segment, Python": [sys.executable, "-c"],
    "RudderStack, Python": [sys.executable, "-c"],
    "PostHog, Python": [sys.executable, "-c"],
    "Snowplow, Python": [sys.executable, "-c"],
}


def new_source(desk: Desk, name: str, sort: str) -> list[str]:
    """Set a source up on the page; give the clients that there are lines for."""
    desk.open("/console/sources/new")
    desk.page.fill("#source-name", name)
    desk.page.check(f"#sort-{sort}")
    desk.page.get_by_role("button", name="Make its key").click()
    buttons = desk.page.get_by_role("button", name=re.compile("Copy the lines for"))
    labels = [one.get_attribute("aria-label") or "" for one in buttons.all()]
    return [label.removeprefix("Copy the lines for ") for label in labels]


@pytest.mark.feature("A4")
@pytest.mark.feature("K4")
def test_lines_that_are_copied_with_a_click_send_an_event(
    browser: Browser, shop: Shop
) -> None:
    granted = ["clipboard-read", "clipboard-write"]
    desk = Desk(browser, shop, permissions=granted).by_link()
    page = desk.page
    clients = new_source(desk, "pasted", "server")
    assert [one for one in clients if one not in RUNS] == ["Segment, Node.js"]

    for client, runner in RUNS.items():
        button = page.get_by_role("button", name=f"Copy the lines for {client}")
        button.click()
        expect(button).to_have_text("copied")
        lines = page.evaluate("navigator.clipboard.readText()")
        before = stored(shop)
        subprocess.run(
            [*runner, lines], check=True, capture_output=True, text=True, timeout=60
        )
        assert stored(shop) == before + 1, client

    page.locator("#first", has_text="Here it is").wait_for()
    assert desk.faults == []
    desk.close()


def stored(shop: Shop) -> int:
    listed = shop.api("GET", "/api/v1/sources")["sources"]
    (one,) = (one for one in listed if one["name"] == "pasted")
    found: int = one["outcomes"]["stored"]
    return found


@pytest.mark.feature("A4")
def test_an_app_has_lines_of_its_own(browser: Browser, shop: Shop) -> None:
    desk = Desk(browser, shop).by_link()

    site = new_source(desk, "shop-site", "site")
    app = new_source(desk, "shop-app", "app")

    assert {"Google Tag Manager", "RudderStack", "Snowplow"} < {*site}
    assert app == ["Segment, React Native", "PostHog, React Native", "HTTP"]
    desk.close()
