"""When a packet of an import may go on: it gives way to everybody else.

Records are folded in the order of the log, so who comes after a packet waits until all
of it is folded. While others are about, a packet goes on only once nothing awaits the
projector; while nobody is, so much may wait that the projector never stands still.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from habitue.collect.http import Fault

# A packet waits this long before it is sent away; who imports would only come again,
# and meanwhile nothing would be there to project.
WAIT_S, LOOK_S = 2.0, 0.002
OVERLOAD_WAIT_S = 1
# So many records may await the projector where nobody else is about: enough for it to
# go on while the next packet is read.
BEHIND_MAX = 100
# Who asked for something is about for so long: a till sends again, a reader clicks on.
ABOUT_S = 1.0
# Where others leave no gap, a packet has waited for one long enough: however much they
# send, an import ends.
PATIENCE_S = 0.25

Behind = Callable[[], int]


class Turns:
    """Lets the packets of all imports go on one after the other, as they came."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        # How many records await the projector of this process, if it has one.
        self.behind: Behind = lambda: 0
        # Entries that have had their turn and are not in the log yet.
        self._under_way = 0
        self._queue = asyncio.Lock()
        self._asked_s = float("-inf")

    def note_other(self) -> None:
        """Learn that somebody asks for something who is no import."""
        self._asked_s = self._now_s()

    @asynccontextmanager
    async def turn(
        self, items: int, is_pressed: Callable[[], bool]
    ) -> AsyncIterator[None]:
        """Wait for the turn of so many entries; a Fault says to come again.

        is_pressed: says whether there is more to do than can be borne already.
        """
        await self._wait(items, is_pressed)
        try:
            yield
        finally:
            self._under_way -= items

    async def _wait(self, items: int, is_pressed: Callable[[], bool]) -> None:
        came_s = self._now_s()
        async with self._queue:
            while is_pressed() or not self._may_go(self._now_s() - came_s):
                if self._now_s() - came_s >= WAIT_S:
                    raise Fault("overloaded", wait_s=OVERLOAD_WAIT_S)
                await asyncio.sleep(LOOK_S)
            self._under_way += items

    def _may_go(self, waited_s: float) -> bool:
        before = self.behind() + self._under_way
        if self.others_are_about and waited_s < PATIENCE_S:
            return before == 0
        return before < BEHIND_MAX

    @property
    def others_are_about(self) -> bool:
        return self._now_s() - self._asked_s < ABOUT_S
