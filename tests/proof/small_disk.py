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
    """Write a file until nothing more fits; give it, to be deleted for room."""
    path = folder / name
    with path.open("ab", buffering=0) as file:
        for size in (len(_CHUNK), 4096, 1):
            try:
                while file.write(_CHUNK[:size]):
                    pass
            except OSError:
                continue
    return path
