"""What an agent reads of who calls: why they count, what to begin with, notes."""

import msgspec
import pytest
from playwright.sync_api import Browser, expect

from habitue.base.clock import HOUR_US, SystemClock, to_iso
from habitue.console.language import language
from habitue.console.look import Look
from habitue.console.segments.sentence import texts_of
from habitue.segment.condition import Condition
from habitue.segment.words import clause, found_words
from tests.acceptance.console.conftest import Desk, anna
from tests.acceptance.console.looking import choose
from tests.acceptance.shop import Shop, track

VIP = {"type": "did", "event": "$purchase", "count": {"op": ">=", "value": 2}}


@pytest.mark.feature("B8")
@pytest.mark.parametrize("code", ["en", "pl", "ru"])
def test_an_agent_says_why_she_is_a_vip_what_she_looked_at_and_notes_what_she_said(
    shop: Shop, browser: Browser, code: str
) -> None:
    say, texts = language(code).say, texts_of(Look(language=language(code)))
    person, boots = anna(shop), f"Red boots {code}"
    looked_at = looks_an_hour_ago(shop, boots)
    shop.api("PUT", "/api/v1/segments/vip", {"name": "Our best", "condition": VIP})
    desk = Desk(browser, shop)
    desk.join(f"agata-{code}", "agent")
    page = desk.page
    choose(page, code)

    page.keyboard.press("Control+k")
    page.fill("#finder-text", "+48 600 700 800")
    page.wait_for_selector("#finder .found .codes")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/console/people/{person}")
    hours = say("%(hours)s h ago", hours=1)
    point = say("Looked at %(what)s %(ago)s.", what=boots, ago=hours)
    expect(page.locator(".points")).to_contain_text(point)
    page.locator(".points a", has_text=boots).click()
    expect(page.locator(":target")).to_contain_text(boots)
    page.locator("#memberships summary").filter(has_text="Our best").click()
    why = page.locator("#memberships .why").first
    expect(why).to_contain_text(say("holds"))
    expect(why).to_contain_text(clause(msgspec.convert(VIP, Condition), texts))
    expect(why).to_contain_text(found_words("times", 2, texts))
    page.get_by_text(say("Add a note")).click()
    page.fill("#note", f"Prefers to be called in the evening, {code}.")
    page.get_by_role("button", name=say("Keep the note")).click()
    noted = page.locator("li.event").first
    expect(noted).to_contain_text(f"called in the evening, {code}")
    assert shop.person("user_id:13862")["computed"]["purchases"] == 2

    desk.open(f"/console/people/{person}/segments?segment=vip")
    title = say("Why in %(name)s", name="Our best")
    expect(page.locator("#memberships")).to_contain_text(title)
    assert looked_at in {one["at"] for one in shop.timeline("user_id:13862")}
    assert desk.faults == []
    desk.close()


def looks_an_hour_ago(shop: Shop, what: str) -> str:
    """Let Anna have bought, and have looked at something an hour ago; give when."""
    who = {"userId": "13862"}
    bought = {"order_id": "o-9", "total": "250", "currency": "EUR"}
    shop.send("crm", track("Order Completed", bought, **who))
    at = to_iso(SystemClock().now_us() - HOUR_US)
    shop.send("crm", track("Product Viewed", {"name": what}, timestamp=at, **who))
    return str(shop.timeline("user_id:13862")[0]["at"])
