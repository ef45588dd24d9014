"""Counts over everybody: kept while young, asked for again, one at a time."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from habitue.app.desks.counts import KEPT_FROM_S, KEPT_MAX, KEPT_TIMES, Counts, View
from habitue.base.errors import InvalidError, NotThereYetError


class Slow:
    """Counts that take as long as they are told, by a clock of their own."""

    def __init__(self, takes_s: float) -> None:
        self.takes_s = takes_s
        self.now_s = 100.0
        self.begun = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.counts = Counts(lambda: self.now_s)

    async def count(self) -> View:
        self.begun += 1
        made = self.begun
        await self.gate.wait()
        self.now_s += self.takes_s
        return {"people": made}

    async def ask(self, question: str = "all", wait_s: float | None = None) -> int:
        told: int = (await self.counts.answer(question, self.count, wait_s))["people"]
        return told


def run(case: Callable[[], Coroutine[None, None, None]]) -> None:
    async def in_time() -> None:
        await asyncio.wait_for(case(), 10)

    asyncio.run(in_time())


def test_what_is_counted_quickly_is_counted_anew_each_time() -> None:
    async def case() -> None:
        slow = Slow(KEPT_FROM_S / 2)
        assert [await slow.ask() for _ in range(3)] == [1, 2, 3]

    run(case)


def test_what_takes_long_is_kept_for_a_multiple_of_it() -> None:
    async def case() -> None:
        slow = Slow(10)
        assert await slow.ask() == 1
        slow.now_s += 10 * KEPT_TIMES - 1
        assert await slow.ask() == 1
        slow.now_s += 1
        assert await slow.ask() == 2

    run(case)


def test_who_can_not_wait_comes_back_and_nothing_is_counted_twice() -> None:
    async def case() -> None:
        slow = Slow(10)
        slow.gate.clear()
        for _ in range(3):
            with pytest.raises(NotThereYetError):
                await slow.ask(wait_s=0)
        slow.gate.set()
        assert await slow.ask() == 1
        assert await slow.ask(wait_s=0) == 1
        assert slow.begun == 1

    run(case)


def test_until_a_new_count_is_there_the_old_one_is_the_answer() -> None:
    async def case() -> None:
        slow = Slow(10)
        assert await slow.ask() == 1
        slow.now_s += 10 * KEPT_TIMES
        slow.gate.clear()
        assert await slow.ask(wait_s=0) == 1
        slow.gate.set()
        assert await slow.ask() == 2

    run(case)


def test_questions_are_counted_one_after_the_other() -> None:
    async def case() -> None:
        slow = Slow(10)
        slow.gate.clear()
        for question in ("a", "b"):
            with pytest.raises(NotThereYetError):
                await slow.ask(question, wait_s=0.01)
        assert slow.begun == 1
        slow.gate.set()
        assert {await slow.ask("a"), await slow.ask("b")} == {1, 2}

    run(case)


def test_no_more_is_kept_than_a_page_may_ask_for() -> None:
    async def case() -> None:
        slow = Slow(10)
        for number in range(KEPT_MAX + 1):
            await slow.ask(str(number))
        assert await slow.ask(str(KEPT_MAX)) == KEPT_MAX + 1
        assert await slow.ask("0") == KEPT_MAX + 2

    run(case)


def test_a_count_that_fails_says_so_and_the_next_begins_anew() -> None:
    async def fails() -> View:
        raise InvalidError("no")

    async def case() -> None:
        slow = Slow(10)
        with pytest.raises(InvalidError):
            await slow.counts.answer("all", fails)
        assert await slow.ask() == 1

    run(case)
