"""How a day goes beside those of its weekday: days by the clocks of the shop."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from habitue.app.insights.today_desk import TodayDesk
from habitue.base.clock import HOUR_US, ManualClock, to_datetime, to_us
from habitue.base.settings import Settings
from habitue.lake.port import Found, Question, Tail
from tests.journey.world import Told, World

ZONE = ZoneInfo("Europe/Warsaw")
# Four weeks before, on the 29th of March, was a Sunday of 23 hours.
SUNDAY = date(2026, 4, 26)
NOW_US = to_us(datetime(2026, 4, 26, 23, 30, tzinfo=ZONE))


class Home:
    """A copy that is asked, and what is asked of the shop beside it."""

    def __init__(self, told: Told) -> None:
        self.told, self.lake, self.asking = told, self, self
        self.fold = SimpleNamespace(zone=str(ZONE))
        self.engine = SimpleNamespace(
            truth=SimpleNamespace(definitions=lambda _: []),
            sources=SimpleNamespace(all=list),
            settings=Settings(),
            clock=ManualClock(NOW_US),
        )
        self.asked: list[str] = []

    @asynccontextmanager
    async def at_one_offset(self, _wait_s: float) -> AsyncIterator["Home"]:
        self.at = self.told.lake.begin(Tail(self.told.lake.offset))
        yield self
        self.at.close()

    async def ask(self, question: Question) -> Found:
        self.asked.append(question.sql)
        return self.at.answer(question)


def figures(told: Told, day: date = SUNDAY) -> tuple[dict[str, Any], int]:
    """Give the figures of a day, and how many questions they took."""
    home: Any = Home(told)
    found = asyncio.run(TodayDesk(home).figures(day.isoformat()))
    return found, len(home.asked)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Any]:
    made: list[Told] = []

    def asked(world: World) -> Told:
        made.append(world.asked(tmp_path))
        return made[-1]

    yield asked
    for one in made:
        one.close()


def at(day: date, hour: int, minute: int = 0) -> int:
    return to_us(datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE))


def test_each_day_begins_and_ends_by_the_shops_clocks(world: Any) -> None:
    chance, made = Random(5), World()
    seen: dict[date, set[int]] = {}
    for _ in range(2_000):
        # Round the midnights of five Sundays, of which the first is an hour short.
        sunday = SUNDAY - timedelta(days=7 * chance.randrange(5))
        edge = at(sunday + timedelta(days=chance.randrange(2)), 0)
        moment = edge + chance.randrange(-2 * HOUR_US, 2 * HOUR_US)
        person = chance.randrange(1, 300)
        made.add(person, moment, "Product Viewed")
        if moment <= NOW_US:
            day = to_datetime(moment).astimezone(ZONE).date()
            seen.setdefault(day, set()).add(person)
    # What is known from long before is all that is asked of it.
    made.add(1, at(SUNDAY - timedelta(days=200), 12), "Product Viewed")

    found, asked = figures(world(made))

    before = [len(seen[SUNDAY - timedelta(days=7 * week)]) for week in range(1, 5)]
    assert found["visitors"]["count"] == len(seen[SUNDAY])
    assert found["visitors"]["usual"] == round(sum(before) / 4)
    assert found["visitors"]["weeks"] == 4
    assert found["receipts"]["count"] is found["receipts"]["usual"] is None
    # Sums, what is known from before, and since when receipts are, as none are.
    assert asked == 3


def test_what_was_not_known_yet_is_in_no_usual(world: Any) -> None:
    made = World()
    for number in range(3):
        made.add(number + 1, at(SUNDAY, 10 + number), "Product Viewed")
    # The first of all came on a Thursday: the Sunday after it is known, with nobody.
    made.add(9, at(SUNDAY - timedelta(days=10), 12), "Product Viewed")

    told = world(made)
    found, _ = figures(told)

    visitors = found["visitors"]
    assert (visitors["count"], visitors["usual"], visitors["weeks"]) == (3, 0, 1)
    long_ago, _ = figures(told, SUNDAY - timedelta(days=70))
    assert long_ago["visitors"]["count"] is None


def test_what_is_still_to_come_makes_nothing_known(world: Any) -> None:
    made = World()
    made.add(1, at(SUNDAY + timedelta(days=3), 12), "Product Viewed")

    found, _ = figures(world(made))

    assert found["visitors"]["count"] is None
    assert to_datetime(NOW_US).astimezone(UTC).date() == SUNDAY
