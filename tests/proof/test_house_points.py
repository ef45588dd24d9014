"""Wherever it dies amid snapshots, the copy and erasures, the next start mends all."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from habitue.app.calling.gateway import Client, LocalGateway
from habitue.app.projection.rebuild import verify
from habitue.app.serving.local import LocalServer
from habitue.backends.sqlite.truth import SqliteTruth
from tests.proof import housekeeping
from tests.proof.housekeeping import SOURCE, canary, settings_of
from tests.proof.ledger import events

PEOPLE = 4
POINTS = 40 if os.environ.get("HABITUE_TORTURE") else 3
# Writing, flushing, cutting ends, giving a file its name, taking one away.
CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "unlink")
# Of any file of the folder: state.db, the copy, its days, the log.
_ASKED = re.compile(r"^(\d+) +(\w+)\(", re.MULTILINE)
COUNT = "SELECT count(*) AS n FROM events"
MENDED_S = 60

pytestmark = [
    pytest.mark.proof("T02"),
    pytest.mark.filterwarnings("ignore:.*Reserved kwarg"),
    pytest.mark.skipif(
        os.geteuid() != 0 or shutil.which("strace") is None,
        reason="killing a process at a call of its own needs root and strace",
    ),
]


class Told(NamedTuple):
    """What a process answered before it ended: offsets by name, and who was erased."""

    stored: dict[str, int]
    erased: set[str]


def test_wherever_it_dies_what_was_answered_holds_and_what_was_begun_is_ended(
    tmp_path: Path, seed: int, figure: Callable[[str, Any], None]
) -> None:
    chance, hit = Random(seed), Counter[str]()
    asked = count(tmp_path / "counted")
    for number in range(POINTS):
        call = chance.choice(CALLS)
        # The first third is what a new folder is made by.
        time_of = chance.randint(asked[call] // 3 + 1, asked[call])
        folder = tmp_path / str(number)
        code, told = keep_house(
            folder, "-e", f"inject={call}:signal=KILL:when={time_of}"
        )
        hit[call] += code == -signal.SIGKILL
        assert code in {0, -signal.SIGKILL}, (call, time_of)
        mend(folder)
        check(folder, told)
        shutil.rmtree(folder)
    figure("points hit", dict(hit))
    # Threads share the work otherwise each time, so the last of a call may not come.
    assert hit.total() >= POINTS // 2


def count(folder: Path) -> Counter[str]:
    """Count how often the busiest thread asks for each call."""
    folder.mkdir()
    trace = folder / "trace"
    code, told = keep_house(folder / "data", "-o", str(trace))
    assert code == 0
    assert len(told.erased) == PEOPLE // 2
    found = Counter(_ASKED.findall(trace.read_text(errors="replace")))
    most: Counter[str] = Counter()
    for (_, call), times in found.items():
        most[call] = max(most[call], times)
    return most


def keep_house(folder: Path, *words: str) -> tuple[int, Told]:
    """Let a process keep house under strace; give its end and what it told."""
    quiet = () if "-o" in words else ("-o", "/dev/null")
    done = subprocess.run(
        [
            *("strace", "-f", "-qq", "-e", f"trace={','.join(CALLS)}"),
            *(*quiet, *words),
            *(sys.executable, "-m", housekeeping.__name__, str(folder), str(PEOPLE)),
        ],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    stored, erased = {}, set()
    for line in done.stdout.rpartition("\n")[0].splitlines():
        match line.split():
            case ["stored", name, offset]:
                stored[name] = int(offset)
            case ["erased", who]:
                erased.add(who)
    return done.returncode, Told(stored, erased)


def mend(folder: Path) -> None:
    """Start again, and wait until what was begun is done."""
    with LocalServer(settings_of(folder)) as server:
        operator = Client(LocalGateway(server), server.token)
        deadline = time.monotonic() + MENDED_S
        while any(
            one["status"] != "done"
            for one in operator.get("/api/v1/privacy/erasures")["erasures"]
        ):
            assert time.monotonic() < deadline, "An erasure was not gone on with."
            time.sleep(0.05)
        counted = operator.post("/api/v1/lake/query", {"sql": COUNT})["n"]
    with closing(SqliteTruth(folder / "truth.db")) as truth:
        assert counted == sum(1 for _ in events(truth))


def check(folder: Path, told: Told) -> None:
    with closing(SqliteTruth(folder / "truth.db")) as truth:
        assert truth.verify() == truth.head()
        # What was erased stays known, too: told again it is a duplicate.
        found = {name: truth.find(SOURCE, name) for name in told.stored}
        assert found == told.stored
        there = {one.value for _, event in events(truth) for one in event.identifiers}
    assert not there & told.erased
    assert verify(settings_of(folder))["equal"] is True
    gone = {f"u{number}" for number in range(PEOPLE)} - there
    for path in (one for one in folder.rglob("*") if one.is_file()):
        held = path.read_bytes()
        assert [who for who in gone if canary(who).encode() in held] == [], path
