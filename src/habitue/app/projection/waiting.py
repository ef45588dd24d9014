"""Who waits for state: until it reflects a record, or until it is of one offset."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from habitue.app.projection.fold import Fold


class Waiting:
    """Lets those go on who wait, once what they read is there."""

    def __init__(self, fold: Fold, is_over: Callable[[], bool]) -> None:
        """is_over: says whether nothing is taken in any more, so waiting is in vain."""
        self._fold = fold
        self._is_over = is_over
        self._waiters: list[tuple[int, int, asyncio.Future[bool]]] = []
        self._count = itertools.count()
        self._readers: list[asyncio.Future[bool]] = []
        self._holds = 0
        self._let_go_on = asyncio.Event()

    @property
    def is_held(self) -> bool:
        """Say whether somebody reads who can't if more is taken in meanwhile."""
        return self._holds > 0

    @property
    def reads(self) -> bool:
        """Say whether somebody waits to read state at one offset."""
        return bool(self._readers)

    async def applied(self, offset: int, timeout_s: float) -> bool:
        """Wait until state reflects the record at offset; False after timeout_s."""
        if self._fold.offset >= offset:
            return True
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        heapq.heappush(self._waiters, (offset, next(self._count), future))
        late = loop.call_later(timeout_s, _let_go, future, False)
        try:
            return await future
        finally:
            late.cancel()

    async def whole(self) -> None:
        """Wait until no record is half settled, to read state at one offset.

        It is of one until who waited gives way; after that it is to be asked for anew.
        """
        while self._fold.settling is not None and not self._is_over():
            future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            self._readers.append(future)
            await future

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Have no further record taken in until all of this is read, at one offset."""
        self._holds += 1
        self._let_go_on.clear()
        try:
            await self.whole()
            yield
        finally:
            self._holds -= 1
            if not self._holds:
                self._let_go_on.set()

    async def go_on(self) -> None:
        """Wait until nobody holds."""
        while self.is_held:
            await self._let_go_on.wait()

    def answer(self) -> None:
        """Let go on who can, unless state is of no offset just now."""
        if self._fold.settling is not None:
            return
        self.release()
        waiters, offset = self._waiters, self._fold.offset
        while waiters and waiters[0][0] <= offset:
            _let_go(heapq.heappop(waiters)[2], True)

    def release(self) -> None:
        """Let all go on who wait to read."""
        for reader in self._readers:
            _let_go(reader, True)
        self._readers.clear()


def _let_go(waiting: "asyncio.Future[bool]", told: bool) -> None:
    if not waiting.done():
        waiting.set_result(told)
