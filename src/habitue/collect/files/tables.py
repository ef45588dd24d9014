"""Opens a file as a table, whatever its format."""

from pathlib import Path

from habitue.collect.files.chunks import Table
from habitue.collect.files.csv_table import CsvTable
from habitue.collect.files.json_lines import JsonLinesTable
from habitue.collect.files.limits import Limits
from habitue.collect.files.nouns import FileError, ImportPlan
from habitue.collect.files.parquet_table import ParquetTable
from habitue.collect.files.sources import is_gzipped, is_json, is_parquet, unpack_once


def open_table(path: Path, limits: Limits, delimiter: str | None = None) -> Table:
    """Open a file by what its first bytes say; raises FileError if it can't be."""
    if not path.is_file():
        raise FileError(f"There is no file '{path}'.")
    if path.stat().st_size == 0:
        raise FileError(f"The file '{path.name}' is empty.")
    gzipped = is_gzipped(path)
    if gzipped:
        # A bomb is found by unpacking alone, long before its lines would be read.
        unpack_once(path, limits)
    if is_parquet(path, gzipped, limits):
        return ParquetTable(path, gzipped, limits)
    if is_json(path, gzipped, limits):
        return JsonLinesTable(path, gzipped, limits)
    return CsvTable(path, gzipped, limits, delimiter)


def table_of(plan: ImportPlan) -> Table:
    """Open the file of a plan as the plan says it is."""
    path = Path(plan.path)
    if plan.format == "parquet":
        return ParquetTable(path, plan.gzipped, plan.limits)
    if plan.format == "lines":
        return JsonLinesTable(path, plan.gzipped, plan.limits)
    return CsvTable(path, plan.gzipped, plan.limits, plan.mapping.delimiter)
