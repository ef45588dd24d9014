"""Runs a row's tests in a session of their own, and tells how far they are."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.tree import ROOT

ROW_S_MAX = 2 * 60 * 60.0
TELLS_S = 60.0


def run(
    command: Sequence[str],
    log: Path,
    environ: Mapping[str, str],
    *,
    seconds_max: float = ROW_S_MAX,
    tells_s: float = TELLS_S,
) -> int | None:
    """Run a command, what it says into a log; give its code, None if it took too long.

    Now and then the last line of the log is printed. Whatever ends the waiting, the
    command and the servers that its tests have started end with it.
    """
    with log.open("wb") as out:
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environ,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        return _wait(child, log, seconds_max, tells_s)
    finally:
        _end(child)


def _wait(
    child: subprocess.Popen[bytes], log: Path, seconds_max: float, tells_s: float
) -> int | None:
    began = time.monotonic()
    while (passed_s := time.monotonic() - began) < seconds_max:
        try:
            return child.wait(min(tells_s, seconds_max - passed_s))
        except subprocess.TimeoutExpired:
            print(f"    {time.monotonic() - began:.0f} s: {_last(log)}", flush=True)
    return None


def _last(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return lines[-1][:200] if lines else "nothing said so far"


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
