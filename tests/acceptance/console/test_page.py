"""The page over a real server, in a real browser: from the start link to a card."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.console.conftest import printed_link
from tests.acceptance.shop import Shop, identify, track


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    running = Shop(tmp_path_factory.mktemp("page") / "data").start()
    running.source("web", "public")
    running.source("till")
    yield running
    assert running.stop() == 0


class Visit:
    """A browser that came in by the start link which the server printed."""

    def __init__(self, page: Page, link: str) -> None:
        self.page = page
        self.link = link
        self.faults: list[str] = []
        page.on("console", self._told)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.goto(link)
        self.address = link.split("/console", maxsplit=1)[0]
        page.goto(self.address + "/console/live")
        page.wait_for_selector('#pulse[data-state="live"]')

    def _told(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(message.text)


@pytest.fixture(scope="module")
def visit(browser: Browser, shop: Shop) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    context.set_default_timeout(15_000)
    yield Visit(context.new_page(), printed_link(shop))
    context.close()


def annas_day(shop: Shop) -> None:
    """Let Anna look around unknown, sign in, and buy in the store by her card."""
    device = {"anonymousId": "annas-phone"}
    shop.send("web", track("Product Viewed", {"name": "Cake stand"}, **device))
    shop.send("web", identify(userId="13862", **device))
    shop.send(
        "till",
        identify(
            {"name": "Anna Kowalska", "email": "anna@example.com"},
            userId="13862",
            identifiers={"loyalty_card": "4711"},
        ),
        track(
            "Receipt Issued",
            {
                "receipt_id": "r1",
                "store_id": "market-square",
                "total": "30.00",
                "currency": "GBP",
                "products": [
                    {"sku": "a", "name": "Cake stand", "quantity": 1, "price": "30.00"}
                ],
            },
            identifiers={"loyalty_card": "4711"},
        ),
    )


@pytest.mark.feature("K4")
def test_an_empty_page_says_how_to_send_the_first_event(visit: Visit) -> None:
    expect(visit.page.locator("#empty")).to_contain_text("Connect a source")
    received = visit.page.locator(".sum-received dd")
    expect(received).to_have_text("0")


@pytest.mark.feature("B8")
def test_an_event_appears_in_the_live_stream_without_a_reload(
    visit: Visit, shop: Shop
) -> None:
    visit.page.evaluate("window.same = true")

    annas_day(shop)

    row = visit.page.locator("#events li", has_text="Receipt Issued")
    row.wait_for(timeout=2_000)
    expect(row).to_contain_text("£30.00")
    expect(row.locator("a.person")).to_have_text("Anna Kowalska")
    # By what they are known stands as it does in lines that were there.
    expect(row.locator(".known-by")).to_have_text("Loyalty card 4711")
    assert visit.page.evaluate("window.same")


@pytest.mark.feature("B8")
@pytest.mark.feature("B3")
def test_a_search_by_email_leads_to_annas_card_and_why_she_is_one_person(
    visit: Visit,
) -> None:
    page = visit.page
    page.goto(visit.address + "/console/people")
    page.fill("#q", "Anna@Example.com")
    page.press("#q", "Enter")

    expect(page.locator("h1")).to_have_text("Anna Kowalska")
    known = {item.text_content() for item in page.locator(".known code").all()}
    assert known == {"anna@example.com", "4711", "13862", "annas-phone"}
    page.get_by_text("Why these are one person").click()
    why = page.locator(".why").first.inner_text()
    for identifier in ("Loyalty card 4711", "Account 13862", "E-mail anna@example.com"):
        assert identifier in why
    assert "till" in why
    edges = page.locator(".why li").count()
    assert page.locator(".graph .edge line").count() == edges > 1
    drawn = page.locator(".graph .dot text").all_text_contents()
    assert set(drawn) == known
    expect(page.locator("table")).to_contain_text("£30.00")
    names = page.locator(".events .name").all_text_contents()
    assert names[0] == "Receipt Issued"
    assert names[-1] == "Product Viewed"


@pytest.mark.feature("B8")
def test_an_open_card_follows_what_its_person_does(visit: Visit, shop: Shop) -> None:
    """Within two seconds, while a note is written and however much others do."""
    page = visit.page
    page.goto(f"{visit.address}/console/people/{shop.id('email:anna@example.com')}")
    page.get_by_text("Add a note").click()
    page.locator("#note").press_sequentially("Asks for a call")
    page.evaluate("window.same = true")
    others = [track("Page Read", anonymousId=f"o{n}") for n in range(600)]

    shop.send("web", track("Cart Viewed", anonymousId="annas-phone"), *others)

    page.get_by_text("Cart Viewed").first.wait_for(timeout=2_000)
    assert page.input_value("#note") == "Asks for a call"
    assert page.evaluate("window.same")


@pytest.mark.feature("K4")
def test_a_start_link_works_once(visit: Visit, browser: Browser) -> None:
    other = browser.new_context()
    answer = other.new_page().goto(visit.link)
    other.close()

    assert answer is not None
    assert answer.status == 401


@pytest.mark.feature("K4")
def test_without_a_session_nothing_is_shown(visit: Visit, browser: Browser) -> None:
    other = browser.new_context()
    page = other.new_page()

    for path in ("/console", "/console/people?q=anna@example.com", "/console/people/1"):
        answer = page.goto(visit.address + path)
        assert answer is not None
        assert answer.status == 401
        assert "Anna" not in page.content()
    other.close()


@pytest.mark.feature("B9")
def test_who_is_beset_by_claims_has_a_warning_on_the_card(
    visit: Visit, shop: Shop
) -> None:
    beset = {"email": "beset@example.com"}
    shop.source("crm")
    shop.send("crm", identify(beset, userId="beset"))
    shop.send("web", *(identify(beset, userId=f"x{n}") for n in range(150)))
    page = visit.page

    page.goto(visit.address + "/console/people")
    page.fill("#q", "beset@example.com")
    page.press("#q", "Enter")

    expect(page.locator("p.warning")).to_contain_text("150 times")


@pytest.mark.feature("B8")
def test_a_source_that_fell_silent_is_named_on_the_card_and_on_todays_screen(
    visit: Visit, shop: Shop
) -> None:
    page = visit.page
    shop.source("scales")
    shop.send("scales", identify({"email": "anna@example.com"}, userId="13862"))
    shop.api("PATCH", "/api/v1/sources/scales", {"silentAfterS": 1})
    # Since then more than a second, with nothing from it.
    page.wait_for_timeout(1_500)

    page.goto(f"{visit.address}/console/people/{shop.id('email:anna@example.com')}")
    fresh = page.locator(".fresh li", has_text="scales")
    expect(fresh).to_contain_text("has sent nothing")
    expect(page.locator(".fresh li", has_text="till")).not_to_contain_text("nothing")
    page.goto(visit.address + "/console")
    alerts = page.locator("section", has=page.locator("#alerts-title"))
    expect(alerts.locator("li", has_text="scales")).to_have_count(1)

    page.goto(visit.address + "/console/sources/scales")
    page.select_option("#after", "0")
    page.locator("form", has=page.locator("#after")).get_by_role("button").click()
    page.goto(visit.address + "/console")
    expect(page.locator("h1")).to_be_visible()
    expect(alerts.locator("li", has_text="scales")).to_have_count(0)


@pytest.mark.feature("B8")
def test_the_page_broke_no_policy_and_threw_no_error(visit: Visit) -> None:
    assert visit.faults == []
