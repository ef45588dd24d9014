"""Writes the rows of an answer into files."""

import csv
from pathlib import Path
from typing import Any

from habitue.base.cells import guard


def write_parquet(table: Any, path: Path) -> None:
    """Write rows as Parquet."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - columns are heavy

    pq.write_table(table, path, compression="zstd")


def write_csv(table: Any, path: Path) -> None:
    """Write rows as CSV; a text that starts like a formula is led by an apostrophe."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([guard(name) for name in table.column_names])
        for row in table.to_pylist():
            writer.writerow([guard(value) for value in row.values()])


def write_arrow(table: Any, path: Path) -> None:
    """Write rows as an Arrow stream."""
    import pyarrow as pa  # noqa: PLC0415 - columns are heavy

    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table)
