"""Work on the serving loop, a little at a time, so that others get their turn."""

import asyncio
import time
from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")

_SLICE_S = 0.001


async def in_slices(work: Generator[None, None, T]) -> T:
    """Do work that yields after each bit of it; give what it found."""
    until_s = time.perf_counter() + _SLICE_S
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: T = end.value
            return found
        if time.perf_counter() >= until_s:
            await asyncio.sleep(0)
            until_s = time.perf_counter() + _SLICE_S
