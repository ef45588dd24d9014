"""The live stream as server-sent events: bounded, resumed by offset."""

import asyncio
from collections.abc import AsyncIterator, Callable

import msgspec

from habitue.access.masking import Mask
from habitue.console.live.row import row
from habitue.console.look import Look
from habitue.console.port import Reading

# Four looks a second, twenty events each: what an eye can follow, and no more work.
LOOK_S = 0.25
EVENTS_MAX = 20
# A comment now and then tells proxies, and a browser gone away, that we're here.
QUIET_LOOKS_MAX = 60
STREAMS_MAX = 50


class Streams:
    """Counts the open streams, so that they can't be too many."""

    def __init__(self, reading: Reading, stopping: Callable[[], bool]) -> None:
        self._reading = reading
        self._stopping = stopping
        self.open = 0

    def full(self) -> bool:
        return self.open >= STREAMS_MAX

    async def follow(
        self, after: int, look: Look, mask: Mask, holds: Callable[[], bool]
    ) -> AsyncIterator[bytes]:
        """Give the events after an offset as they come, newest first a message.

        It ends once the session of who looks no longer holds.
        """
        self.open += 1
        try:
            yield b"retry: 1000\n\n"
            quiet = 0
            while holds() and not self._stopping():
                events = self._reading.recent(EVENTS_MAX, after)
                quiet = 0 if events else quiet + 1
                if events:
                    after = max(int(event["offset"]) for event in events)
                    rows = [row(event, look) for event in mask.views(events)]
                    yield b"id: %d\ndata: %s\n\n" % (after, msgspec.json.encode(rows))
                elif quiet % QUIET_LOOKS_MAX == 0:
                    yield b": still here\n\n"
                await asyncio.sleep(LOOK_S)
        finally:
            self.open -= 1
