"""Each day as Parquet, readable without us: events, lines, and who holds what."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from habitue.backends.duckdb.opening import quoted, told
from habitue.base.sql import named_statements, read_sql

_SQL = named_statements(read_sql(__package__, "export.sql"))
_BY_DAY = ("events", "lines")
HOLDING = "holding"


class Days:
    """The folder of days: events-2026-11-25.parquet, lines-.., holding.parquet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, connection: duckdb.DuckDBPyConnection, day: str) -> None:
        """Write a day; a file is whole or not there.

        The events come last: a day is written once they are.
        """
        self._write(connection, HOLDING, HOLDING, [])
        for table in reversed(_BY_DAY):
            self._write(connection, table, f"{table}-{day}", [day])

    def _write(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: str,
        name: str,
        values: list[str],
    ) -> None:
        path = self._folder / f"{name}.parquet"
        half = path.with_suffix(".half")
        with told("exported"):
            connection.execute(
                f"COPY ({_SQL[table]}) TO '{quoted(half)}'"
                " (FORMAT parquet, COMPRESSION zstd)",
                values,
            )
        half.chmod(0o600)
        half.replace(path)

    def written(self) -> list[str]:
        """Give the days that are written, in order."""
        names = (path.stem for path in self._folder.glob("events-*.parquet"))
        return sorted(name.removeprefix("events-") for name in names)

    def drop(self, days: Sequence[str]) -> None:
        """Delete what was written of days, and who held what: it is written again."""
        names = [f"{table}-{day}" for day in days for table in _BY_DAY]
        for name in [*names, HOLDING]:
            (self._folder / f"{name}.parquet").unlink(missing_ok=True)
