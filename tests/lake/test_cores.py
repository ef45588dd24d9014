"""Questions are answered on several cores, and the doors go first on each of them."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from habitue.backends.duckdb.cores import BEHIND, CORES_MAX, NICE_MAX, usable
from habitue.backends.duckdb.lake import DuckLake, Limits

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="a thread has a priority of its own on Linux alone"
)


def behind() -> int:
    """Count the threads of this process that let others go first."""
    late = min(NICE_MAX, os.getpriority(os.PRIO_PROCESS, 0) + BEHIND)
    counted = 0
    for one in Path("/proc/self/task").iterdir():
        # A thread that has done its work may go while they are counted.
        with suppress(ProcessLookupError):
            counted += os.getpriority(os.PRIO_PROCESS, int(one.name)) == late
    return counted


def come_to(wanted: int) -> None:
    """Wait until so many let others go first: who started them ends a moment later."""
    until_s = time.monotonic() + 10
    while behind() != wanted:
        assert time.monotonic() < until_s, f"{behind()} instead of {wanted}"
        time.sleep(0.01)


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_whoever_helps_to_answer_lets_the_doors_go_first(
    tmp_path: Path, cores: int
) -> None:
    before, own = behind(), os.getpriority(os.PRIO_PROCESS, 0)
    lake = DuckLake(tmp_path / "lake.duckdb", tmp_path / "days", Limits(cores=cores))

    lake.open()

    come_to(before + cores - 1)
    assert os.getpriority(os.PRIO_PROCESS, 0) == own
    lake.close()
    come_to(before)


@pytest.fixture
def one_core() -> Iterator[None]:
    had = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(had)})
    yield
    os.sched_setaffinity(0, had)


@pytest.mark.usefixtures("one_core")
def test_on_a_machine_of_one_core_nobody_helps(tmp_path: Path) -> None:
    before = behind()
    lake = DuckLake(tmp_path / "lake.duckdb", tmp_path / "days")

    lake.open()

    assert usable() == 1
    come_to(before)
    lake.close()


def test_of_many_cores_no_more_help_than_memory_is_for() -> None:
    assert usable() <= CORES_MAX
