"""Where a process that keeps house may die: the calls to the disk of each of its parts.

A run under strace says which threads ask for what, of which file, and whether somebody
is being erased meanwhile. A point is the nth time that a thread asks for a call of one
file: the process is killed there in another run.
"""

import re
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.proof import housekeeping
from tests.proof.housekeeping import FORGET, LIVE

# Writing, flushing, cutting ends, giving a file its name, taking one away.
CALLS = ("pwrite64", "write", "fdatasync", "fsync", "ftruncate", "rename", "unlink")
SNAPSHOT, SEAL, ERASURE = "snapshot", "seal", "erasure"
# What is done in each, and the files that are written.
_STATE = ("state.db-wal", "state.db")
_COPY = ("lake.duckdb.wal", "lake.duckdb", "lake.anew")
_LOG = ("truth.db-wal", "truth.db")
WORK = {SNAPSHOT: LIVE, SEAL: LIVE, ERASURE: FORGET}
_FILES = {SNAPSHOT: _STATE, SEAL: _COPY, ERASURE: (*_STATE, *_LOG, *_COPY)}
_ASKED = re.compile(r'^(\d+) +(\w+)\((?:\d+<)?"?([^,">)]+)')


class Point(NamedTuple):
    """Where a process dies: as a thread asks for a call of a file the nth time."""

    file: str
    call: str
    time: int


class Told(NamedTuple):
    """What a process answered before it ended: offsets by name, and who was erased."""

    stored: dict[str, int]
    erased: set[str]
    # An erasure was asked for, and not answered.
    is_erasing: bool


def found(trace: Path, part: str) -> list[list[Point]]:
    """Give the points of a part as a trace tells them, by file and call.

    Those of a file and a call are one list, so that who goes through the lists in turn
    dies at each of them, and not where most is written alone: in the order of _FILES
    and CALLS, since where it is written a process leaves half of what it began.
    """
    times, points = Counter[tuple[str, ...]](), defaultdict[tuple[str, str], set[int]]
    held, amid = points(set), part != ERASURE
    for line in trace.read_text(errors="replace").splitlines():
        if part == ERASURE and "<pipe:" in line and '"eras' in line:
            amid = '"erasing ' in line
        if (asked := _ASKED.match(line)) is None:
            continue
        thread, call, path = asked.groups()
        if (file := Path(path).name) in _FILES[part]:
            times[thread, call, file] += 1
            if amid:
                held[file, call].add(times[thread, call, file])
    order = _FILES[part].index
    by_file = sorted(held, key=lambda one: (order(one[0]), CALLS.index(one[1])))
    return [[Point(*one, time) for time in sorted(held[one])] for one in by_file]


def draw(points: Sequence[Sequence[Point]], at: int, chance: Random) -> Point:
    """Draw a point by chance of the list whose turn it is.

    In the first round of its middle, where something is begun and not ended.
    """
    round_of, number = divmod(at, len(points))
    some = points[number]
    third = 0 if round_of else len(some) // 3
    return chance.choice(some[third : len(some) - third])


def is_amid(part: str, told: Told) -> bool:
    """Say whether who died at a call of a part's files died amid that part."""
    return part != ERASURE or told.is_erasing


def counted(folder: Path, trace: Path, *words: str) -> Told:
    """Keep house to the end under strace, which writes down each call."""
    code, told = _keep_house(folder, words, ("--seccomp-bpf", "-y", "-o", str(trace)))
    assert code == 0
    return told


def killed(folder: Path, point: Point, *words: str) -> tuple[bool, Told]:
    """Keep house up to a point; say whether it died there, and what it told."""
    inject = f"inject={point.call}:signal=KILL:when={point.time}"
    at = ("-P", str(folder / point.file), "-e", inject, "-o", "/dev/null")
    code, told = _keep_house(folder, words, at)
    # Threads share the work otherwise each time, so the last of a call may not come.
    assert code in {0, -signal.SIGKILL}, point
    return code != 0, told


def _keep_house(
    folder: Path, words: Sequence[str], tracing: Sequence[str]
) -> tuple[int, Told]:
    done = subprocess.run(
        [
            *("strace", "-f", "-qq", "-e", f"trace={','.join(CALLS)}", *tracing),
            *(sys.executable, "-m", housekeeping.__name__, str(folder), *words),
        ],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, _told(done.stdout.rpartition("\n")[0].splitlines())


def _told(lines: Sequence[str]) -> Told:
    stored, asked, erased = {}, set(), set()
    for line in lines:
        match line.split():
            case ["stored", name, offset]:
                stored[name] = int(offset)
            case ["erasing", who]:
                asked.add(who)
            case ["erased", who]:
                erased.add(who)
    return Told(stored, erased, is_erasing=asked != erased)
