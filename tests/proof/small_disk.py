"""A disk of a few megabytes, which a test fills and empties."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NEEDED = os.geteuid() == 0 and shutil.which("mount") is not None
REASON = "a small disk is mounted, which needs root"
_CHUNK = bytes(64 * 1024)


@contextmanager
def small_disk(folder: Path, mib: int) -> Iterator[Path]:
    """Mount a disk of so many MiB there, as long as the test takes."""
    folder.mkdir()
    size = f"size={mib}m"
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path, name: str = "filler") -> Path:
    """Write a file of all that is free now; give it, to be deleted for room.

    What a server lets go meanwhile, as it sees room go, is left to it: that is what it
    kept in reserve.
    """
    path, disk = folder / name, os.statvfs(folder)
    with path.open("ab", buffering=0) as file:
        written, free = 0, disk.f_bavail * disk.f_frsize
        while written < free:
            try:
                written += file.write(_CHUNK[: free - written])
            except OSError:
                break
    return path
