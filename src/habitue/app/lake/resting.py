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
# Whoever asked may ask again: for so long after a question it is never rested longer.
ASKED_S, REST_S_ASKED = 300.0, 0.006
# Others are busy if they take more of the loop's time than this while the copy rests.
BUSY_SHARE = 0.15
# A rest may last so much longer than it was to: clocks of loops count milliseconds.
LATE_S = 0.002
# What is rested altogether before it is judged: a short while says little.
JUDGED_S = 0.02


class Resting:
    """Rests between slices, by how much others have to do."""

    def __init__(self) -> None:
        self._rest_s = REST_S
        self._waiting = 0
        self._last_s = 0.0
        self._rested_s = self._worked_s = 0.0
        self._asked_until_s = 0.0

    @contextmanager
    def waited_for(self) -> Iterator[None]:
        """Rest shortly, as somebody waits for an answer."""
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1
            self._asked_until_s = time.perf_counter() + ASKED_S

    @property
    def is_waited_for(self) -> bool:
        return self._waiting > 0

    @property
    def owed_s(self) -> float:
        """Say how long who waits for an answer let others work in the last rest.

        Amid a flood these take ten times a slice: slices as short as ever would not
        come to an end before the flood does.
        """
        return self._last_s if self._waiting else 0.0

    async def rest(self) -> None:
        """Let others have the loop."""
        began_s, worked_s = time.perf_counter(), time.thread_time()
        wanted_s = self.next_s(began_s)
        await asyncio.sleep(wanted_s)
        rested_s = self._last_s = time.perf_counter() - began_s
        taken_s = taken_by_others_s(
            wanted_s, rested_s, worked_s=time.thread_time() - worked_s
        )
        self.judge(rested_s, taken_s)

    def judge(self, rested_s: float, worked_s: float) -> None:
        """Take in how long a rest was, and how much of it others took."""
        self._rested_s += rested_s
        self._worked_s += worked_s
        if self._rested_s >= JUDGED_S:
            share = self._worked_s / self._rested_s
            self._rest_s = next_rest_s(self._rest_s, share)
            self._rested_s = self._worked_s = 0.0

    def next_s(self, now_s: float) -> float:
        """Say how long to rest now, by time.perf_counter."""
        if self._waiting:
            return REST_S
        if now_s < self._asked_until_s:
            return min(self._rest_s, REST_S_ASKED)
        return self._rest_s


def taken_by_others_s(wanted_s: float, rested_s: float, *, worked_s: float) -> float:
    """Say how much of a rest others took: what the loop worked, or what it was late.

    Where other processes have the cores, the loop works little and is late for all: by
    its work alone it would look idle just when everybody waits for it.

    >>> taken_by_others_s(0.1, 0.1, worked_s=0.03)
    0.03
    >>> [taken_by_others_s(0.25, rested_s, worked_s=0.0) for rested_s in (0.251, 0.5)]
    [0.0, 0.25]
    """
    late_s = rested_s - wanted_s
    return max(worked_s, late_s if late_s > LATE_S else 0.0)


def next_rest_s(rest_s: float, share: float) -> float:
    """Say how long to rest after rests in which others worked this share of the time.

    >>> next_rest_s(0.1, share=0.5), next_rest_s(0.1, share=0.1)
    (0.2, 0.05)
    """
    if share > BUSY_SHARE:
        return min(REST_S_MAX, rest_s * 2)
    return max(REST_S, rest_s / 2)
