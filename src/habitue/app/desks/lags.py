"""How far state is behind each source, and how long its events are on their way."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from habitue.base.clock import Clock
from habitue.log.port import Truth, Waiting

# From here on sources are asked to wait: to count more would hold up everybody.
COUNTED_MAX = 20_000
# Nothing waits; more does than is counted.
NOTHING = {"lag_records": 0, "lag_ms": 0}
UNKNOWN = {"lag_records": None, "lag_ms": None}

Behind = Mapping[str, Waiting] | None


class Lags:
    """Counts the records that wait to be in state, by source."""

    def __init__(self, truth: Truth, clock: Clock, offset: Callable[[], int]) -> None:
        """offset: up to where state reflects the log."""
        self._truth = truth
        self._clock = clock
        self._offset = offset
        # Says how long a source's newest events took to come; None where it is unknown.
        self.arrival: Callable[[str], dict[str, int] | None] = lambda _: None

    async def behind(self) -> Behind:
        """Give what waits of each source; None where it is more than is counted."""
        # Beside the loop: of many that wait, counting takes 20 ms.
        return await asyncio.to_thread(self._behind, self._offset())

    def _behind(self, offset: int) -> Behind:
        head = self._truth.head()
        if head - offset > COUNTED_MAX:
            return None
        if head <= offset:
            return {}
        return {one.source: one for one in self._truth.waiting(offset, COUNTED_MAX)}

    def view(self, behind: Behind, name: str) -> dict[str, Any]:
        """Give a source's records that wait, and how long the first one has, in ms."""
        if behind is None:
            return UNKNOWN
        waiting = behind.get(name)
        if waiting is None:
            return NOTHING
        waited_us = max(0, self._clock.now_us() - waiting.since_us)
        return {"lag_records": waiting.records, "lag_ms": waited_us // 1000}
