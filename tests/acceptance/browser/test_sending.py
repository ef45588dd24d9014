"""How the browser's script is heard: off line, refused, told to wait."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Response

from tests.acceptance.browser.site import (
    Site,
    Visit,
    arrive,
    home,
    names,
    stored,
    told,
    until,
    visiting,
)
from tests.acceptance.shop import Shop

pytestmark = pytest.mark.feature("A5")
Element = Callable[..., str]


def test_what_happens_off_line_arrives_once_when_the_line_is_back(
    visit: Visit, site: Site, element: Element, shop: Shop, source: str
) -> None:
    home(site, element(consent="assumed"))
    arrive(visit)
    told(visit, "page")

    visit.context.set_offline(True)
    visit.call("track", "Product Viewed", {"sku": "a"})
    visit.page.wait_for_timeout(2_500)
    visit.context.set_offline(False)

    told(visit, "Product Viewed")
    visit.page.wait_for_timeout(1_000)
    assert names(stored(shop, visit.device)).count("Product Viewed") == 1
    assert shop.outcomes(source)["duplicate"] == 0


def test_what_a_page_could_not_send_the_next_one_sends(
    browser: Browser, site: Site, element: Element, shop: Shop
) -> None:
    home(site, element(consent="assumed"))
    with visiting(browser, site, shop) as visit:
        arrive(visit)
        told(visit, "page")
        shop.kill()
        visit.call("track", "Product Viewed", {"sku": "a"})
        visit.page.wait_for_timeout(1_800)
        until(lambda: any(one.failure for one in visit.posts), visit.page)
        # The server is down while the visitor goes on, and killed, not stopped.
        visit.goto("/")
        visit.page.wait_for_timeout(200)
        shop.start()

        arrive(visit)
        events = told(visit, "Product Viewed", "page", "page", "page")

        assert names(events).count("Product Viewed") == 1
        # The exit of the first page, too: it was known that nobody listened.
        assert names(events).count("page") == 3
        assert "Page Left" in names(events)


def test_who_is_told_to_wait_waits_as_long_as_it_was_told(
    visit: Visit, site: Site, element: Element, shop: Shop
) -> None:
    shop.source("slow", "public", eventsPerSMax=1)
    home(site, element(consent="assumed", key=shop.keys["slow"]))
    answers: list[Response] = []
    visit.context.on("response", lambda one: answers.extend([one]))
    arrive(visit)
    for number in range(4):
        visit.call("track", f"Seen {number}")
        visit.page.wait_for_timeout(1_100)

    told(visit, *(f"Seen {number}" for number in range(4)))
    posts = [one for one in answers if one.request.method == "POST"]
    waits = [
        (
            float(former.headers["retry-after"]) * 1_000,
            latter.request.timing["startTime"] - former.request.timing["startTime"],
        )
        for former, latter in pairwise(posts)
        if former.status == 429
    ]
    assert waits
    assert all(1_000 <= wanted <= waited + 50 for wanted, waited in waits)
    assert shop.outcomes("slow")["duplicate"] == 0


def test_the_queue_is_bounded_and_what_fell_out_is_told(
    visit: Visit, site: Site, element: Element, shop: Shop
) -> None:
    home(site, element(consent="assumed"))
    arrive(visit)
    told(visit, "page")
    visit.context.set_offline(True)

    visit.page.evaluate(
        "for (let n = 0; n < 450; n++)"
        " habitue('track', 'Seen', {n, text: 'ż'.repeat(200)})"
    )
    kept = visit.page.evaluate(
        "Object.keys(localStorage).filter(one => one.startsWith('habitue.queue.'))"
        ".flatMap(one => JSON.parse(localStorage[one])).length"
    )
    visit.context.set_offline(False)

    def all_kept() -> bool:
        return names(stored(shop, visit.device)).count("Seen") == 300

    until(all_kept, visit.page)
    assert kept == 300
    lost = [
        one.post_data for one in visit.posts if '"lost":150' in (one.post_data or "")
    ]
    assert lost


def test_an_event_too_large_for_the_door_is_said_on_the_console(
    visit: Visit, site: Site, element: Element
) -> None:
    home(site, element(consent="assumed"))
    arrive(visit)

    visit.page.evaluate("habitue('track', 'Huge', {text: 'x'.repeat(40000)})")
    visit.call("dance")
    told(visit, "page")

    assert names(stored(visit.shop, visit.device)) == ["page"]
    assert "'Huge' is over 30000 bytes" in visit.said[0]
    assert "there is no call 'dance'" in visit.said[1]


def test_what_cannot_be_told_breaks_nothing_on_the_page(
    visit: Visit, site: Site, element: Element
) -> None:
    site.pages["/"] = (
        "<script>localStorage.habitue = '7';"
        "localStorage['habitue.queue.x'] = '{\"type\": 1'</script>"
        + element(consent="assumed")
    )
    arrive(visit)

    visit.page.evaluate("const a = {}; a.a = a; habitue('track', 'Round', a)")
    visit.page.evaluate("habitue('track', 'Large', {n: 10n})")
    visit.call("track", "Product Viewed", {"sku": "a"})

    assert names(told(visit, "Product Viewed")) == ["page", "Product Viewed"]
    assert len(visit.said) == 2


def test_no_call_goes_to_anybody_but_the_shops_own_server(
    visit: Visit, site: Site, element: Element
) -> None:
    elsewhere: list[str] = []
    visit.context.on(
        "request",
        lambda one: (
            None
            if one.url.startswith(
                (site.address, f"http://127.0.0.1:{visit.shop.port}/")
            )
            else elsewhere.append(one.url)
        ),
    )
    home(site, element(consent="assumed"))
    arrive(visit)
    told(visit, "page")

    assert elsewhere == []
