"""Long reading on the serving loop: a slice at a time, with turns for others."""

import asyncio
import time

# So long it may hold the loop before requests and the projector get their turn.
SLICE_S = 0.001


class Slices:
    """Gives others their turn when a slice of the loop is used up."""

    def __init__(self, slice_s: float = SLICE_S) -> None:
        self._slice_s = slice_s
        self._until = time.perf_counter() + slice_s

    async def turn(self) -> None:
        """Let others work, if this slice is used up."""
        if time.perf_counter() >= self._until:
            await asyncio.sleep(0)
            self._until = time.perf_counter() + self._slice_s
