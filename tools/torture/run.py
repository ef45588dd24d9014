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
LOOK_S = 0.2


class Child:
    """A command that runs, what it says in a log.

    Now and then the last line of the log is printed. Whatever ends the waiting, the
    command and the servers that its tests have started end with it.
    """

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        environ: Mapping[str, str],
        *,
        seconds_max: float = ROW_S_MAX,
        tells_s: float = TELLS_S,
    ) -> None:
        self._log = log
        self._seconds_max, self._tells_s = seconds_max, tells_s
        self._began = time.monotonic()
        self._told = 0.0
        # None while it runs, and where it was ended for taking too long.
        self.code: int | None = None
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environ,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def is_over(self) -> bool:
        """Say whether it has ended; one that takes too long is ended."""
        self.code = self._process.poll()
        if self.code is not None:
            return True
        if self.seconds >= self._seconds_max:
            self.end()
            return True
        if self.seconds - self._told >= self._tells_s:
            self._told = self.seconds
            print(
                f"    {self._log.stem} {self._told:.0f} s: {self._last()}", flush=True
            )
        return False

    def end(self) -> None:
        """End it with all that it started, if it still runs."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _last(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()
        return lines[-1][:200] if lines else "nothing said so far"


def wait(child: Child) -> int | None:
    """Wait for a command; give its code, None if it took too long."""
    try:
        while not child.is_over():
            time.sleep(LOOK_S)
        return child.code
    finally:
        child.end()
