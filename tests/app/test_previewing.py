"""Counting for who is building a condition: seldom twice, never for too long."""

import asyncio
from typing import Any

from habitue.app.segments.previewing import Previews

BOUGHT = {"type": "did", "event": "$purchase"}
SEEN = {"type": "did", "event": "page"}


class Slow:
    """Counts at a pace of its own, and keeps a clock that goes on meanwhile."""

    def __init__(self, takes_s: float = 0.0, sleeps_s: float = 0.0) -> None:
        self.now_s = 100.0
        self.takes_s = takes_s
        self.sleeps_s = sleeps_s
        self.asked: list[Any] = []

    def monotonic(self) -> float:
        return self.now_s

    async def preview(self, told: Any, sample: int) -> dict[str, Any]:
        self.asked.append(told)
        await asyncio.sleep(self.sleeps_s)
        self.now_s += self.takes_s
        people = [{"person_id": 1, "name": "Anna"}]
        return {"count": len(self.asked), "sample": people[:sample]}


def test_a_count_holds_for_five_times_as_long_as_it_took() -> None:
    slow = Slow(takes_s=0.5)
    previews = Previews(slow, slow.monotonic)

    async def ask() -> list[int]:
        found = []
        for passed_s in (0, 1.25, 1.2, 0.1):
            slow.now_s += passed_s
            told = await previews.count(BOUGHT, 1, named=True)
            found.append(told["count"])
        return found

    assert asyncio.run(ask()) == [1, 1, 1, 2]


def test_who_asks_the_same_at_once_is_counted_for_once() -> None:
    slow = Slow(sleeps_s=0.01)
    previews = Previews(slow, slow.monotonic)

    async def ask() -> None:
        await asyncio.gather(
            *(previews.count(one, 1, named=True) for one in (BOUGHT, BOUGHT, SEEN))
        )

    asyncio.run(ask())
    assert slow.asked == [BOUGHT, SEEN]


def test_what_takes_too_long_is_not_known_and_not_asked_again_at_once() -> None:
    slow = Slow(sleeps_s=5.0)
    previews = Previews(slow, slow.monotonic, wait_s=0.01)

    async def ask() -> list[bool]:
        told = [await previews.count(BOUGHT, 1, named=True) for _ in range(2)]
        return [one["known"] for one in told]

    assert asyncio.run(ask()) == [False, False]
    assert slow.asked == [BOUGHT]


def test_names_are_kept_from_who_may_not_see_them_and_not_from_who_may() -> None:
    slow = Slow()
    previews = Previews(slow, slow.monotonic)

    async def ask() -> list[Any]:
        told = [
            await previews.count(BOUGHT, 1, named=one) for one in (True, False, True)
        ]
        return [one["sample"][0]["name"] for one in told]

    assert asyncio.run(ask()) == ["Anna", None, "Anna"]
