"""Whatever comes in whatever order, the copy says of each event whose it is."""

import asyncio
import os
from pathlib import Path
from random import Random

import pytest

from tests.identity.histories import POLICIES, made_up
from tests.lake.kept import Kept
from tests.proof.logbook import Line, entry_of

pytestmark = pytest.mark.proof("T41")

LOGS = 200 if os.environ.get("HABITUE_TORTURE") else 8
# What was done is all the same to whose it is.
VIEW = (("Product Viewed", {"product_id": "A1"}), {}, {})
STEPS_US = (1, 3_600_000_000)
CALM = ("nothing", "seal", "ask")
# What may happen between any two records.
ROUGH = ("nothing", "nothing", "seal", "ask", "save", "crash", "restart", "open")


def _log(chance: Random) -> list[Line]:
    """Make up a log in which identity is decided anew again and again."""
    step_us = chance.choice(STEPS_US)
    return [entry_of(told, VIEW, step_us) for told in made_up(chance, 24)]


async def _do(kept: Kept, deed: str) -> None:
    if deed == "ask":
        await kept.check()
    elif deed == "seal":
        await kept.copy.seal()
    elif deed == "open":
        kept.copy.begin()
        await asyncio.sleep(0)
    elif deed != "nothing":
        await getattr(kept, deed)()


async def _live(folder: Path, chance: Random, deeds: tuple[str, ...]) -> None:
    kept = Kept(folder, chance.choice(POLICIES))
    kept.write(_log(chance))
    while kept.fold.offset < kept.truth.head():
        kept.apply(chance.randint(1, 4))
        await _do(kept, chance.choice(deeds))
    await kept.check()
    await kept.close()


@pytest.mark.parametrize("number", range(LOGS))
def test_of_each_event_the_copy_holds_the_strand_and_person_that_identity_says(
    tmp_path: Path, seed: int, number: int
) -> None:
    asyncio.run(_live(tmp_path, Random(f"{seed} {number}"), CALM))


@pytest.mark.parametrize("number", range(LOGS))
def test_and_so_it_does_over_crashes_restarts_and_late_openings(
    tmp_path: Path, seed: int, number: int
) -> None:
    asyncio.run(_live(tmp_path, Random(f"{seed} rough {number}"), ROUGH))
