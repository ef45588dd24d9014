"""The threads of the analytic copy: one that writes, and some that ask."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

# Queries at a time; the others wait their turn.
ASKED_MAX = 2


class LakeThreads:
    """Does the engine's work away from the serving loop; the engine holds no lock."""

    def __init__(self) -> None:
        self.writer = ThreadPoolExecutor(1, "habitue-lake")
        self._askers = ThreadPoolExecutor(ASKED_MAX, "habitue-ask")
        self._worked_on: set[Future[Any]] = set()

    async def write(self, work: Callable[[], T]) -> T:
        """Do what changes the copy, one thing after another.

        It is done, and waited for, though who asked is broken off: what it writes was
        taken out of memory before, and would be nowhere.
        """
        future = asyncio.wrap_future(self.writer.submit(work))
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait({future})
            # That it failed goes before that it was broken off.
            future.result()
            raise

    async def ask(self, work: Callable[[], T]) -> T:
        """Do what a query needs."""
        future = self._askers.submit(work)
        self._worked_on.add(future)
        # By the thread that did it, though who waited may have gone.
        future.add_done_callback(self._worked_on.discard)
        return await asyncio.wrap_future(future)

    @property
    def is_asked(self) -> bool:
        """Whether a query is worked on, whoever waits for it; they may have gone."""
        return bool(self._worked_on)

    def close(self) -> None:
        self.writer.shutdown()
        self._askers.shutdown()
