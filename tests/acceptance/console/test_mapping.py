"""What a source's deliveries become, chosen in a browser: A9."""

import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.console.conftest import Desk
from tests.acceptance.shop import Shop, identify

CALL = {
    "state": "up",
    "call": {"id": "c-1", "from": "600 100 200", "to": "22 100 10 10"},
    "at": "2026-11-20T10:00:00Z",
    "tags": ["vip", "pl"],
}


@pytest.fixture
def telephony(browser: Browser, shop: Shop, request: Any) -> Iterator[tuple[Desk, str]]:
    """Give a browser, and a server source of the telephony that is new."""
    name = f"pbx-{request.node.name[5:25].strip('_').replace('_', '-')}"
    shop.source(name, country="PL", timeZone="Europe/Warsaw")
    desk = Desk(browser, shop).by_link()
    yield desk, name
    desk.close()
    assert desk.faults == []


def taken(desk: Desk, name: str) -> str:
    """Let the source take deliveries; give the secret they are signed with."""
    desk.open(f"/console/sources/{name}")
    desk.page.click("text=What its deliveries become")
    desk.page.select_option("#provider", "signed")
    press(desk.page, "Take its deliveries")
    secret = desk.page.text_content("#secret") or ""
    assert desk.page.text_content("#address") == f"{desk.address}/hooks/{name}"
    desk.page.click("text=Choose what they become")
    return secret


def deliver(shop: Shop, name: str, secret: str, told: dict[str, Any]) -> tuple:
    raw = json.dumps(told).encode()
    signed = hmac.digest(secret.encode(), raw, "sha256").hex()
    headers = {
        "content-type": "application/json",
        "x-hub-signature-256": f"sha256={signed}",
        "authorization": "Basic c2VjcmV0",
    }
    status, _, answer = shop.request("POST", f"/hooks/{name}", raw, headers)
    return status, json.loads(answer)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def use(page: Page, place: str, what: str, name: str = "") -> None:
    """Choose what a place is, in its last row."""
    page.get_by_label(f"What {place} is", exact=True).last.select_option(label=what)
    if name:
        page.get_by_label(f"The name of {place}", exact=True).last.fill(name)


def mapped(page: Page) -> None:
    """Choose how a call becomes an event."""
    page.fill("#event", "Call Started")
    use(page, "call.from", "phone")
    use(page, "call.id", "a property of the event", "call_id")
    use(page, "at", "when it happened")
    page.get_by_label("The name of a property").fill("direction")
    page.get_by_label("What it always is").fill("inbound")


@pytest.mark.feature("A9")
def test_a_call_mapped_by_clicking_is_on_the_profile_within_a_second(
    telephony: tuple[Desk, str], shop: Shop
) -> None:
    desk, name = telephony
    page = desk.page
    told = identify({"name": "Ola"}, identifiers={"phone": "+48600100200"})
    shop.send("crm", told)
    secret = taken(desk, name)
    # The first delivery shows what there is to choose from.
    assert deliver(shop, name, secret, CALL)[0] == 200
    page.reload()

    mapped(page)
    press(page, "Try it")
    tried = page.locator("#tried")
    expect(tried).to_contain_text("Call Started")
    expect(tried).to_contain_text("Telephone +48600100200")
    expect(tried).to_contain_text("inbound")
    press(page, "Keep it")
    expect(page.locator("[role=status]")).to_contain_text("Kept")

    fresh = {**CALL, "call": {"id": "c-2", "from": "600 100 200"}}
    assert deliver(shop, name, secret, fresh)[0] == 200
    sent = time.monotonic()
    while "Call Started" not in shop.names("phone:+48600100200"):
        assert time.monotonic() - sent < 1
        time.sleep(0.02)
    told = shop.timeline("phone:+48600100200")
    event = next(one for one in told if one["name"] == "Call Started")
    assert event["properties"] == {"call_id": "c-2", "direction": "inbound"}


@pytest.mark.feature("A9")
def test_a_wrong_signature_is_refused_and_is_no_sample(
    telephony: tuple[Desk, str], shop: Shop
) -> None:
    desk, name = telephony
    secret = taken(desk, name)

    status, told = deliver(shop, name, f"not-{secret}", CALL)

    assert (status, told["reason"]) == (401, "signature_wrong")
    desk.page.reload()
    expect(desk.page.locator("main")).to_contain_text("Nothing came since the start")
    assert desk.page.input_value("#sample") == ""


@pytest.mark.feature("A9")
def test_a_mapping_is_tried_on_a_pasted_sample_and_nothing_is_stored_or_set(
    telephony: tuple[Desk, str], shop: Shop
) -> None:
    desk, name = telephony
    page = desk.page
    taken(desk, name)

    page.fill("#sample", json.dumps(CALL))
    press(page, "Take the sample apart")
    mapped(page)
    press(page, "Try it")

    expect(page.locator("#tried")).to_contain_text("Telephone +48600100200")
    assert "[events.identifiers]" in page.input_value("#toml")
    held = shop.api("GET", f"/api/v1/sources/{name}/webhook")
    assert held["mapping"] == ""
    assert shop.outcomes(name)["received"] == 0


@pytest.mark.feature("A9")
def test_what_is_wrong_with_a_choice_is_said_in_a_sentence_and_all_stays(
    telephony: tuple[Desk, str],
) -> None:
    desk, name = telephony
    page = desk.page
    taken(desk, name)
    page.fill("#sample", json.dumps(CALL))
    press(page, "Take the sample apart")
    use(page, "call.from", "phone")

    press(page, "Keep it")

    said = "Say what the event is called"
    expect(page.locator("[role=alert]")).to_contain_text(said)
    chosen = page.get_by_label("What call.from is", exact=True).first
    expect(chosen).to_have_value("identifier:phone")
    page.fill("#sample", "call=1")
    press(page, "Take the sample apart")
    expect(page.locator("[role=alert]")).to_contain_text("The sample is no JSON")


@pytest.mark.feature("A9")
def test_each_kind_of_delivery_has_a_rule_of_its_own(
    telephony: tuple[Desk, str], shop: Shop
) -> None:
    desk, name = telephony
    page = desk.page
    secret = taken(desk, name)
    page.fill("#sample", json.dumps(CALL))
    press(page, "Take the sample apart")
    mapped(page)
    use(page, "state", "what kind of delivery it is")
    press(page, "Try it")
    page.select_option("#scope", "up")
    press(page, "Take the sample apart")
    page.fill("#event", "Call Answered")
    use(page, "call.from", "phone")
    page.fill("#currency", "z1")
    press(page, "Keep it")
    expect(page.locator("[role=alert]")).to_contain_text("is no currency")
    expect(page.locator("#event")).to_have_value("Call Answered")
    page.fill("#currency", "pln")
    press(page, "Keep it")
    expect(page.locator("[role=status]")).to_contain_text("Kept")
    held = shop.api("GET", f"/api/v1/sources/{name}/webhook")
    assert held["currency"] == "PLN"

    told = [deliver(shop, name, secret, {**CALL, "state": s}) for s in ("up", "down")]

    assert [status for status, _ in told] == [200, 200]
    shop.settle()
    names = shop.names("phone:+48600100200")
    # A delivery of its kind is for the rule of all, too.
    assert names.count("Call Answered") == 1
    assert names.count("Call Started") >= 1


def test_a_mapping_that_says_more_than_can_be_chosen_is_changed_as_toml(
    telephony: tuple[Desk, str], shop: Shop
) -> None:
    desk, name = telephony
    page = desk.page
    taken(desk, name)
    text = '[[events]]\nevent = "X"\nwhen = { state = "up" }\n'

    page.fill("#toml", text)
    press(page, "Keep the TOML")

    expect(page.locator("main")).to_contain_text("more than can be chosen here")
    held = shop.api("GET", f"/api/v1/sources/{name}/webhook")
    assert held["mapping"] == text
    page.fill("#toml", "[[events]]\n")
    press(page, "Keep the TOML")
    expect(page.locator("[role=alert]")).to_contain_text("need a name")


def test_samples_hold_no_proof_and_are_forgotten_when_somebody_is_erased(
    telephony: tuple[Desk, str], shop: Shop
) -> None:
    desk, name = telephony
    secret = taken(desk, name)
    deliver(shop, name, secret, CALL)
    desk.page.reload()
    assert "600 100 200" in desk.page.input_value("#sample")
    assert "signature" not in desk.page.input_value("#headers")
    assert "authorization" not in desk.page.input_value("#headers")
    path = f"/api/v1/sources/{name}/webhook/samples"
    (sample,) = shop.api("GET", path)["samples"]
    assert sample["body"] == desk.page.input_value("#sample")

    shop.send("crm", identify({"email": "gone@example.com"}, userId="gone"))
    shop.api(
        "POST",
        "/api/v1/privacy/erase",
        {"identifier": "email:gone@example.com", "reason": "asked"},
    )

    desk.page.reload()
    assert desk.page.input_value("#sample") == ""
    assert shop.api("GET", path)["samples"] == []


def test_who_may_not_set_sources_up_sees_no_delivery(
    browser: Browser, shop: Shop
) -> None:
    shop.source("pbx-closed")
    desk = Desk(browser, shop)
    desk.join("mapping-reader", "analyst")

    assert desk.open("/console/sources/pbx-closed/mapping").status == 403
    desk.close()
