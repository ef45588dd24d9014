"""The live stream as server-sent events: bounded, resumed by offset."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager

# Four looks a second.
LOOK_S = 0.25
# A comment now and then tells proxies, and a browser gone away, that we're here.
QUIET_LOOKS_MAX = 60
STREAMS_MAX = 50
# Gives a message of what is new since it was last asked, or nothing.
Looking = Callable[[], Awaitable[bytes]]


class Streams:
    """Counts the open streams, so that they can't be too many."""

    def __init__(self, stopping: Callable[[], bool]) -> None:
        self._stopping = stopping
        self.open = 0

    def full(self) -> bool:
        return self.open >= STREAMS_MAX

    async def follow(
        self, looking: AbstractContextManager[Looking], holds: Callable[[], bool]
    ) -> AsyncIterator[bytes]:
        """Give what is new as it comes, until the session of who looks holds no more.

        looking: held as long as somebody follows.
        """
        self.open += 1
        try:
            yield b"retry: 1000\n\n"
            with looking as look:
                quiet = 0
                while holds() and not self._stopping():
                    message = await look()
                    quiet = 0 if message else quiet + 1
                    if message:
                        yield message
                    elif quiet % QUIET_LOOKS_MAX == 0:
                        yield b": still here\n\n"
                    await asyncio.sleep(LOOK_S)
        finally:
            self.open -= 1
