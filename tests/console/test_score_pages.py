"""Scores in a large shop: a page is there at once, its count once it was made."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from habitue.base.errors import NotThereYetError
from habitue.console.port import View
from habitue.model.score import RfmPart
from tests.console.fake import FixedReading
from tests.console.served import served, start

WAITS = re.compile("are being worked out")


class Counting:
    """Scores of a shop so large that no count is there before it is let go."""

    def __init__(self) -> None:
        self.is_there = False
        self.asked: list[Any] = []

    async def summary(self, at_us: int | None, wait_s: float | None) -> View:
        told = {"at": "2026-11-20T14:00:00Z", "people": 1_000}
        return await self._told("summary", told, wait_s)

    async def migration(self, from_us: int, to_us: int, wait_s: float | None) -> View:
        return await self._told((from_us, to_us), {"moves": []}, wait_s)

    async def rfm(
        self, part: RfmPart, at_us: int | None, *, fifths: bool, wait_s: float | None
    ) -> View:
        told = {"people": 7, "fifths": fifths, "persona": {}, "rfm": {}}
        return await self._told(part, told, wait_s)

    async def _told(self, asked: object, view: View, wait_s: float | None) -> View:
        self.asked.append(asked)
        if not self.is_there and wait_s is not None:
            raise NotThereYetError
        while not self.is_there:  # noqa: ASYNC110 - let go by another thread
            await asyncio.sleep(0.01)
        return view


@pytest.fixture
def counting() -> Iterator[Counting]:
    made = Counting()
    yield made
    made.is_there = True


@pytest.fixture
def page(browser: Browser, counting: Counting) -> Iterator[Page]:
    with served(FixedReading([], []), scores=counting) as (address, sessions):
        context = browser.new_context(base_url=address)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto(start(sessions))
        yield page
        context.close()


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/console/scores", "1,000 people, as they stand at"),
        ("/console/scores/moves?from=2026-01-01&to=2026-02-01", "0 moved, 0 stayed"),
        ("/console/scores/parts?category=Tea&store=K1", "7 people bought of it."),
    ],
)
def test_a_count_comes_onto_the_page_by_itself(
    page: Page, counting: Counting, path: str, there: str
) -> None:
    page.goto(path)
    expect(page.get_by_role("status")).to_have_text(WAITS)

    counting.is_there = True

    expect(page.locator("#figures")).to_contain_text(there)
    expect(page.get_by_text(WAITS)).to_have_count(0)
    # What was asked for again is what was asked for at first, and no more once there.
    assert len({repr(one) for one in counting.asked}) == 1
