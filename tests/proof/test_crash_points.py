"""A process that dies at each thing it asks of the disk leaves a log that is whole."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from habitue.backends.sqlite.truth import SqliteTruth
from habitue.log.port import Entry
from tests.proof import committing
from tests.proof.ledger import records

LONG = bool(os.environ.get("HABITUE_TORTURE"))
COMMITS = 30
BODY, NOW_US = b"{}", 1_000_000
# Writing to the log and its files, flushing them, cutting their ends, answering.
CALLS = ("pwrite64", "fdatasync", "ftruncate", "write")
TIMES = range(1, 41) if LONG else (3, 24)

pytestmark = [
    pytest.mark.proof("T02"),
    pytest.mark.skipif(
        os.geteuid() != 0 or shutil.which("strace") is None,
        reason="killing a process at a call of its own needs root and strace",
    ),
]


class Point(NamedTuple):
    """Where a process dies: as it asks for something for the nth time."""

    call: str
    time: int


def points() -> Iterator[Point]:
    yield from (Point(call, time) for time in TIMES for call in CALLS)


def test_wherever_it_dies_nothing_acknowledged_is_lost_and_the_log_goes_on(
    tmp_path: Path, figure: Callable[[str, Any], None]
) -> None:
    hit = 0
    for number, point in enumerate(points()):
        path = tmp_path / str(number) / "truth.db"
        code, told = commit(path, point)
        # What asks for it less often ends by itself.
        assert code in {0, -signal.SIGKILL}, point
        hit += code != 0
        check(path, told)
    figure("points hit", hit)
    assert hit > len(TIMES) * len(CALLS) // 2


def commit(path: Path, point: Point) -> tuple[int, dict[str, int]]:
    """Let a process commit, up to where it dies; give its end and what it told."""
    path.parent.mkdir()
    done = subprocess.run(
        [
            *("strace", "-f", "-qq", "-o", "/dev/null"),
            *("-e", f"trace={point.call}"),
            *("-e", f"inject={point.call}:signal=KILL:when={point.time}"),
            *(sys.executable, committing.__file__, str(path), str(COMMITS)),
        ],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    lines = done.stdout.rpartition("\n")[0].splitlines()
    told = {name: int(offset) for name, offset in (line.split() for line in lines)}
    return done.returncode, told


def check(path: Path, told: dict[str, int]) -> None:
    truth = SqliteTruth(path)
    try:
        held = {one.message_id: one.offset for one in records(truth)}
        assert {name: held.get(name) for name in told} == told
        # It goes on where the other died, and knows what that one stored.
        again = [
            Entry(source="till", message_id=name, body=BODY) for name in ("x", "y")
        ]
        assert [one.offset for one in truth.commit(again, NOW_US)] == [
            len(held) + 1,
            len(held) + 2,
        ]
        assert truth.verify() == len(held) + 2
    finally:
        truth.close()
