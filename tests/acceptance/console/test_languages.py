"""The console in the reader's language, to what the core says by itself."""

import pytest
from playwright.sync_api import Browser, expect

from habitue.console.segments.sentence import QUOTES
from tests.acceptance.console.conftest import Desk, anna
from tests.acceptance.shop import Shop, track

SAID = {
    "pl": ("Zgoda dla user_id:13862", "Wydano paragon", "jest nieznany"),
    "ru": ("Согласие для user_id:13862 дано", "Выдан чек", "неизвестен"),
    "kk": ("user_id:13862 үшін келісім берілген", "Чек берілді", "белгісіз"),
}


@pytest.mark.feature("K5")
@pytest.mark.parametrize("code", SAID)
def test_consents_events_and_what_needs_fixing_are_said_in_the_readers_language(
    browser: Browser, shop: Shop, code: str
) -> None:
    person = anna(shop)
    told = {"purpose": "marketing", "channel": "email", "text_version": "1"}
    shop.send("crm", track("Consent Granted", told, userId="13862"))
    shop.send("till", {"type": "trak", "messageId": f"bad-{code}"})
    desk = Desk(browser, shop).by_link()
    desk.page.click(".menu > summary")
    desk.page.locator(f'button[value="{code}"]').click()
    consent, event, wrong = SAID[code]

    desk.open(f"/console/people/{person}")
    expect(desk.page.locator(".consents .reason").first).to_contain_text(consent)
    expect(desk.page.locator(".events")).to_contain_text([event])
    desk.open("/console/fixing")
    expect(desk.page.locator("tbody tr").first).to_contain_text(wrong)
    bought = {"type": "did", "event": "Receipt Issued"}
    shop.api("PUT", "/api/v1/segments/receipts", {"name": "r", "condition": bought})
    desk.open("/console/segments/receipts")
    expect(desk.page.locator("main")).to_contain_text(QUOTES[code].format(event))

    assert desk.faults == []
    desk.close()
