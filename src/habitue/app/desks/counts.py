"""Counts over everybody, kept while they are young: in a large shop each takes long."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, NamedTuple

from habitue.base.errors import NotThereYetError

View = dict[str, Any]
# What was counted sooner than this is counted anew each time.
KEPT_FROM_S = 1.0
# A count is kept for so many times as long as it took: so counting takes a twentieth
# of the time at most, however often somebody asks.
KEPT_TIMES = 20
KEPT_MAX = 32


class _Kept(NamedTuple):
    view: View
    until_s: float


class Counts:
    """Counts one question at a time; who can't wait comes back for the answer."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._kept: dict[Hashable, _Kept] = {}
        self._counting: dict[Hashable, asyncio.Task[View]] = {}
        self._turn = asyncio.Lock()

    async def answer(
        self,
        question: Hashable,
        count: Callable[[], Awaitable[View]],
        wait_s: float | None = None,
    ) -> View:
        """Give a count: one that is young enough, or else a new one.

        wait_s: how long to wait for it, without: to its end. What isn't there by then
        is counted on; until it is there, what was kept is the answer, however old, and
        where nothing was, NotThereYetError.
        """
        kept = self._kept.get(question)
        if kept is not None and self._monotonic() < kept.until_s:
            return kept.view
        task = self._counting.get(question) or self._begin(question, count)
        done, _ = await asyncio.wait({task}, timeout=wait_s)
        if done:
            return task.result()
        if kept is None:
            raise NotThereYetError
        return kept.view

    def _begin(
        self, question: Hashable, count: Callable[[], Awaitable[View]]
    ) -> asyncio.Task[View]:
        task = asyncio.create_task(self._count(question, count), name="counting people")
        self._counting[question] = task
        task.add_done_callback(lambda _: self._counting.pop(question, None))
        return task

    async def _count(
        self, question: Hashable, count: Callable[[], Awaitable[View]]
    ) -> View:
        async with self._turn:
            began_s = self._monotonic()
            view = await count()
            now_s = self._monotonic()
        self._kept.pop(question, None)
        if now_s - began_s >= KEPT_FROM_S:
            if len(self._kept) >= KEPT_MAX:
                self._kept.pop(next(iter(self._kept)))
            until_s = now_s + KEPT_TIMES * (now_s - began_s)
            self._kept[question] = _Kept(view, until_s)
        return view
