"""Asks the copy: one question, or several that all see it at one offset."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from habitue.lake.port import Asking, Found, NotAnsweredError, Question

if TYPE_CHECKING:
    from habitue.app.lake.copy import LakeCopy

READY_S = 10.0
# So often is sealed what moved, before no more may move meanwhile.
SEALS = 2
# So long, in seconds, may a question keep records from being taken in.
HELD_S = 3.0
CHANGING = (
    "More people change just now than can be read, so nobody can be told how they all"
    " stand. Ask again in a moment."
)


class OneOffset:
    """The copy as it stood at one moment; several questions may be put to it."""

    def __init__(self, copy: "LakeCopy", asking: Asking) -> None:
        self._copy = copy
        self._asking = asking

    async def ask(self, question: Question) -> Found:
        return await self._copy.threads.ask(partial(self._asking.answer, question))


class LakeAsking:
    """Answers questions as of one offset: rows, what came since, and who is who."""

    def __init__(self, copy: "LakeCopy") -> None:
        self._copy = copy

    @asynccontextmanager
    async def at_one_offset(
        self, wait_s: float = READY_S, then: Callable[[], None] = lambda: None
    ) -> AsyncIterator[OneOffset]:
        """Give the copy as it stands now; NotAnsweredError if it can't answer.

        then: is called at that very moment.
        """
        copy = self._copy
        # Nothing is left for later while somebody waits.
        with copy.opening.resting.waited_for():
            await self._wait_ready(wait_s)
        async with copy.asked:
            with copy.opening.resting.waited_for():
                asking = await self._begun(wait_s, then)
            copy.begun.add(asking)
            try:
                yield OneOffset(copy, asking)
            finally:
                copy.begun.discard(asking)
                await copy.threads.ask(asking.close)

    async def _begun(self, wait_s: float, then: Callable[[], None]) -> Asking:
        until_s = time.perf_counter() + wait_s
        while True:
            await self._wait_ready(wait_s)
            asking = await self._begin(then)
            if asking is not None:
                return asking
            # People are to be read once more, as something concerns them all.
            if time.perf_counter() > until_s:
                raise NotAnsweredError(self._copy.progress())

    async def _begin(self, then: Callable[[], None]) -> Asking | None:
        copy = self._copy
        async with copy.turn:
            await self._agree()
            if copy.ends or not (copy.live and copy.whole):
                return None
            cut = copy.tail.cut(copy.fold.offset)
            then()
            return await copy.threads.ask(lambda: copy.lake.begin(cut.pack(copy.lake)))

    async def _agree(self) -> None:
        """Have what is sealed, what came since and who holds what stand together."""
        if not await self._copy.sealing.take_notes(HELD_S):
            raise NotAnsweredError(CHANGING)
        for _ in range(SEALS):
            if not self._differs:
                return
            await self._seal()
        # Where each record moves rows, there is always more: the next one waits.
        async with self._copy.fold.held():
            while self._differs:
                await self._seal()

    @property
    def _differs(self) -> bool:
        """Say whether what is sealed is of other strands, or of people as they were."""
        notes = self._copy.notes
        return self._copy.whole and bool(len(notes.moves) or notes.of_everybody)

    async def _seal(self) -> None:
        await self._copy.sealing.seal_now()
        if self._copy.whole:
            await self._copy.sealing.take_notes()

    async def _wait_ready(self, wait_s: float) -> None:
        copy, opening = self._copy, self._copy.opening
        opening.begin()
        if not copy.is_ready and opening.task is not None:
            await asyncio.wait({opening.task}, timeout=wait_s)
        if copy.ends or not copy.is_ready:
            raise NotAnsweredError(copy.fault or copy.progress())
