"""Of a large copy people are asked for part after part, and nobody sees it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from habitue.app.insights.desk import InsightDesk
from habitue.app.insights.intent_desk import IntentDesk
from habitue.app.insights.journey_people import JourneyPeople
from habitue.base.clock import ManualClock
from habitue.base.settings import Settings
from habitue.journey.handover import Handover
from habitue.lake.port import Found, Question, Tail
from habitue.measure.kpi.cells import Cell
from tests.journey.test_handover import FIRST, LAST, NOW_US, wandering
from tests.journey.world import Told

# Events of a copy that is asked as a whole, and of one that is asked by parts.
SMALL, LARGE = 1_000, 5_000_000
CELLS = (
    *(
        Cell(what="intent", since=FIRST, until=LAST, intent=one)
        for one in ("compare", "buy")
    ),
    Cell(what="as_far", since=FIRST, until=LAST, intent="compare"),
    Cell(what="reached", since=FIRST, until=LAST, channel="direct"),
)


class Home:
    """A copy that is asked, of whatever size it says it is."""

    def __init__(self, told: Told, rows: int) -> None:
        self.told, self.asked = told, list[Question]()
        kept = SimpleNamespace(rows=rows, stamp="", stale=0)
        self.lake = SimpleNamespace(lake=kept, asking=self)
        self.fold = SimpleNamespace(zone="UTC")
        self.engine = SimpleNamespace(
            truth=SimpleNamespace(definitions=lambda _: []),
            sources=SimpleNamespace(all=list),
            settings=Settings(),
            clock=ManualClock(NOW_US),
        )

    @asynccontextmanager
    async def at_one_offset(self, _: float) -> AsyncIterator["Home"]:
        self.at = self.told.lake.begin(Tail(self.told.lake.offset))
        yield self
        self.at.close()

    async def ask(self, question: Question) -> Found:
        self.asked.append(question)
        return self.at.answer(question)

    @property
    def parts(self) -> int:
        return max(len(one.gathered) for one in self.asked)


@pytest.fixture
def told(tmp_path: Path, seed: int) -> Iterator[Told]:
    made = wandering(seed).asked(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("cell", CELLS)
def test_people_behind_a_number_are_the_same_however_large_the_copy(
    told: Told, cell: Cell
) -> None:
    small, large = Home(told, SMALL), Home(told, LARGE)

    whole, parted = (asyncio.run(listed(one, cell)) for one in (small, large))

    assert whole == parted
    assert len(whole) > 5
    assert (small.parts, large.parts > 3) == (1, True)


async def listed(home: Any, cell: Cell) -> list[int]:
    """List the people of a cell a page at a time; it has as many as are counted."""
    desk, found = JourneyPeople(home), list[int]()
    async with home.at_one_offset(0) as at:
        counted, _ = await desk.count(at, cell)
        while True:
            page, _ = await desk.people(at, cell, found[-1] if found else 0, 7)
            found += page
            if len(page) < 7:
                break
    assert len(found) == counted
    return found


def test_who_got_lost_is_the_same_however_large_the_copy(told: Told) -> None:
    wanted = Handover(days=1)
    homes: list[Any] = [Home(told, SMALL), Home(told, LARGE)]
    desks = [IntentDesk(one, InsightDesk(one)) for one in homes]

    whole, parted = (
        asyncio.run(one.waited_for(FIRST, LAST, wanted, 9)) for one in desks
    )

    assert whole == parted
    assert len(whole) == 9
    assert (homes[0].parts, homes[1].parts > 3) == (0, True)
