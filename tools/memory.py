"""A pytest plugin: the folders of tests lie in memory where there is room for them.

Hundreds of servers wait for the disk whenever they acknowledge something, and it proves
nothing: who is killed leaves what it wrote, no test cuts the machine's power, and what
a power cut leaves is played (tests/proof/power.py). The torture stays on the disk.
"""

import os
import shutil
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")
# A run takes half of it, with the folders that are kept for several tests.
ROOM_BYTES = 8 << 30
# Where pytest makes the folders of tests.
PLACE = "PYTEST_DEBUG_TEMPROOT"
KIB = 1024


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    # Processes that a run starts, its workers among them, go by what it found.
    if not os.environ.get("HABITUE_TORTURE") and room() >= ROOM_BYTES:
        os.environ.setdefault(PLACE, str(MEMORY))


def room() -> int:
    """Give the bytes that may be kept in memory; 0 where there is no place for it."""
    if not os.access(MEMORY, os.W_OK):
        return 0
    lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    told = dict(line.split()[:2] for line in lines)
    return min(shutil.disk_usage(MEMORY).free, int(told["MemAvailable:"]) * KIB)
