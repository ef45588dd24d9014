"""Runs tests over the copy of the tree, broken or whole."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tools.mutants.mutant import Mutant
from tools.mutants.verdict import Ran

WHOLE_S_MAX = 30 * 60
BROKEN_S_MAX = 180
# Of a break that is known to hang.
HANGING_S_MAX = 20


def whole(folder: Path, tests: Sequence[str]) -> Ran:
    """Run all tests over the tree as it is."""
    return _run(folder, tests, WHOLE_S_MAX, {})


def broken(folder: Path, mutant: Mutant) -> Ran:
    """Run a mutant's tests over the broken tree, up to the first that fails."""
    seconds_max = HANGING_S_MAX if mutant.may_hang else BROKEN_S_MAX
    # Nothing compiled of a broken tree may be left for the next one, and nobody waits
    # for the simplest example of a break (tests/conftest.py).
    environ = {"PYTHONDONTWRITEBYTECODE": "1", "HABITUE_BROKEN": "1"}
    return _run(folder, mutant.tests, seconds_max, environ, "-x")


def _run(
    folder: Path,
    tests: Sequence[str],
    seconds_max: float,
    environ: dict[str, str],
    *options: str,
) -> Ran:
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    # One of its own, so that the servers that tests have started end with it.
    child = subprocess.Popen(
        [*command, "-rpfEs", *options, *tests],
        cwd=folder,
        env={**os.environ, **environ, "PYTHONPATH": str(folder / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, _ = child.communicate(timeout=seconds_max)
        code: int | None = child.returncode
    except subprocess.TimeoutExpired:
        _end(child)
        output, code = "", None
    return Ran(code, output, time.monotonic() - began)


def _end(child: subprocess.Popen[str]) -> None:
    os.killpg(child.pid, 9)
    child.communicate()
