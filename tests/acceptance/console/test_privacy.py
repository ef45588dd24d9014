"""Who asks is given all that is kept, or forgotten; and how long text is kept."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.console.conftest import Desk, anna
from tests.acceptance.shop import Shop, identify, track

pytestmark = pytest.mark.feature("K2")


@pytest.fixture
def seen(browser: Browser, shop: Shop) -> Iterator[Desk]:
    opened = Desk(browser, shop, accept_downloads=True).by_link()
    # An erasure waits for state to be written down.
    opened.context.set_default_timeout(60_000)
    yield opened
    opened.close()
    assert opened.faults == []


def ask(seen: Desk, who: str) -> None:
    seen.open("/console/privacy")
    seen.page.fill("#who", who)


def test_who_asks_is_given_everything_as_a_file(seen: Desk, shop: Shop) -> None:
    person = anna(shop)
    ask(seen, str(person))

    with seen.page.expect_download() as taken:
        seen.page.get_by_role("button", name="Give all that is kept").click()

    packed = zipfile.ZipFile(io.BytesIO(Path(taken.value.path()).read_bytes()))
    told = b"".join(packed.read(name) for name in packed.namelist())
    assert b"anna@example.com" in told
    assert b"Receipt Issued" in told
    seen.open("/console/audit")
    first = seen.page.locator("tbody tr").first
    expect(first).to_contain_text("gave somebody all that is kept of them")
    expect(first).to_contain_text(f"person {person}")


def test_who_asks_is_forgotten_kept_out_and_let_in_again(
    seen: Desk, shop: Shop
) -> None:
    page = seen.page
    told = identify({"name": "Ewa Nowak", "email": "ewa@example.com"}, userId="ewa")
    asked = track("Erasure Requested", {"request_id": "r1"}, userId="ewa")
    other = track("Data Access Requested", {"request_id": "r2"}, userId="jan")
    shop.send("crm", told, asked, other)
    seen.open("/console/privacy")
    waiting = page.locator("#waiting-title ~ .scroll tbody tr")
    expect(waiting).to_have_count(2)
    waiting.last.get_by_role("button", name="It is done").click()
    expect(waiting).to_have_count(1)
    expect(waiting).to_contain_text("to be forgotten")
    waiting.get_by_role("link", name="Answer").click()

    page.get_by_role("button", name="Forget them").click()
    expect(page.locator("main")).to_contain_text("Ewa Nowak")
    # A reason that names them is refused, and stands nowhere.
    page.fill("#reason", "ewa@example.com wrote")
    page.check("#sure")
    page.get_by_role("button", name="Forget them for good").click()
    expect(page.locator("h1")).to_have_text("This did not work")
    ask(seen, "email:ewa@example.com")
    page.get_by_role("button", name="Forget them").click()
    page.fill("#reason", "asked by letter")
    page.check("#sure")
    page.get_by_role("button", name="Forget them for good").click()

    expect(page.get_by_role("status")).to_contain_text("They are erased")
    erased = page.locator("#erased-title ~ .scroll tbody tr").first
    expect(erased).to_contain_text("asked by letter")
    expect(erased).to_contain_text("done")
    expect(waiting).to_have_count(0)
    assert shop.id("email:ewa@example.com") is None
    shop.send("crm", {**told, "messageId": "again-1"})
    assert shop.id("email:ewa@example.com") is None

    page.get_by_role("button", name="Let in again").first.click()
    kept_out = page.locator("#suppressed-title ~ .scroll tbody tr").first
    expect(kept_out).to_contain_text("let in again")
    shop.send("crm", {**told, "messageId": "again-2"})
    assert shop.id("email:ewa@example.com") is not None
    # What was done is written down, and names nobody by an address.
    seen.open("/console/audit")
    expect(page.locator("tbody")).to_contain_text("lift the suppression of")
    expect(page.locator("tbody")).not_to_contain_text("ewa@example.com")


def test_whom_nobody_knows_is_told_so(seen: Desk) -> None:
    ask(seen, "Ewa")
    seen.page.get_by_role("button", name="Give all that is kept").click()
    fault = seen.page.get_by_role("alert")
    expect(fault).to_contain_text("or an identifier as kind:value")
    expect(seen.page.locator("#who")).to_have_value("Ewa")

    ask(seen, "999999")
    seen.page.get_by_role("button", name="Give all that is kept").click()
    expect(seen.page.locator("main")).to_contain_text("Nobody of that name is known")


def test_a_class_of_text_is_kept_for_so_many_days(seen: Desk, shop: Shop) -> None:
    page = seen.page
    shop.send("web", track("Video Watched", {"title": "a tea"}, anonymousId="d1"))
    seen.open("/console/privacy/retention")
    expect(page.locator("main")).to_contain_text("All text is kept for ever.")

    page.fill("#name", "watching")
    page.fill("#days", "30")
    page.fill("#events", "Order Completed")
    page.get_by_role("button", name="Keep to it").click()
    expect(page.get_by_role("alert")).to_contain_text("does not expire")
    page.fill("#events", "Video Watched")
    page.get_by_role("button", name="Keep to it").click()

    page.wait_for_url(re.compile("/retention$"))
    row = page.locator("tbody tr", has_text="watching")
    expect(row).to_contain_text("30")
    page.click("text=Count what a run would take away")
    expect(row.locator("td").nth(2)).to_have_text("0")
    page.get_by_role("button", name="Take it away now").click()
    expect(page.get_by_role("status")).to_have_text("Taken away: 0 events.")
    page.get_by_role("button", name="Keep for ever again").click()
    expect(page.locator("main")).to_contain_text("All text is kept for ever.")


def test_an_auditor_reads_and_a_marketer_sees_nothing(
    browser: Browser, shop: Shop
) -> None:
    auditor, marketer = Desk(browser, shop), Desk(browser, shop)
    auditor.join("audrey", "auditor")
    marketer.join("mark", "marketer")

    auditor.open("/console/privacy")
    expect(auditor.page.locator("h1")).to_have_text("Privacy")
    expect(auditor.page.locator("#who")).to_have_count(0)
    auditor.open("/console/privacy/retention")
    expect(auditor.page.locator("#days")).to_have_count(0)
    assert marketer.open("/console/privacy").status == 403
    expect(marketer.page.locator("nav.nav-main")).not_to_contain_text("Privacy")
    auditor.close()
    marketer.close()
