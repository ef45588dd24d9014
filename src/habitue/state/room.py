"""Keeps what is cached within its limit, without ever pausing for long.

Rows are cached in two generations. Whatever is used moves to the young one; when
the young one holds half of the limit, the old one, which nobody asked for in all
that time, is thrown out and the young one becomes the old one. So a hit costs one
look-up in a dict and no bookkeeping. Freeing half a million rows takes a tenth of a
second, so what was thrown out is freed a few at a time.
"""

from collections.abc import Callable
from typing import Any, Protocol

# Rows freed between two looks at the clock.
_STEP_ROWS = 256
# Rows freed whenever something was loaded, so that reading alone stays bounded.
_LOAD_ROWS = 16
# Loads between two looks at how full the room is, in a room of many thousand rows.
_LOOK_LOADS = 64


class Holder(Protocol):
    """A table or index with two generations of cached things."""

    def young_size(self) -> int: ...

    def rotate(self) -> dict[Any, Any]:
        """Make the young generation the old one; give the old one to be freed."""
        ...

    def shrink(self, rows: int) -> int:
        """Drop about so many of the old generation; 0 if none was left."""
        ...

    def size(self) -> int: ...


class Room:
    """The common limit of several holders."""

    def __init__(self, rows_max: int, monotonic: Callable[[], float]) -> None:
        self._rows_max = rows_max
        self._monotonic = monotonic
        self._holders: list[Holder] = []
        self._thrown: list[dict[Any, Any]] = []
        self._look_loads = max(1, min(_LOOK_LOADS, rows_max // 1_000))
        self._loads = 0

    def join(self, holder: Holder) -> None:
        self._holders.append(holder)

    def loaded(self) -> None:
        """Take note of one thing that was loaded, and make room now and then."""
        self._loads += 1
        if self._loads >= self._look_loads:
            self._loads = 0
            self.make()
        elif self._thrown:
            self._free(_LOAD_ROWS)

    def make(self) -> None:
        """Make room for what was loaded: rotate if half of the limit is young."""
        self._free(_LOAD_ROWS)
        if sum(holder.young_size() for holder in self._holders) * 2 > self._rows_max:
            for holder in self._holders:
                self.throw(holder.rotate())

    def throw(self, rows: dict[Any, Any]) -> None:
        """Take rows that nobody needs any more, to be freed by and by."""
        if rows:
            self._thrown.append(rows)

    def sweep(self, deadline: float) -> bool:
        """Free what was thrown out until the deadline; say whether all is done."""
        while self._thrown:
            self._free(_STEP_ROWS)
            if self._monotonic() >= deadline:
                return False
        return self._shrink(deadline)

    def _free(self, count: int) -> None:
        if self._thrown:
            rows = self._thrown[-1]
            for _ in range(min(count, len(rows))):
                rows.popitem()
            if not rows:
                self._thrown.pop()

    def _shrink(self, deadline: float) -> bool:
        # Only needed where one snapshot alone held more rows than the limit.
        if self.size() <= self._rows_max:
            return True
        for holder in self._holders:
            while self.size() > self._rows_max and holder.shrink(_STEP_ROWS):
                if self._monotonic() >= deadline:
                    return False
        return True

    def size(self) -> int:
        """Say how many rows are in memory, those about to be freed included."""
        return sum(holder.size() for holder in self._holders) + sum(
            len(rows) for rows in self._thrown
        )
