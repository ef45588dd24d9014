"""Whatever the engine does with the copy, it takes no more than it may."""

from pathlib import Path
from typing import Any, Self

import duckdb
import pytest

from habitue.backends.duckdb.lake import DuckLake
from habitue.backends.duckdb.opening import Limits

ASKED = (
    "SELECT current_setting('memory_limit'), current_setting('threads'),"
    " current_setting('max_temp_directory_size')"
)
LIMITS = Limits(memory_mb=64, spill_mb=128, cores=1)


class Noting:
    """A connection that notes what the engine may take as it is left."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, noted: list[tuple[Any, ...]]
    ) -> None:
        self._connection = connection
        self._noted = noted

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        return self._connection.execute(sql)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._noted += self._connection.execute(ASKED).fetchall()
        self._connection.close()


def test_a_file_is_written_anew_within_what_the_engine_may_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, noted = DuckLake(tmp_path / "lake.duckdb", tmp_path / "days", LIMITS), []
    lake.open()
    with duckdb.connect(":memory:") as other:
        other.execute("SET memory_limit = '64MB'")
        other.execute("SET max_temp_directory_size = '128MB'")
        other.execute("SET threads = 1")
        wanted = other.execute(ASKED).fetchall()
    connect, opened = duckdb.connect, list[str]()

    def noting(path: str) -> Any:
        opened.append(path)
        # The first is the one that writes anew; the next opens what it wrote.
        return Noting(connect(path), noted) if len(opened) == 1 else connect(path)

    monkeypatch.setattr(duckdb, "connect", noting)

    lake.scrub()

    assert noted == wanted
    lake.close()
