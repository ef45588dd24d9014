"""The whole core played by seeds, with faults: what must hold holds in each life."""

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.proof.books import database
from tests.proof.core import Core

pytestmark = pytest.mark.proof("T19")

LONG = bool(os.environ.get("HABITUE_TORTURE"))
SEEDS = 10_000 if LONG else 120
# Most lives are short, for most of what goes wrong needs few steps.
STEPS, STEPS_LONG = 25, 200
# A life that fails is told by its seed, and those of the other parts are played too.
PARTS = 40 if LONG else 8
# On PostgreSQL a life takes ten times as long.
SEEDS_POSTGRES = 300 if LONG else 3
BEFALLS = ("erasures", "expiries", "writes cut off", "restarts of all")
BATCHES = (1, 7, 100, 10_000)
# After an erasure others are judged as of now, and not as a log that never held what is
# erased would have had them judged all along: when they came in, what was told of it,
# what of long ago is noted, when to look again, and whether they left a version that is
# over, which is found when they are judged next. Who is in what that is in force is
# compared with its meaning, though. And what goods anybody touched, so that a leaf was
# noted anew when these changed: who is erased is not asked for theirs.
JUDGED_AS_OF_NOW = {
    *("membership", "segment_flow", "segment_due", "segment_fact", "segment_size"),
    "segment_page",
    *("segment_member", "timer", "due"),
    *("segment_goods", "segment_leaf"),
}


def live(folder: Path, seed: int, url: str = "") -> Core:
    """Play a life to its end, and compare all that is kept with what it should be."""
    core = Core(folder, random.Random(seed), url)
    steps = STEPS_LONG if LONG and seed % 10 == 0 else STEPS
    for _ in range(steps):
        core.step()
        assert not list(core.fold.faults.items())
        if core.chance.random() < 1 / STEPS:
            check(core)
    core.finish()
    check(core)
    besides = JUDGED_AS_OF_NOW if core.met["erasures"] else set()
    rebuilt = core.rebuilt(core.chance.choice(BATCHES))
    assert less(rebuilt, besides) == less(core.dump(), besides)
    core.close()
    return core


def less(dump: list[bytes], tables: set[str]) -> list[bytes]:
    return [row for row in dump if msgspec.msgpack.decode(row)[0] not in tables]


def check(core: Core) -> None:
    core.check_log()
    core.check_people()
    assert core.kept(core.now_us) == core.meant(core.now_us)


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_the_core_is_what_its_log_says(
    tmp_path: Path, seed: int, part: int, figure: Callable[[str, Any], None]
) -> None:
    met: Counter[str] = Counter()
    first = seed + part * (SEEDS // PARTS)
    for one in range(first, first + SEEDS // PARTS):
        try:
            core = live(tmp_path / str(one), one)
        except BaseException as error:
            error.add_note(f"HABITUE_SEED={one} plays this life before all others.")
            raise
        met.update(core.met)
        shutil.rmtree(tmp_path / str(one))
    figure("lives", SEEDS // PARTS)
    figure("seeds", f"{first} to {first + SEEDS // PARTS - 1}")
    figure("what befell them", dict(sorted(met.items())))
    # A few lives may be spared some of it; hundreds are not.
    assert (all if LONG else any)(met[one] for one in BEFALLS)


@pytest.mark.postgres
def test_whatever_happens_on_postgresql_the_core_is_what_its_log_says(
    tmp_path: Path,
    seed: int,
    postgres_cluster: str,
    postgres_template: str,
    figure: Callable[[str, Any], None],
) -> None:
    met: Counter[str] = Counter()
    for one in range(seed, seed + SEEDS_POSTGRES):
        with database(postgres_cluster, postgres_template) as url:
            try:
                core = live(tmp_path / str(one), one, url)
            except BaseException as error:
                error.add_note(f"HABITUE_SEED={one} plays this life before all others.")
                raise
        met.update(core.met)
    figure("lives on PostgreSQL", SEEDS_POSTGRES)
    figure("what befell them", dict(sorted(met.items())))
    assert any(met[one] for one in BEFALLS)
