"""Long reading in slices: others get their turn, and who waited goes on for as long."""

import asyncio
from types import SimpleNamespace

import pytest

from habitue.app.desks import slices as module
from habitue.app.desks.slices import LONGEST_S, Slices


class Watch:
    """A clock that goes on when it is told, and state that is settled after a while."""

    def __init__(self, settled_after_s: float) -> None:
        self.now_s = 100.0
        self._settled_after_s = settled_after_s

    def perf_counter(self) -> float:
        return self.now_s

    async def whole(self) -> None:
        self.now_s += self._settled_after_s


@pytest.mark.parametrize(
    ("waited_s", "length_s"), [(0.0, 0.001), (0.008, 0.008), (5.0, LONGEST_S)]
)
def test_who_waited_for_a_change_reads_for_as_long(
    monkeypatch: pytest.MonkeyPatch, waited_s: float, length_s: float
) -> None:
    watch = Watch(waited_s)
    monkeypatch.setattr(
        module, "time", SimpleNamespace(perf_counter=watch.perf_counter)
    )
    slices = Slices(watch)
    watch.now_s += 0.0011

    asyncio.run(slices.turn())
    watch.now_s += length_s * 0.99
    assert not slices.is_used_up
    watch.now_s += length_s * 0.02
    assert slices.is_used_up
