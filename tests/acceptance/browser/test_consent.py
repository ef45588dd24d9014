"""Consent by a banner of the shop's own: what is kept, sent and told follows."""

from collections.abc import Callable

import pytest

from tests.acceptance.browser.following import come, heard, ledger, ledger_says, quiet
from tests.acceptance.browser.site import LOADED, Site, Visit, names, stored, until
from tests.acceptance.shop import Shop

pytestmark = pytest.mark.feature("A18")
Element = Callable[..., str]


def test_who_refuses_leaves_no_trace(
    visit: Visit, site: Site, element: Element, shop: Shop, source: str
) -> None:
    site.pages["/"] = element(consent="required")
    come(visit)

    visit.call("consent", "denied")

    assert quiet(visit)
    come(visit)
    assert quiet(visit)
    assert shop.outcomes(source)["received"] == 0


def test_a_yes_is_kept_for_the_next_page_and_waits_in_the_ledger_for_confirmation(
    visit: Visit, site: Site, element: Element
) -> None:
    site.pages["/"] = element(consent="required", consent_text="2026-03")
    come(visit)

    visit.call("consent", {"analytics": True, "marketing": False})
    device = visit.find_device()
    (granted, *_) = heard(visit, "Consent Granted")
    come(visit)

    assert granted["properties"]["purpose"] == "analytics"
    assert granted["properties"]["text_version"] == "2026-03"
    assert visit.find_device() == device
    assert ledger_says(visit, analytics="pending", marketing="withdrawn")
    # The same answer is told once.
    visit.call("consent", {"analytics": True, "marketing": False})
    until(lambda: names(stored(visit.shop, device)).count("page") == 2, visit.page)
    assert names(stored(visit.shop, device)).count("Consent Granted") == 1


def test_a_no_stops_all_at_once_clears_what_was_kept_and_is_told_once(
    visit: Visit, site: Site, element: Element
) -> None:
    site.pages["/"] = element(consent="required", cookie="localhost")
    come(visit)
    visit.call("consent", {"analytics": True, "marketing": True})
    visit.find_device()
    assert ledger_says(visit, analytics="pending", marketing="pending")

    visit.call_at_once(
        ("track", "Product Viewed", {"sku": "not sent yet"}),
        ("consent", {"analytics": False, "marketing": False}),
    )
    kept = visit.kept()
    visit.call("track", "Product Viewed", {"sku": "after the no"})

    assert kept == []
    heard(visit, "Consent Withdrawn")
    assert quiet(visit)
    events = stored(visit.shop, visit.device)
    assert names(events) == ["Consent Granted", "page", "Consent Withdrawn"]
    assert ledger_says(visit, analytics="withdrawn", marketing="withdrawn")
    come(visit)
    assert quiet(visit)


def test_a_yes_after_a_no_begins_with_another_device(
    visit: Visit, site: Site, element: Element
) -> None:
    site.pages["/"] = element(consent="required")
    come(visit)
    visit.call("consent", "granted")
    first = visit.find_device()
    heard(visit, "page")
    visit.call("consent", "withdrawn")

    visit.call("consent", "granted")
    second = visit.find_device()

    heard(visit, "page")
    assert first != second


def test_a_no_to_another_purpose_is_told_and_collecting_goes_on(
    visit: Visit, site: Site, element: Element
) -> None:
    site.pages["/"] = element(consent="required")
    come(visit)
    visit.call("consent", {"analytics": True, "personalization": True})
    visit.find_device()
    heard(visit, "Consent Granted")

    visit.call("consent", {"personalization": False})
    visit.call("track", "Product Viewed")

    heard(visit, "Product Viewed")
    assert ledger_says(visit, analytics="pending", personalization="withdrawn")


def test_where_consent_is_assumed_a_no_holds_for_later_visits_too(
    visit: Visit, site: Site, element: Element
) -> None:
    site.pages["/"] = element(consent="assumed")
    come(visit)
    visit.find_device()
    heard(visit, "page")

    visit.call("consent", "withdrawn")
    heard(visit, "Consent Withdrawn")
    before = len(visit.posts)
    come(visit)
    visit.page.wait_for_timeout(1_500)

    assert len(visit.posts) == before
    # One word stays, and it names nobody.
    assert visit.page.evaluate("({...localStorage})") == {
        "habitue": '{"consents":{"analytics":false}}'
    }


def test_a_no_in_one_tab_holds_in_the_others(
    visit: Visit, site: Site, element: Element
) -> None:
    site.pages["/"] = element(consent="required")
    come(visit)
    visit.call("consent", "granted")
    visit.find_device()
    heard(visit, "page")
    other = visit.context.new_page()
    other.goto(site.address + "/")
    other.wait_for_function(LOADED)

    visit.call("consent", "withdrawn")
    other.wait_for_function("new Promise(give => habitue('device', one => give(!one)))")
    other.evaluate("habitue('track', 'Product Viewed')")
    heard(visit, "Consent Withdrawn")

    assert quiet(visit)
    events = names(stored(visit.shop, visit.device))
    assert events.count("Consent Withdrawn") == 1
    assert "Product Viewed" not in events


def test_a_no_said_off_line_is_told_when_the_line_is_back(
    visit: Visit, site: Site, element: Element
) -> None:
    site.pages["/"] = element(consent="required")
    come(visit)
    visit.call("consent", "granted")
    visit.find_device()
    heard(visit, "page")

    visit.context.set_offline(True)
    visit.call("consent", "withdrawn")
    visit.page.wait_for_timeout(500)
    kept = visit.kept()
    visit.context.set_offline(False)

    heard(visit, "Consent Withdrawn")
    assert kept == []


def test_a_banner_on_the_site_says_nothing_about_mail(
    visit: Visit, site: Site, element: Element, shop: Shop
) -> None:
    shop.source("crm")
    shop.send(
        "crm",
        {
            "type": "track",
            "event": "Consent Granted",
            "identifiers": {"user_id": "99", "email": "ola@example.com"},
            "properties": {"purpose": "marketing", "channel": "email"},
        },
    )
    site.pages["/"] = element(consent="required")
    come(visit)
    visit.call("consent", {"analytics": True, "marketing": False})
    visit.find_device()
    visit.call("identify", "99")
    heard(visit, "identify")

    until(lambda: len(ledger(visit)) == 3, visit.page)
    assert ledger(visit)["marketing", "email"] == "granted"
    assert ledger(visit)["marketing", "web"] == "withdrawn"
