"""The policy alone: where nothing is escaped, still nothing of what came in runs."""

import pytest
from playwright.sync_api import Browser, Error, Page

import habitue.console.render as rendering
from habitue.console.text import visible
from tests.console.fake import FixedReading
from tests.console.served import served, start
from tests.console.test_browser import Watch, hostile_events, hostile_people

pytestmark = pytest.mark.proof("T22")

TRIES = 5


@pytest.fixture
def unescaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have pages hold what came in as it is."""
    bare = rendering._templates.overlay(autoescape=False)
    bare.filters = {**bare.filters, "whole": visible}
    monkeypatch.setattr(rendering, "_templates", bare)


def go(page: Page, address: str) -> None:
    """Open a page, though the one before may still lead elsewhere by itself."""
    for _ in range(TRIES):
        try:
            # What leads elsewhere at once ends a page before it has loaded.
            page.goto(address, wait_until="commit")
        except Error as error:
            if "interrupted by another navigation" not in error.message:
                raise
        else:
            return
    raise AssertionError(f"{address} could not be opened")


def seen(browser: Browser) -> list[str]:
    """Give what a browser tells of each hostile card, and of the live screen."""
    people = hostile_people()
    context = browser.new_context()
    page = context.new_page()
    watch = Watch(page)
    with served(FixedReading(hostile_events(1), people)) as (address, sessions):
        page.goto(address + start(sessions))
        for path in (*(f"people/{number}" for number in range(len(people))), "live"):
            go(page, f"{address}/console/{path}")
            page.wait_for_timeout(150)
            page.wait_for_load_state("domcontentloaded")
        context.close()
    return watch.seen


@pytest.mark.usefixtures("unescaped")
def test_with_nothing_escaped_the_policy_lets_nothing_run(browser: Browser) -> None:
    told = seen(browser)

    assert [one for one in told if "OWNED" in one] == []
    # It had to hold much back: scripts, handlers of elements, frames, addresses.
    held = {one.split()[1] for one in told if one.startswith("CSP ")}
    assert held >= {"script-src-elem", "script-src-attr", "style-src-elem"}
