"""Counts for whoever is building a condition: often asked, and never a burden.

One is counted at a time. A count is kept for five times as long as it took, so that
pages which ask every few seconds take a sixth of a core at the most.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

import msgspec
from msgspec import Struct

View = dict[str, Any]
# Longer than this nobody waits for a number beside a form.
COUNT_S = 5.0
KEPT_TIMES = 5
KEPT_S_MIN = 1.0
KEPT_MAX = 100
_encode = msgspec.json.Encoder(order="deterministic").encode


class Counting(Protocol):
    """What counts; habitue.app.segments.desk.SegmentDesk is one."""

    async def preview(self, told: Any, sample: int) -> View: ...


class _Kept(Struct, frozen=True):
    view: View
    until_s: float


class Previews:
    """Counts conditions that need not be anybody's segment yet."""

    def __init__(
        self,
        counting: Counting,
        monotonic: Callable[[], float] = time.monotonic,
        wait_s: float = COUNT_S,
    ) -> None:
        self._counting = counting
        self._monotonic = monotonic
        self._wait_s = wait_s
        self._turn = asyncio.Lock()
        self._kept: dict[bytes, _Kept] = {}

    async def count(self, told: Any, sample: int, *, named: bool) -> View:
        """Count who satisfies a condition; known is False where that takes too long.

        named: tell the names of the sample, too.
        """
        view = await self._view(told, sample)
        if named:
            return view
        return {**view, "sample": [{**one, "name": None} for one in view["sample"]]}

    async def _view(self, told: Any, sample: int) -> View:
        key = _encode([told, sample])
        held = self._held(key)
        if held is not None:
            return held
        async with self._turn:
            # Somebody else may have asked the same while this one waited.
            held = self._held(key)
            return await self._fresh(key, told, sample) if held is None else held

    def _held(self, key: bytes) -> View | None:
        held = self._kept.get(key)
        if held is None or held.until_s < self._monotonic():
            return None
        return held.view

    async def _fresh(self, key: bytes, told: Any, sample: int) -> View:
        began_s = self._monotonic()
        try:
            async with asyncio.timeout(self._wait_s):
                view = await self._counting.preview(told, sample)
            found = {"known": True, **view}
        except TimeoutError:
            found = {"known": False, "sample": []}
        now_s = self._monotonic()
        kept_s = max(KEPT_S_MIN, KEPT_TIMES * (now_s - began_s))
        self._kept.pop(key, None)
        self._kept[key] = _Kept(found, now_s + kept_s)
        while len(self._kept) > KEPT_MAX:
            del self._kept[next(iter(self._kept))]
        return found
