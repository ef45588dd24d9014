"""A power cut at any moment: what was acknowledged is on the disk, and it opens."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from habitue.backends.sqlite.truth import SqliteTruth
from tests.proof import committing
from tests.proof.ledger import records
from tests.proof.power import CALLS, Disk, Said, steps

LONG = bool(os.environ.get("HABITUE_TORTURE"))
COMMITS = 600 if LONG else 120
IMAGES = 500 if LONG else 40

pytestmark = [
    pytest.mark.proof("T03"),
    pytest.mark.skipif(
        os.geteuid() != 0 or shutil.which("strace") is None,
        reason="following what a process writes needs root and strace",
    ),
]


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """What a process asked of the system while it committed, in order."""
    path = tmp_path / "trace"
    (tmp_path / "data").mkdir()
    subprocess.run(
        [
            *("strace", "-f", "-y", "-qq", "-xx", "-s", "1000000", "-o", str(path)),
            *("-e", f"trace={CALLS}", "--seccomp-bpf"),
            *(sys.executable, committing.__file__),
            *(str(tmp_path / "data" / "truth.db"), str(COMMITS)),
        ],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return path


def test_a_power_cut_loses_nothing_acknowledged_and_leaves_a_log_that_opens(
    tmp_path: Path, trace: Path, seed: int, figure: Callable[[str, Any], None]
) -> None:
    chance, disk, told, acknowledged = Random(seed), Disk(), dict[str, int](), 0
    done = list(steps(trace))
    first = next(at for at, step in enumerate(done) if isinstance(step, Said))
    cuts = set(chance.sample(range(first, len(done)), IMAGES))
    for at, step in enumerate(done):
        if isinstance(step, Said):
            told |= {name: int(where) for name, where in [step.text.split()]}
        else:
            disk.take(step)
        if at in cuts:
            disk.image(folder := _empty(tmp_path / "image"), chance)
            check(folder / "truth.db", told)
            acknowledged += len(told)
    figure("images", len(cuts))
    figure("items acknowledged before them", acknowledged)
    assert len(told) == sum(1 + number % 3 for number in range(COMMITS))


def check(path: Path, told: dict[str, int]) -> None:
    truth = SqliteTruth(path)
    try:
        held = {one.message_id: one.offset for one in records(truth)}
        assert {name: held.get(name) for name in told} == told
        assert truth.verify() == len(held)
    finally:
        truth.close()


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder
