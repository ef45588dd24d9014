"""What may wait waits for a loop with little to do, but not for ever."""

import asyncio
from collections.abc import Iterator

import pytest

from habitue.app.lake.load import calm

LOOK_S = 0.001


def waits(said: Iterator[bool], looks_max: int) -> int:
    """Wait for calm, and give how often it was looked."""
    looks = 0

    def is_high() -> bool:
        nonlocal looks
        looks += 1
        return next(said)

    asyncio.run(calm(is_high, looks_max * LOOK_S, LOOK_S))
    return looks


@pytest.mark.parametrize(
    ("said", "looks"),
    [
        ([True, False], 2),
        ([False, False], 2),
        # What was before the wait says nothing.
        ([False, True, True, False], 4),
        ([True] * 7, 6),
    ],
)
def test_a_calm_window_is_waited_for(said: list[bool], looks: int) -> None:
    assert waits(iter(said), looks_max=5) == looks
