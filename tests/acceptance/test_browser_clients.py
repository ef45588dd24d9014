"""Browser clients of other vendors on a shop's own origin: another host, no more."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from habitue.model.event import Event
from tests.acceptance.clients.site import site
from tests.acceptance.shop import Shop
from tests.acceptance.test_clients import logged, stored, turned_away

ROOT = Path(__file__).parent.parent.parent
AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/156.0.0.0 Safari/537.36"
)
decode = msgspec.json.Decoder(Event).decode
RUDDER = "node_modules/@rudderstack/analytics-js/dist/npm/modern/bundled/esm/index.mjs"
EVENTS, EVERY_MS = 40, 75
PER_S = 6
WAIT_S = 45
# What the page of a test asked for.
ASKED: list[str] = []
# Notes the id of each event as the client makes it, before it is sent.
NOTE = """
window.made = [];
analytics.addSourceMiddleware(({payload, next}) => {
  window.made.push(payload.obj.messageId);
  next(payload);
});
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = subprocess.run(
        [ROOT / "tools" / "chromium.sh", "shell"],
        capture_output=True,
        text=True,
        check=True,
    )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found.stdout.strip(),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(user_agent=AGENT)
    context.set_default_timeout(15_000)
    opened = context.new_page()
    opened.on("request", lambda request: ASKED.append(request.url))
    ASKED.clear()
    yield opened
    context.close()


def host(shop: Shop) -> str:
    return f"http://127.0.0.1:{shop.port}"


def wait_until(shop: Shop, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not is_so():
        assert time.monotonic() < deadline, shop.outcomes("site")
        time.sleep(0.1)


@pytest.mark.feature("A1")
def test_segments_snippet_with_another_host_brings_a_visit(
    shop: Shop, page: Page
) -> None:
    key = shop.source("site", "public")["key"]
    with site("shop.html", HOST=host(shop), KEY=key) as origin:
        page.goto(f"{origin}/tea?utm_source=mail&gclid=c1")
        page.wait_for_function("window.analytics.initialized")
        page.evaluate(
            "analytics.identify('97980', {email: 'anna@shop.com', firstName: 'Anna'})"
        )
        page.evaluate("analytics.track('Product Viewed', {product_id: '1'})")
        page.evaluate("analytics.group('g1', {name: 'Tea Ltd'})")
        # A part of the client that it loads only when it is wanted.
        page.evaluate("analytics.trackLink(document.links[0], 'More Tea Wanted')")
        page.wait_for_timeout(300)
        page.click("#more")
        wait_until(shop, lambda: shop.outcomes("site")["stored"] == 5)
        shop.settle()
        known = (host(shop), origin)
        assert [url for url in ASKED if not url.startswith(known)] == []
        assert any("auto-track.bundle" in url for url in ASKED)

    assert shop.outcomes("site")["quarantined"] == 0
    timeline = shop.timeline("user_id:97980")
    told = {event["type"] for event in timeline}
    assert told == {"page", "track", "identify", "group"}
    events = [decode(record.body) for record in logged(shop, "site")]
    visit = next(event for event in events if event.type == "page")
    assert visit.context["ip"] == "127.0.0.1"
    assert visit.context["userAgent"] == AGENT
    assert visit.context["campaign"] == {"source": "mail"}


@pytest.mark.feature("A1")
@pytest.mark.feature("A2")
def test_a_browser_made_to_wait_and_left_without_a_server_loses_and_doubles_nothing(
    shop: Shop, page: Page
) -> None:
    key = shop.source("site", "public", eventsPerSMax=PER_S)["key"]
    with site("shop.html", HOST=host(shop), KEY=key) as origin:
        page.goto(origin)
        page.wait_for_function("window.analytics.initialized")
        page.evaluate(NOTE)
        page.evaluate(
            """([events, every]) => {
              for (let number = 0; number < events; number++)
                setTimeout(
                  () => analytics.track("Product Viewed", {product_id: String(number)}),
                  number * every,
                );
            }""",
            [EVENTS, EVERY_MS],
        )
        page.wait_for_timeout(EVENTS * EVERY_MS / 2)
        waits = turned_away(shop)
        shop.kill()
        page.wait_for_timeout(500)
        shop.start()
        page.wait_for_function(f"window.made.length == {EVENTS}")
        wait_until(shop, lambda: shop.outcomes("site")["stored"] > EVENTS)
        waits += turned_away(shop)
        made = page.evaluate("window.made")

    assert waits > 0
    # The page view of the start is one more.
    named = stored(shop, "site")
    assert len(named) == EVENTS + 1
    assert set(made) < set(named)


@pytest.mark.feature("A1")
@pytest.mark.parametrize(
    "options",
    ["{configUrl: 'HOST'}", "{configUrl: 'HOST', useBeacon: true}"],
    ids=["requests", "beacons"],
)
def test_rudderstacks_browser_client_with_another_host_brings_a_visit(
    shop: Shop, page: Page, node_clients: str, options: str
) -> None:
    key = shop.source("site", "public")["key"]
    module = Path(node_clients, RUDDER)
    with site(
        "rudder.html", module=module, OPTIONS=options, HOST=host(shop), KEY=key
    ) as origin:
        page.goto(origin)
        page.wait_for_function("window.analytics")
        page.evaluate(
            """analytics.page();
            analytics.identify("97980", {firstName: "Anna", email: "anna@shop.com"});
            analytics.track("Product Viewed", {product_id: "1"});"""
        )
        page.wait_for_timeout(300)
        # Beacons go when a page is left.
        page.goto(f"{origin}/elsewhere")
        wait_until(shop, lambda: shop.outcomes("site")["stored"] == 3)
        shop.settle()
        known = (host(shop), origin)
        assert [url for url in ASKED if not url.startswith(known)] == []

    assert shop.outcomes("site")["quarantined"] == 0
    told = {event["type"] for event in shop.timeline("user_id:97980")}
    assert told == {"page", "identify", "track"}
    traits = shop.person("user_id:97980")["traits"]
    assert "Anna" in str(traits)
