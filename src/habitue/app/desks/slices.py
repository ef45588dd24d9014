"""Long reading on the serving loop: a slice at a time, with turns for others."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

# So long it may hold the loop before requests and the projector get their turn.
SLICE_S = 0.001


class Read(Protocol):
    """State that is read while others go on."""

    @property
    def whole(self) -> Callable[[], Awaitable[None]]:
        """Wait until no record is half settled."""
        ...


async def give_way(read: Read) -> None:
    """Let others work, and go on once state is of one offset again."""
    await asyncio.sleep(0)
    await read.whole()


class Slices:
    """Gives others their turn when a slice of the loop is used up."""

    def __init__(self, read: Read, slice_s: float = SLICE_S) -> None:
        """read: what is read in the slices; after a turn it is of one offset."""
        self._read = read
        self._slice_s = slice_s
        self._until = time.perf_counter() + slice_s

    async def turn(self) -> None:
        """Let others work, if this slice is used up."""
        if time.perf_counter() >= self._until:
            await give_way(self._read)
            self._until = time.perf_counter() + self._slice_s
