"""How much of its time the loop has work; while it is much, what may wait waits."""

import time

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
