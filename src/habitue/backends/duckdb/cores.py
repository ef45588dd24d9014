"""On how many cores the engine works, and that the doors go first on each of them."""

import os
import platform
from concurrent.futures import ThreadPoolExecutor

import duckdb

# More would share a memory that is bound, and gain little.
CORES_MAX = 4
# By how much whoever helps to answer is put behind: a tenth of the doors' share.
BEHIND = 10
NICE_MAX = 19
ON_LINUX = platform.system() == "Linux"


def work_on(instance: duckdb.DuckDBPyConnection, cores: int) -> None:
    """Have the engine answer on so many cores; 0 for those there are, four at most.

    A question runs on the thread that asks it, as ever. Whoever helps it is a thread of
    the engine, and takes what the doors leave: on Linux a thread's priority is its own,
    and that of who starts it. Elsewhere nobody helps.
    """
    instance.execute("SET threads = 1")
    helped = cores or usable()
    if helped == 1 or not ON_LINUX:
        return
    with ThreadPoolExecutor(1, "habitue-lake-start") as starts:
        starts.submit(_start, instance, helped).result()


def usable() -> int:
    """Give how many cores this process may use, no more than help."""
    return min(CORES_MAX, len(os.sched_getaffinity(0))) if ON_LINUX else 1


def _start(instance: duckdb.DuckDBPyConnection, cores: int) -> None:
    # 0 is this thread, which ends thereafter: it may not be raised again.
    behind = min(NICE_MAX, os.getpriority(os.PRIO_PROCESS, 0) + BEHIND)
    os.setpriority(os.PRIO_PROCESS, 0, behind)
    instance.execute(f"SET threads = {cores}")
