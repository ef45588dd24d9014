"""A server whose clock jumps: it adds to the machine's what a file says.

As a program it is `habitue` with a part that waits (ticking.py) and that clock.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from habitue.app.projection.due import WAITERS
from habitue.base.clock import SystemClock
from habitue.cli.main import main
from tests.acceptance.shop import Shop
from tests.app.ticking import Reminder

FILE = "JUMPING_CLOCK"


class JumpingShop(Shop):
    """A server that is told what time it is."""

    def __init__(self, folder: Path, zone: str = "UTC") -> None:
        super().__init__(folder)
        self.zone = zone
        self._clock = folder.parent / f"{folder.name}.clock"
        self.set(0)

    def set(self, offset_us: int, *, runs: bool = True) -> None:
        """Put the clock so far off the machine's; or let it stand still there."""
        base_us = 0 if runs else time.time_ns() // 1_000
        told = self._clock.with_suffix(".new")
        told.write_text(f"{offset_us} {base_us}")
        # Whole or not at all: the server may be reading it.
        told.replace(self._clock)

    def now_us(self) -> int:
        return read(self._clock, time.time_ns() // 1_000)

    def serve(self) -> None:
        words = ("serve", "--data", str(self.folder), "--port", str(self.port))
        env = os.environ | {FILE: str(self._clock), "TZ": self.zone}
        env.setdefault("HABITUE_DATA__RESERVE_MB", "1")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.app.jumping", *words],
                stdout=log,
                stderr=log,
                env=env,
            )
        self.until(self._is_ready)

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text(errors="replace")[-3000:]
        try:
            return self.request("GET", "/readyz")[0] == 200
        except OSError:
            return False


def read(path: Path, machine_us: int) -> int:
    """Say what time it is: the machine's, or where it stands still, and the offset."""
    offset_us, base_us = map(int, path.read_text().split())
    return (base_us or machine_us) + offset_us


def jump(path: Path) -> None:
    """Have each clock of this process tell what the file says."""
    told = SystemClock.now_us
    SystemClock.now_us = lambda self: read(path, told(self))


if __name__ == "__main__":
    jump(Path(os.environ[FILE]))
    WAITERS["remind"] = Reminder
    main()
