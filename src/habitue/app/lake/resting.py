"""How long the copy rests between two slices of its work: the longer, the busier.

Who asks the copy something is waited for; the copy itself has time. So while nobody
asks it takes up what it lacks in the gaps that door, fold and readers leave.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

REST_S = 0.001
REST_S_MAX = 0.25
# Whoever sleeps and is woken so much later had others before them.
LATE_S = 0.002


class Resting:
    """Rests between slices, by how much others have to do."""

    def __init__(self) -> None:
        self._rest_s = REST_S
        self._waiting = 0

    @contextmanager
    def waited_for(self) -> Iterator[None]:
        """Rest shortly, as somebody waits for an answer."""
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    @property
    def is_waited_for(self) -> bool:
        return self._waiting > 0

    async def rest(self) -> None:
        """Let others have the loop."""
        rest_s = REST_S if self._waiting else self._rest_s
        began = time.perf_counter()
        await asyncio.sleep(rest_s)
        late_s = time.perf_counter() - began - rest_s
        self._rest_s = next_rest_s(self._rest_s, late_s)


def next_rest_s(rest_s: float, late_s: float) -> float:
    """Say how long to rest after a rest that ended so much later than it was to.

    >>> next_rest_s(0.1, late_s=0.05), next_rest_s(0.1, late_s=0.0)
    (0.2, 0.05)
    """
    if late_s > LATE_S:
        return min(REST_S_MAX, rest_s * 2)
    return max(REST_S, rest_s / 2)
