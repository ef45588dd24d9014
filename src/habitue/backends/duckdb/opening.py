"""How an instance of DuckDB is locked down, and how its failures are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from msgspec import Struct

from habitue.backends.duckdb.cores import work_on
from habitue.base.errors import StorageError


class Limits(Struct, frozen=True):
    """What the engine may take, and how long a query may."""

    memory_mb: int = 512
    query_seconds: int = 30
    spill_mb: int = 2_048
    # 0: those there are.
    cores: int = 0


def lock_down(
    instance: duckdb.DuckDBPyConnection, limits: Limits, exports: Path
) -> None:
    """Let the engine reach nothing but its file and the exports; the order matters."""
    work_on(instance, limits.cores)
    for setting in (
        f"SET allowed_directories = ['{quoted(exports)}/']",
        "SET python_enable_replacements = false",
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        *_bounds(limits),
        # Of steps that follow one another few rows are expected, and many there are.
        "SET GLOBAL asof_loop_join_threshold = 0",
        "SET GLOBAL TimeZone = 'UTC'",
        f"SET GLOBAL max_execution_time = {limits.query_seconds * 1000}",
        # Our own writing takes as long as it takes.
        "SET SESSION max_execution_time = 0",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        instance.execute(setting)


def bound(instance: duckdb.DuckDBPyConnection, limits: Limits) -> None:
    """Have the engine take what it may, and one core; it is not locked down."""
    work_on(instance, 1)
    for setting in _bounds(limits):
        instance.execute(setting)


def _bounds(limits: Limits) -> tuple[str, str]:
    return (
        f"SET memory_limit = '{limits.memory_mb}MB'",
        f"SET max_temp_directory_size = '{limits.spill_mb}MB'",
    )


def quoted(path: Path) -> str:
    """Write a path as it stands between quotes in SQL."""
    return str(path).replace("'", "''")


def remove(path: Path) -> None:
    """Delete a file of DuckDB with its log; they need not be there."""
    for one in (path, path.with_name(path.name + ".wal")):
        one.unlink(missing_ok=True)


@contextmanager
def told(what: str) -> Iterator[None]:
    """Tell the engine's failures as ours."""
    try:
        yield
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise StorageError(f"The analytic copy can't be {what}: {said}") from error
