"""Kept memberships are what the meaning says, however people and time move."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from habitue.segment import filling, judging, pages, together
from habitue.state.port import StateBackend
from tests.app.living import Living

pytestmark = pytest.mark.proof("T25")

LONG = bool(os.environ.get("HABITUE_TORTURE"))
SHOPS = 300 if LONG else 12
RECORDS = 80


@pytest.mark.parametrize("seed", range(SHOPS))
def test_kept_memberships_are_what_the_meaning_says(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if seed % 3 == 2:
        # So few are in a row that most entries are in pages.
        monkeypatch.setattr(pages, "ENTRIES_MAX", 1)
        monkeypatch.setattr(together, "LONG", 1)
    if seed % 4 == 3:
        # So few are joined that somebody else's come in their place.
        monkeypatch.setattr(judging, "JOINED_MAX", 10)
    if seed % 2:
        # So slow that people become others while a job is under way.
        monkeypatch.setattr(filling, "STEP_ITEMS", 1)
        monkeypatch.setattr(filling, "STEPS_A_TURN", 1)

    follow(Living(tmp_path, random.Random(seed)))


@pytest.mark.parametrize("seed", range(1_000, 1_020 if LONG else 1_001))
def test_so_they_are_on_either_backend(
    tmp_path: Path, seed: int, new_state_backend: Callable[[], StateBackend]
) -> None:
    follow(Living(tmp_path, random.Random(seed), new_state_backend))


def follow(living: Living) -> None:
    """Live through a shop's records, with restarts, and compare all the way."""
    for at in range(RECORDS):
        living.step()
        assert not list(living.fold.faults.items())
        if living.chance.random() < 0.1:
            living.restart()
        # While the catalogue's words are noted anew, the meaning answers instead.
        if at % 6 == 5 and not living.fold.segments.live.library.is_renewing():
            for ahead_us in (0, 1_000, 10**10, 10**13):
                now_us = living.now_us + ahead_us
                assert living.kept(now_us) == living.meant(now_us), (at, ahead_us)
    living.finish()
    assert living.kept(living.now_us) == living.meant(living.now_us)
    answering = living.fold.segments.live.library.answering()
    assert set(answering.values()) == set(living.defined)
    assert living.rebuilt(7) == living.dump()
    living.close()
