"""What the log says of the shop is changed on the page of settings."""

import pytest
from playwright.sync_api import expect

from tests.acceptance.console.conftest import Desk


@pytest.mark.feature("K5")
def test_the_zone_of_days_is_changed_on_a_page_that_says_from_when(desk: Desk) -> None:
    page = desk.by_link().page
    waits = page.get_by_text("Until the next start days are those of UTC.")
    for zone, seen in (("Europe/Warsaw", True), ("UTC", False)):
        desk.open("/console/settings")
        page.fill("#time-zone", zone)
        page.get_by_role("button", name="Change").click()

        row = page.locator("tr", has_text="shop.time_zone")
        expect(row).to_contain_text(zone)
        expect(row).to_contain_text("the log, version")
        expect(waits).to_have_count(1 if seen else 0)
    assert desk.faults == []
