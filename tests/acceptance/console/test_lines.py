"""What an action by region brought, drawn over axes in the reader's language."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.console.fake import FixedReading
from tests.console.served import served, start

FOUND = {
    **dict.fromkeys(("lift", "lift_low", "lift_high", "p", "rank_p"), 0.1),
    **dict.fromkeys(("in_all", "in_all_low", "in_all_high")),
    "apart_before": 0.1,
    "days": 9,
    "is_found": True,
    "currency": "PLN",
    "weights": {},
    "placebos": [],
    "neighbours": [],
    "unknown_purchases": 0,
    "unknown_minor": 0,
    "days_told": [
        {"day": f"2026-11-{at:02}", "observed": 90_000 + at * 1_000, "expected": 90_000}
        for at in range(1, 29)
    ],
}
READ = "/console/geo/read?from=2026-11-01&start=2026-11-20&to=2026-11-28&regions=north"
SAYS = {
    "pl": ("Sprzedaż na dzień i region", "Dzień", "akcja", "1 500,00 zł", "1 lis 2026"),
    "ru": ("Продажи на день и регион", "День", "акция", "1 500,00 PLN", "1 нояб. 2026"),
}


class Geo:
    """Reads every test by region alike."""

    async def look(self, *_: Any, **__: Any) -> dict[str, Any]:
        return FOUND


@pytest.mark.parametrize("code", sorted(SAYS))
def test_a_test_by_region_is_drawn_over_axes_and_told_in_a_table(
    browser: Browser, code: str
) -> None:
    faults: list[str] = []
    with served(FixedReading([], []), geo=Geo()) as (address, sessions):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address + start(sessions))
        told = {"name": "habitue_language", "value": code, "url": address}
        context.add_cookies([told])  # type: ignore[list-item]

        page.goto(address + READ)

        drawn = page.locator(".chart svg")
        for text in SAYS[code]:
            expect(drawn).to_contain_text(spaced(text))
        # Two lines, and the days of the action in a shade.
        expect(
            page.locator('.chart svg path[fill="none"][stroke-width="2.5"]')
        ).to_have_count(1)
        expect(page.locator(".chart svg path[stroke-dasharray]").first).to_be_attached()
        expect(page.locator(".chart")).to_have_attribute(
            "aria-labelledby", "chart-words"
        )
        page.locator("main summary").click()
        expect(page.locator("details tbody tr")).to_have_count(9)
        context.close()
    assert faults == []


def spaced(text: str) -> re.Pattern[str]:
    """Take any space for one: thousands have one that does not break."""
    return re.compile(r"\s".join(map(re.escape, text.split())))
