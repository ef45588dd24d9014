"""What was worked out for pages: once for all who ask, and no longer than it holds."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from habitue.base.clock import ManualClock
from habitue.base.errors import InvalidError
from habitue.console.worked import (
    AGED_US,
    KEPT_MAX,
    KEPT_US,
    RUNNING_MAX,
    BusyError,
    Worked,
)


class Log:
    """A log that goes on, and work on what it tells, which is let go when it may."""

    def __init__(self) -> None:
        self.offset, self.defined = 7, 0
        self.clock = ManualClock(1_000)
        self.begun = 0
        self.go = asyncio.Event()
        self.go.set()
        self.worked = Worked(lambda: self.offset, lambda: self.defined, self.clock)

    async def work(self) -> int:
        self.begun += 1
        told = self.offset
        await self.go.wait()
        return told

    async def is_at_work(self, on: int) -> None:
        """Let the loop turn; so many workings out have begun by then."""
        for _ in range(100):
            await asyncio.sleep(0)
        assert self.begun == on

    async def ask(
        self, question: object = "q", wait_s: float | None = None, *, anew: bool = True
    ) -> Any:
        found = await self.worked.answer(question, self.work, wait_s=wait_s, anew=anew)
        return None if found is None else found.view


def within(test: Callable[[Log], Awaitable[None]]) -> None:
    async def run() -> None:
        await test(Log())

    asyncio.run(run())


def test_two_who_ask_the_same_at_once_share_one_working_out() -> None:
    async def test(log: Log) -> None:
        log.go.clear()
        asking = [asyncio.create_task(log.ask()) for _ in range(5)]
        await log.is_at_work(1)
        assert await log.ask(wait_s=0) is None
        log.go.set()

        assert await asyncio.gather(*asking) == [7] * 5
        assert log.begun == 1

    within(test)


def test_an_answer_holds_while_the_log_stands_still_and_for_a_while() -> None:
    async def test(log: Log) -> None:
        assert [await log.ask(), await log.ask()] == [7, 7]
        assert log.begun == 1

        log.offset = 8
        assert await log.ask() == 8
        assert log.begun == 2

        log.clock.move(KEPT_US)
        assert await log.ask() == 8
        assert log.begun == 3

    within(test)


def test_what_was_worked_on_while_the_log_went_on_is_not_kept() -> None:
    async def test(log: Log) -> None:
        log.go.clear()
        asking = asyncio.create_task(log.ask())
        await log.is_at_work(1)
        log.offset = 8
        log.go.set()

        assert await asking == 7
        assert await log.ask() == 8

    within(test)


def test_in_a_busy_shop_an_answer_is_given_while_the_next_is_worked_out() -> None:
    async def test(log: Log) -> None:
        await log.ask()
        log.go.clear()
        for log.offset in (8, 9):
            found = await log.worked.answer("q", log.work, wait_s=None)
            assert found is not None
            # Told as of when it is; one next is worked out for all.
            assert (found.view, found.offset, found.aged) == (7, 7, True)
            await log.is_at_work(2)

        log.go.set()
        assert await log.ask(anew=True) == 8
        found = await log.worked.answer("q", log.work, wait_s=None)
        assert found is not None
        assert (found.view, found.aged) == (8, True)

    within(test)


def test_an_aged_answer_is_given_for_a_while_alone() -> None:
    async def test(log: Log) -> None:
        await log.ask()
        log.offset = 8
        log.clock.move(AGED_US - 1)
        assert await log.ask(anew=False) == 7
        log.go.clear()
        log.clock.move(1)
        assert await log.ask(wait_s=0, anew=False) is None
        log.go.set()

    within(test)


def test_who_sets_something_sees_what_it_changed() -> None:
    async def test(log: Log) -> None:
        await log.ask()
        log.offset = log.defined = 8

        assert await log.ask(anew=False) == 8

    within(test)


def test_no_aged_answer_outlives_an_erasure() -> None:
    async def test(log: Log) -> None:
        await log.ask()
        log.offset = 8
        log.go.clear()
        assert await log.ask(anew=False) == 7
        log.worked.forget()

        assert await log.ask(wait_s=0, anew=False) is None
        log.go.set()

    within(test)


def test_nothing_outlives_an_erasure_not_even_what_is_being_worked_on() -> None:
    async def test(log: Log) -> None:
        await log.ask()
        log.worked.forget()
        await log.ask()
        assert log.begun == 2

        log.go.clear()
        asking = asyncio.create_task(log.ask("other"))
        await log.is_at_work(3)
        log.worked.forget()
        later = asyncio.create_task(log.ask("other"))
        await log.is_at_work(4)
        log.go.set()
        await asking
        await later
        await log.ask("other")

        # Nobody joined what was begun before, and of it nothing was kept.
        assert log.begun == 4

    within(test)


def test_an_error_is_told_to_all_who_wait_and_never_kept() -> None:
    async def test(log: Log) -> None:
        async def fail() -> int:
            log.begun += 1
            await asyncio.sleep(0)
            raise InvalidError("Ask for fewer days.")

        for _ in range(2):
            asking = [log.worked.answer("q", fail, wait_s=None) for _ in range(2)]
            found = await asyncio.gather(*asking, return_exceptions=True)
            assert [str(one) for one in found] == ["Ask for fewer days."] * 2

        assert log.begun == 2

    within(test)


def test_what_may_not_be_kept_is_not() -> None:
    async def test(log: Log) -> None:
        for _ in range(2):
            found = await log.worked.answer(
                "q", log.work, wait_s=None, keeps=lambda view: view != 7
            )
            assert found is not None

        assert log.begun == 2

    within(test)


def test_memory_and_work_are_bounded() -> None:
    async def test(log: Log) -> None:
        for at in range(KEPT_MAX + 1):
            await log.ask(at)
        await log.ask(1)
        assert log.begun == KEPT_MAX + 1
        # The oldest had to go.
        await log.ask(0)
        assert log.begun == KEPT_MAX + 2

        log.go.clear()
        for at in range(RUNNING_MAX):
            await log.ask(f"running {at}", wait_s=0)
        with pytest.raises(BusyError):
            await log.ask("one more", wait_s=0)
        log.go.set()

    within(test)
