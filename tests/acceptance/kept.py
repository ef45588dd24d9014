"""What takes long to make and several files of tests begin with, made once a run.

A year of a real shop takes a good part of a minute to import, and what it leaves is a
folder: whoever comes first makes it, whoever comes meanwhile waits, in whichever
worker, and each works on a copy of their own.
"""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def kept(
    folders: pytest.TempPathFactory, name: str, make: Callable[[Path], None]
) -> Path:
    """Give the folder of this name, which make fills if nobody did so in this run.

    It is for reading: copy what is to be changed.
    """
    root = folders.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # Each worker's is in that of the run.
    made = root / f"kept-{name}"
    with (root / f"kept-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            # One that could not be made to its end is none.
            half = root / f"half-{name}"
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir()
            make(half)
            half.rename(made)
    return made
