"""Long reading on the serving loop: a slice at a time, with turns for others."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

# So long it may hold the loop before requests and the projector get their turn.
SLICE_S = 0.001
# Who had to wait for a change of who is who goes on for as long as they waited, or they
# would hardly get on where many records reach far; and never longer than this.
LONGEST_S = 0.02


class Read(Protocol):
    """State that is read while others go on."""

    @property
    def whole(self) -> Callable[[], Awaitable[None]]:
        """Wait until no record is half settled."""
        ...


class Slices:
    """Gives others their turn when a slice of the loop is used up."""

    def __init__(self, read: Read, slice_s: float = SLICE_S) -> None:
        """read: what is read in the slices; after a turn it is of one offset."""
        self._read = read
        self._slice_s = slice_s
        self._until = time.perf_counter() + slice_s

    @property
    def is_used_up(self) -> bool:
        """Say whether others are to have their turn."""
        return time.perf_counter() >= self._until

    async def turn(self) -> None:
        """Let others work, if this slice is used up."""
        if self.is_used_up:
            await asyncio.sleep(0)
            await self.begin()

    async def begin(self, owed_s: float = 0.0) -> None:
        """Begin a slice, once state is of one offset; owed_s: waited for it already."""
        came_s = time.perf_counter()
        await self._read.whole()
        now_s = time.perf_counter()
        self._until = now_s + length_s(self._slice_s, waited_s=owed_s + now_s - came_s)


def length_s(slice_s: float, waited_s: float) -> float:
    """Say how long a slice is, in seconds, after waiting for a change so long.

    >>> length_s(0.001, waited_s=0.0), length_s(0.001, 0.01), length_s(0.001, 3.0)
    (0.001, 0.01, 0.02)
    """
    return max(slice_s, min(waited_s, LONGEST_S))
