"""Room on the disk: watched, with some kept in reserve for when there is none left."""

import asyncio
import logging
import os
from pathlib import Path

from habitue.base.errors import DiskFullError
from habitue.log.commit import Committer

_log = logging.getLogger("habitue.room")

RESERVE_FILE = "reserve"
LOOK_S = 1.0
# With less room than a quarter of the reserve, or than this, no item is taken.
_PART = 4
_MARGIN_BYTES_MIN = 4 * 1024 * 1024


class Room:
    """Holds a file that is let go when the disk is full, and tells the log to wait.

    What it frees lets people be erased, and readers go on, while items are answered
    503. They are taken again, unaided, once there is room for the reserve and more.
    """

    def __init__(self, folder: Path, reserve_bytes: int, committer: Committer) -> None:
        self._folder = folder
        self._file = folder / RESERVE_FILE
        self._reserve = reserve_bytes
        self.margin_bytes = margin_bytes(reserve_bytes)
        self._committer = committer
        committer.on_full(self.ran_out)

    @property
    def full(self) -> bool:
        return self._committer.full is not None

    def free_bytes(self) -> int:
        """Say how much room is left beside the reserve."""
        return free_bytes(self._folder)

    async def watch(self) -> None:
        """Look every second, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Begin or end to send items away, as there is room or not."""
        free = self.free_bytes()
        if not self.full and free < self.margin_bytes:
            self.ran_out()
        elif free - self._lacking() >= 2 * self.margin_bytes:
            # It can take a while where the file system fills files by writing them.
            await asyncio.to_thread(self._fill)
            if self.full and not self._lacking():
                self._committer.go_on()
                _log.info("there is room on the disk again: items are taken")

    def ran_out(self) -> None:
        """Take no items for now, and let the reserve go."""
        if not self.full:
            _log.error(
                "the disk of %s is full: items get 503 until there is room, people "
                "are still read and erased. Make room, or move it to a larger disk.",
                self._folder,
            )
            self._committer.hold(DiskFullError())
        self._file.unlink(missing_ok=True)

    def _lacking(self) -> int:
        """Say how many bytes the reserve lacks."""
        held = self._file.stat().st_size if self._file.exists() else 0
        return max(0, self._reserve - held)

    def _fill(self) -> None:
        """Make the reserve whole; where that fails there is none."""
        if not self._lacking():
            return
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(handle, 0, self._reserve)
        except OSError as error:
            self._file.unlink(missing_ok=True)
            _log.warning("no room can be kept in reserve: %s", error.strerror)
        finally:
            os.close(handle)


def margin_bytes(reserve_bytes: int) -> int:
    """Say with less room than what no item is taken, by how much is in reserve."""
    return max(_MARGIN_BYTES_MIN, reserve_bytes // _PART)


def free_bytes(folder: Path) -> int:
    """Say how many bytes this user may still write on the disk of a folder."""
    told = os.statvfs(folder)
    return told.f_bavail * told.f_frsize
