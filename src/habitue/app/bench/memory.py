"""How much memory this process took at most, and whether there is room for data."""

import shutil
from pathlib import Path

from habitue.base.errors import InvalidError

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def forget_peak() -> None:
    """Begin to count the peak anew; nothing where there is no /proc."""
    if _RESET.exists():
        _RESET.write_text("5", encoding="ascii")


def peak_mb() -> float:
    """Give the most that the process held since then; 0 where there is no /proc."""
    if not _STATUS.exists():
        return 0.0
    lines = _STATUS.read_text(encoding="utf-8").splitlines()
    told = next(line for line in lines if line.startswith("VmHWM"))
    return int(told.split()[1]) / 1024


def want_room(folder: Path, size: int) -> None:
    """Raise InvalidError where a folder's disk has not so many bytes free."""
    free = shutil.disk_usage(folder).free
    if size > free:
        raise InvalidError(
            f"Data of this size take up to {size / 1e9:,.1f} GB in {folder}, which has"
            f" {free / 1e9:,.1f} GB free; measure fewer, or have TMPDIR on a larger"
            " disk."
        )
