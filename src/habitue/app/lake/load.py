"""How much of its time the loop has work; while it is much, what may wait waits."""

import asyncio
import time
from collections.abc import Callable

WINDOW_S = 0.25
# With more of the time than this, readers and doors wait for each other as it is.
SHARE_MAX = 0.35


class Load:
    """The share of the time that the loop works, window by window."""

    def __init__(self) -> None:
        self._is_high = False
        self._since_s = self._worked_s = 0.0

    def is_high(self) -> bool:
        """Say whether the loop had much to do; to be asked in its thread."""
        now_s = time.perf_counter()
        if now_s - self._since_s >= WINDOW_S:
            self.judge(now_s, time.thread_time())
        return self._is_high

    def judge(self, now_s: float, worked_s: float) -> None:
        """Judge the window that is over by how long the thread has worked, ever.

        >>> load = Load()
        >>> load.judge(10.0, worked_s=5.0)
        >>> load._is_high
        True
        >>> load.judge(70.0, worked_s=5.1)
        >>> load._is_high
        False
        """
        passed_s = now_s - self._since_s
        self._is_high = worked_s - self._worked_s > SHARE_MAX * passed_s
        self._since_s, self._worked_s = now_s, worked_s


async def calm(
    is_high: Callable[[], bool], most_s: float, look_s: float = WINDOW_S
) -> None:
    """Wait for a window in which the loop had little to do, for most_s at most."""
    # What is said first is of a time before.
    is_high()
    for _ in range(round(most_s / look_s)):
        await asyncio.sleep(look_s)
        if not is_high():
            return
