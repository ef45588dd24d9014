"""Wherever it dies amid snapshots, the copy and erasures, the next start mends all."""

import os
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from habitue.app.projection.rebuild import verify
from habitue.backends.sqlite.truth import SqliteTruth
from tests.proof import dying
from tests.proof.dying import ERASURE, SEAL, SNAPSHOT, Point, Told
from tests.proof.housekeeping import (
    FORGET,
    LIVE,
    SOURCE,
    House,
    canary,
    furnish,
    opened,
    settings_of,
)
from tests.proof.ledger import events

LONG = bool(os.environ.get("HABITUE_TORTURE"))
PEOPLE = 4 if LONG else 2
# Of each part.
POINTS = 14 if LONG else 1
MENDED_S = 60

pytestmark = [
    pytest.mark.proof("T02"),
    pytest.mark.filterwarnings("ignore:.*Reserved kwarg"),
    pytest.mark.skipif(
        os.geteuid() != 0 or shutil.which("strace") is None,
        reason="killing a process at a call of its own needs root and strace",
    ),
]


class Kept:
    """A furnished folder that is copied for each death, and where one may die in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        made = folder / "furnished"
        self._key = furnish(made)
        lived = Path(shutil.copytree(made, folder / "lived"))
        self._before = dying.counted(lived, folder / LIVE, *self._words(LIVE))
        forgot = Path(shutil.copytree(lived, folder / "forgot"))
        told = dying.counted(forgot, folder / FORGET, *self._words(FORGET))
        assert len(told.erased) == PEOPLE // 2
        self._made = {LIVE: made, FORGET: lived}

    def points(self, part: str) -> list[list[Point]]:
        return dying.found(self._folder / dying.WORK[part], part)

    def die(self, part: str, point: Point) -> bool:
        """Die at a point, mend, check; say whether it died amid that part."""
        work = dying.WORK[part]
        folder = Path(shutil.copytree(self._made[work], self._folder / "killed"))
        has_died, told = dying.killed(folder, point, *self._words(work))
        done = mend(folder, self._key)
        before = self._before.stored if work == FORGET else {}
        check(folder, told._replace(stored=before | told.stored), done)
        shutil.rmtree(folder)
        return has_died and dying.is_amid(part, told)

    def _words(self, work: str) -> tuple[str, ...]:
        return self._key, str(PEOPLE), work


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("house"))


@pytest.mark.parametrize("part", [SNAPSHOT, SEAL, ERASURE])
def test_wherever_it_dies_what_was_answered_holds_and_what_was_begun_is_ended(
    kept: Kept, part: str, seed: int, figure: Callable[[str, Any], None]
) -> None:
    chance, points, died = Random(seed), kept.points(part), 0
    for at in range(3 * POINTS):
        died += kept.die(part, dying.draw(points, at, chance))
        if died == POINTS:
            break

    figure(f"died amid {part}", died)
    assert died == POINTS


def mend(folder: Path, key: str) -> int:
    """Start again, wait until what was begun is done; give how many are erased."""
    with opened(folder, key) as house:
        deadline = time.monotonic() + MENDED_S
        while not all_done(house):
            assert time.monotonic() < deadline, "An erasure was not gone on with."
            time.sleep(0.05)
        counted, done = house.counted(), len(erasures(house))
    with closing(SqliteTruth(folder / "truth.db")) as truth:
        assert counted == sum(1 for _ in events(truth))
    return done


def all_done(house: House) -> bool:
    return all(one["status"] == "done" for one in erasures(house))


def erasures(house: House) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = house.operator.get("/api/v1/privacy/erasures")[
        "erasures"
    ]
    return told


def check(folder: Path, told: Told, done: int) -> None:
    """Assert that all is there that was answered, but for those whose erasure is done.

    Who was told of and is not there any more was erased, and there is one certificate
    for each.
    """
    with closing(SqliteTruth(folder / "truth.db")) as truth:
        assert truth.verify() == truth.head()
        # What was erased stays known, too: told again it is a duplicate.
        found = {name: truth.find(SOURCE, name) for name in told.stored}
        assert found == told.stored
        there = {one.value for _, event in events(truth) for one in event.identifiers}
    assert not there & told.erased
    lived = {name.partition("-")[0] for name in told.stored}
    assert len(lived - there) == done
    assert verify(settings_of(folder))["equal"] is True
    gone = {f"u{number}" for number in range(PEOPLE)} - there
    for path in (one for one in folder.rglob("*") if one.is_file()):
        held = path.read_bytes()
        assert [who for who in gone if canary(who).encode() in held] == [], path
