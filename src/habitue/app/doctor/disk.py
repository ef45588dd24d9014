"""The disk of the data folder: its room, and how long a flush takes."""

import os
import statistics
import time
from pathlib import Path

from habitue.app.doctor.finding import Finding, good, look, wrong
from habitue.app.operation.room import RESERVE_FILE, free_bytes, margin_bytes

FLUSHES = 20
PROBE_BYTES = 8192
PROBE_FILE = "doctor.probe"
# Each acknowledgement waits for a flush: slower than this it is felt at the till.
SLOW_MS = 20.0
# No disk keeps anything as fast as that; memory does.
TOO_FAST_MS = 0.01
GIB = 1024**3


def room(folder: Path, reserve_bytes: int) -> Finding:
    """Say whether there is room for what comes in."""
    free = free_bytes(folder)
    told = f"{free / GIB:.1f} GiB are free on the disk of {folder}"
    if free < margin_bytes(reserve_bytes):
        return wrong(
            "disk",
            f"{told}: items get 503. Make room, or move the folder to a larger disk.",
        )
    if free < GIB:
        return look("disk", f"{told}: soon it is full. Make room.")
    return good("disk", f"{told}.")


def reserve(folder: Path, reserve_bytes: int) -> Finding:
    """Say whether the room in reserve is there."""
    path = folder / RESERVE_FILE
    held = path.stat().st_size if path.exists() else 0
    if reserve_bytes == 0:
        return look(
            "reserve",
            "No room is kept in reserve: on a full disk nobody can be erased. Set"
            " data.reserve_mb to 64.",
        )
    if held < reserve_bytes:
        return look(
            "reserve",
            f"The reserve of {reserve_bytes >> 20} MB is not there: no server has run"
            " since it was set, or the disk lacks room for it.",
        )
    return good("reserve", f"{held >> 20} MB are kept in reserve for a full disk.")


def flush(folder: Path) -> Finding:
    """Write and flush a small file some times, and say how long a flush takes."""
    path = folder / PROBE_FILE
    try:
        times = _flush_times(path)
    except OSError as error:
        return wrong(
            "flush",
            f"{folder} can't be written: {error.strerror}. Give it to the user that"
            " runs Habitué, and make room.",
        )
    finally:
        path.unlink(missing_ok=True)
    middle, longest = statistics.median(times), max(times)
    told = f"A flush takes {middle:.2f} ms, the longest of {FLUSHES} {longest:.2f} ms"
    if middle > SLOW_MS:
        return look(
            "flush",
            f"{told}: every answer waits for one. Use a disk with a protected cache.",
        )
    if middle < TOO_FAST_MS:
        return look(
            "flush",
            f"{told}: no disk is so fast. Where this is memory, or a disk that only"
            " says it has flushed, what was acknowledged is lost with the power.",
        )
    return good("flush", f"{told}.")


def _flush_times(path: Path) -> list[float]:
    """Give how long each of some flushes took, in milliseconds."""
    times = []
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        for _ in range(FLUSHES):
            os.write(handle, bytes(PROBE_BYTES))
            before = time.perf_counter()
            os.fsync(handle)
            times.append((time.perf_counter() - before) * 1_000)
    finally:
        os.close(handle)
    return times
