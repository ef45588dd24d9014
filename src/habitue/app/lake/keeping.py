"""Has the copy keep sessions: made in its own thread, of some people at a time.

So a question about journeys reads what is there already, and makes anew those of
whom has changed since. They are made while little else is to do, and in turns: a seal
or a question goes between two.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from habitue.base.errors import StorageError
from habitue.lake.port import Sessions

if TYPE_CHECKING:
    from habitue.app.lake.copy import LakeCopy

# People whose sessions are made in one turn at most, which takes about a second: fewer
# turns would look through all events less often, but who asks waits for one.
PEOPLE = 10_000
# Fewer stale ones are no work for a question: they wait.
STALE_MIN = 2_000


class LakeSessions:
    """What is kept of sessions, and how they are made, if anybody says so."""

    def __init__(self, copy: "LakeCopy") -> None:
        self._copy = copy
        self.made_by: Callable[[], Sessions] | None = None
        self.stale_min = STALE_MIN

    async def keep(self, for_s: float) -> None:
        """Make sessions anew for so many seconds, or until next to nobody is stale."""
        until_s = time.perf_counter() + for_s
        made = None if self.made_by is None else self.made_by()
        while made is not None and self._is_due(made):
            began_s = time.perf_counter()
            if began_s > until_s or not await self._turn(made):
                return
            # As long as it took the core is others'.
            await asyncio.sleep(time.perf_counter() - began_s)

    def _is_due(self, made: Sessions) -> bool:
        copy = self._copy
        if not (copy.live and copy.lake.whole) or copy.is_late():
            return False
        return copy.lake.stamp != made.stamp or copy.lake.stale >= self.stale_min

    async def _turn(self, made: Sessions) -> bool:
        copy = self._copy
        work = partial(copy.lake.keep_sessions, made, PEOPLE)
        try:
            async with copy.turn:
                await copy.threads.write(work)
        except StorageError as error:
            copy.give_up(error)
            return False
        return True
