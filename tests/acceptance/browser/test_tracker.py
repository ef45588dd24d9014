"""The browser's script on a shop's pages: what it tells, and when."""

import re
import time
from collections.abc import Callable

import pytest

from tests.acceptance.browser.site import (
    LOADED,
    Site,
    Visit,
    arrive,
    home,
    names,
    stored,
    told,
    until,
)
from tests.acceptance.shop import Shop

pytestmark = pytest.mark.feature("A5")
Element = Callable[..., str]
# How much a page's clock and ours may differ.
SLACK_MS = 100
HIDDEN_MS = 3_000
STAY = "document.addEventListener('click', event => event.preventDefault())"


def test_nothing_is_kept_or_asked_before_opt_in(
    visit: Visit, site: Site, element: Element, shop: Shop, source: str
) -> None:
    body = '<a href="https://other.example/" id="out" data-habitue-event="Hit">Out</a>'
    home(site, element(consent="required", cookie="localhost"), body)

    arrive(visit, "/?utm_source=news&gclid=G1&q=cake")
    visit.page.evaluate(STAY)
    visit.page.click("#out")
    visit.call("track", "Product Viewed", {"sku": "a"})
    visit.call("identify", "13862", {"email": "anna@example.com"})
    visit.call("reset")
    visit.page.evaluate("history.pushState({}, '', '/two')")
    visit.page.wait_for_timeout(2_500)
    visit.goto("/")
    visit.page.wait_for_function(LOADED)
    visit.page.wait_for_timeout(1_500)

    assert visit.posts == []
    assert visit.kept() == []
    assert shop.outcomes(source)["received"] == 0


def test_after_opt_in_entry_and_exit_arrive_with_the_dwell(
    visit: Visit, site: Site, element: Element
) -> None:
    home(site, element(consent="required"), "<a href='/two'>Two</a>")
    site.pages["/two"] = "<title>Two</title>"
    arrive(visit)
    visit.page.wait_for_timeout(1_000)

    began = time.monotonic()
    visit.call("consent", "granted")
    visit.find_device()
    visit.page.wait_for_timeout(1_500)
    visit.page.click("a")
    since_ms = (time.monotonic() - began) * 1_000

    granted, entry, left = told(visit, "Consent Granted", "page", "Page Left")
    assert names([granted, entry, left]) == ["Consent Granted", "page", "Page Left"]
    assert entry["properties"]["title"] == "Home"
    assert entry["properties"]["page_view"] == left["properties"]["page_view"]
    # From the yes on, not from the beginning, however slow the machine is.
    assert 1_400 < left["properties"]["dwell_ms"] < since_ms + SLACK_MS


def test_the_dwell_is_the_time_a_page_was_visible(
    visit: Visit, site: Site, element: Element
) -> None:
    home(site, element(consent="assumed"))
    began = time.monotonic()
    arrive(visit)
    turn = """seen => {
        const told = {value: seen, configurable: true};
        Object.defineProperty(document, 'visibilityState', told);
        document.dispatchEvent(new Event('visibilitychange'));
    }"""

    visit.page.wait_for_timeout(500)
    visit.page.evaluate(turn, "hidden")
    visit.page.wait_for_timeout(HIDDEN_MS)
    visit.page.evaluate(turn, "visible")
    visit.page.wait_for_timeout(500)
    visit.goto("/two")
    seen_ms = (time.monotonic() - began) * 1_000 - HIDDEN_MS

    def both() -> list[dict] | None:
        events = stored(visit.shop, visit.device)
        left = [one for one in events if one["name"] == "Page Left"]
        return left if len(left) == 2 else None

    left = until(both, visit.page)
    dwells = [one["properties"]["dwell_ms"] for one in left]
    assert 900 < sum(dwells) < seen_ms + SLACK_MS
    assert len({one["properties"]["page_view"] for one in left}) == 1


def test_what_brought_the_visitor_is_told_with_the_entry(
    visit: Visit, site: Site, element: Element
) -> None:
    home(site, element(consent="assumed"))
    query = (
        "utm_source=news&utm_medium=email&utm_campaign=spring"
        "&gclid=G1&fbclid=F1&msclkid=M1&ttclid=T1"
    )
    site.pages["/before"] = f"<a href='{site.address}/?{query}'>Go</a>"
    visit.goto("/before")
    visit.page.click("a")
    visit.page.wait_for_function(LOADED)
    visit.find_device()

    events = told(visit, "page")

    (entry,) = [one for one in visit.items if one["type"] == "page"]
    assert entry["context"]["campaign"] == {
        "source": "news",
        "medium": "email",
        "name": "spring",
    }
    assert entry["context"]["clickIds"] == {
        "gclid": "G1",
        "fbclid": "F1",
        "msclkid": "M1",
        "ttclid": "T1",
    }
    assert events[0]["properties"]["referrer"] == f"{site.address}/before"


def test_a_search_of_the_site_is_told_by_its_words(
    visit: Visit, site: Site, element: Element
) -> None:
    home(site, element(consent="assumed", search="szukaj"))
    arrive(visit, "/?szukaj=cake+stand&q=else")

    events = told(visit, "Products Searched")

    assert names(events) == ["page", "Products Searched"]
    assert events[1]["properties"]["query"] == "cake stand"


def test_clicks_that_lead_away_or_are_marked_are_told(
    visit: Visit, site: Site, element: Element
) -> None:
    links = (
        '<a id="out" href="https://other.example/x?token=s">Out</a>'
        '<a id="file" href="/terms.pdf">Terms</a>'
        '<a id="phone" href="tel:+48221234567">Call</a>'
        '<a id="in" href="/two">In</a>'
        '<div data-habitue-event="Banner Clicked" data-habitue-banner-id="7"'
        ' data-habitue-slot="top"><b id="banner">Sale</b></div>'
        '<a id="odd" href="http://[">Odd</a>'
    )
    home(site, element(consent="assumed"), links)
    arrive(visit)
    visit.page.evaluate(STAY)

    for name in ("out", "file", "phone", "in", "banner", "odd"):
        visit.page.click(f"#{name}")

    events = told(visit, "Banner Clicked")
    assert [(one["name"], one["properties"]) for one in events[1:]] == [
        ("Link Clicked", {"url": "https://other.example/x", "kind": "outbound"}),
        ("File Downloaded", {"url": f"{site.address}/terms.pdf"}),
        ("Link Clicked", {"url": "tel:+48221234567", "kind": "tel"}),
        ("Banner Clicked", {"banner_id": "7", "slot": "top"}),
    ]


def test_where_it_is_asked_for_all_clicks_are_told_and_no_words_of_a_visitor(
    visit: Visit, site: Site, element: Element
) -> None:
    parts = (
        '<a id="in" href="/two?token=s">In</a><a id="part" href="#part">Part</a>'
        '<button id="basket" name="add" aria-label="Add to basket"><b>Anna</b></button>'
        '<div data-habitue-event="Sized"><button id="size">40</button></div>'
        '<p id="text">Text</p><input id="send" type="submit" value="Anna">'
    )
    home(site, element(consent="assumed", clicks="all"), parts)
    arrive(visit)
    visit.page.evaluate(STAY)

    for name in ("in", "part", "basket b", "size", "text", "send"):
        visit.page.click(f"#{name}")

    def whole() -> list[dict] | None:
        events = stored(visit.shop, visit.device)
        return events if len(events) == 6 else None

    here = f"{site.address}/"
    assert [(one["name"], one["properties"]) for one in until(whole)[1:]] == [
        ("Link Clicked", {"url": f"{site.address}/two", "kind": "internal"}),
        ("Link Clicked", {"url": here, "kind": "internal"}),
        ("Button Clicked",
         {"url": here, "id": "basket", "name": "add", "label": "Add to basket"}),
        ("Sized", {}),
        ("Button Clicked", {"url": here, "id": "send"}),
    ]  # fmt: skip


def test_a_single_page_application_has_an_entry_and_an_exit_for_each_view(
    visit: Visit, site: Site, element: Element
) -> None:
    home(site, element(consent="assumed"))
    arrive(visit)
    visit.page.evaluate(
        "history.pushState({}, '', '/two'); setTimeout(() => document.title = 'Two')"
    )
    visit.page.wait_for_timeout(200)
    visit.page.evaluate("history.replaceState({}, '', '/two#part')")
    visit.page.evaluate("history.replaceState({}, '', '#/three')")
    visit.page.go_back()

    def whole() -> list[dict] | None:
        events = stored(visit.shop, visit.device)
        return events if names(events).count("page") == 4 else None

    events = until(whole, visit.page)
    entries = [one["properties"] for one in events if one["type"] == "page"]
    paths = [re.sub(r"^http://[^/]+", "", one["url"]) for one in entries]
    assert paths == ["/", "/two", "/two#/three", "/"]
    assert entries[1]["title"] == "Two"
    assert entries[1]["referrer"] == f"{site.address}/"
    assert names(events).count("Page Left") == 3


def test_signing_in_gives_the_device_to_the_person_and_reset_ends_it(
    visit: Visit, site: Site, element: Element, shop: Shop
) -> None:
    home(site, element(consent="assumed"))
    first = arrive(visit)

    visit.call_at_once(("identify", "13862", {"firstName": "Anna"}), ("reset",))
    second = visit.find_device()
    visit.call("track", "Product Viewed", {"sku": "a"})
    told(visit, "Product Viewed")

    assert first != second
    # What was told before may be on its way still: each goes in a request of its own.
    until(
        lambda: shop.id("user_id:13862") == shop.id(f"anonymous_id:{first}"), visit.page
    )
    assert shop.id("user_id:13862") != shop.id(f"anonymous_id:{second}")
    until(lambda: "Signed Out" in names(stored(shop, first)), visit.page)


def test_secrets_in_addresses_are_left_out(
    visit: Visit, site: Site, element: Element
) -> None:
    home(site, element(consent="assumed"))
    arrive(
        visit, "/?email=anna@example.com&reset_token=s3cret&page=2#access_token=s3cret"
    )

    events = told(visit, "page")

    assert events[0]["properties"]["url"] == f"{site.address}/?page=2"
    assert "s3cret" not in str(visit.items)
    assert "anna" not in str(visit.items)


def test_a_page_of_another_origin_tells_nothing_with_the_key(
    visit: Visit, site: Site, element: Element, shop: Shop, source: str
) -> None:
    home(site, element(consent="assumed"))
    site.address = site.address.replace("localhost", "127.0.0.1")
    arrive(visit)

    until(lambda: visit.posts, visit.page)
    visit.page.wait_for_timeout(500)

    assert shop.outcomes(source)["stored"] == 0


def test_the_line_that_a_new_source_prints_works_as_it_stands(
    visit: Visit, site: Site, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HABITUE_SERVER__PUBLIC_URL", f"http://127.0.0.1:{shop.port}")
    words = ("source", "add", "printed", "--kind", "public", "--origin", site.address)
    printed = shop.command(*words)

    (line,) = re.findall(r"^<script .*</script>$", printed, re.MULTILINE)
    home(site, line)
    arrive(visit)
    visit.call("consent", "granted")
    visit.find_device()

    assert names(told(visit, "page")) == ["Consent Granted", "page"]
    assert shop.outcomes("printed")["stored"] == 2
