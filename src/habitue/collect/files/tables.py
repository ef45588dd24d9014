"""Opens a file as a table, whatever its format."""

from pathlib import Path
from typing import NamedTuple

from habitue.collect.files.chunks import Table
from habitue.collect.files.csv_dialect import Dialect
from habitue.collect.files.csv_table import CsvTable
from habitue.collect.files.encodings import UTF8, Found, declared
from habitue.collect.files.json_lines import JsonLinesTable
from habitue.collect.files.limits import Limits
from habitue.collect.files.nouns import FileError, Format, ImportPlan, Mapping
from habitue.collect.files.sources import (
    encoding_of,
    is_gzipped,
    open_bytes,
    unpack_once,
)

_START_BYTES = 4096
_ZIP, _PARQUET = b"PK\x03\x04", b"PAR1"
_EDIFACT = (b"UNA", b"UNB+")
# The bytes of a text's beginning that may stand before its first sign.
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# What is known by its first bytes and can't be read, each with the way out.
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file: save it as .xlsx or CSV"),
    (b"%PDF", "a PDF: export the table itself, as .xlsx or CSV"),
    (b"\x1f\x8b", "packed twice: unpack it"),
    (b"BZh", "packed with bzip2: unpack it, or pack it with gzip"),
    (b"7z\xbc\xaf", "a 7z archive: unpack it, or pack it with gzip"),
    (b"\xfd7zXZ", "packed with xz: unpack it, or pack it with gzip"),
    (b"Rar!", "a rar archive: unpack it, or pack it with gzip"),
    (b"SQLite format 3", "a database: export the table as CSV"),
)


class Opened:
    """A file's table, and what was found of how its letters are written."""

    def __init__(self, table: Table, encoding: Found) -> None:
        self.table = table
        self.encoding = encoding


def open_table(path: Path, limits: Limits, rules: Mapping) -> Opened:
    """Open a file by what its first bytes say; raises FileError if it can't be."""
    if not path.is_file():
        raise FileError(f"There is no file '{path}'.")
    if path.stat().st_size == 0:
        raise FileError(f"The file '{path.name}' is empty.")
    gzipped = is_gzipped(path)
    if gzipped:
        # A bomb is found by unpacking alone, long before its lines would be read.
        unpack_once(path, limits)
    with open_bytes(path, gzipped, limits) as file:
        form = _format_of(file.read(_START_BYTES))
    found = Found(UTF8)
    if form == "csv":
        found = _encoding(path, gzipped, limits, rules)
    table = _open(_File(path, gzipped, limits), form, rules, found.name)
    return Opened(table, found)


def table_of(plan: ImportPlan) -> Table:
    """Open the file of a plan as the plan says it is."""
    file = _File(Path(plan.path), plan.gzipped, plan.limits)
    return _open(file, plan.format, plan.mapping, plan.encoding)


class _File(NamedTuple):
    """A file on the disk: packed or not, and within which limits it is read."""

    path: Path
    gzipped: bool
    limits: Limits


def _open(file: _File, form: Format, rules: Mapping, encoding: str) -> Table:
    if form == "lines":
        return JsonLinesTable(*file)
    if form == "csv":
        return CsvTable(*file, Dialect(rules.delimiter, rules.quote, encoding))
    # What is heavy is loaded by who reads such a file alone.
    if form == "parquet":
        from habitue.collect.files.parquet_table import ParquetTable  # noqa: PLC0415

        return ParquetTable(*file)
    if form == "xlsx":
        from habitue.collect.files.xlsx_table import XlsxTable  # noqa: PLC0415

        return XlsxTable(*file, rules.sheet)
    from habitue.collect.files.documents.table import DocumentTable  # noqa: PLC0415

    return DocumentTable(*file)


def may_be_parquet(path: Path) -> bool:
    """Say whether a file's first bytes are Parquet's, or hide behind a packing."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(len(_PARQUET))
    return start == _PARQUET or is_gzipped(path)


def _format_of(start: bytes) -> Format:
    for first, told in _OTHERS:
        if start.startswith(first):
            raise FileError(f"The file is {told}.")
    if start.startswith(_PARQUET):
        return "parquet"
    if start.startswith(_ZIP):
        return "xlsx"
    for mark in _MARKS:
        start = start.removeprefix(mark)
    text = start.replace(b"\0", b"").lstrip()
    if text.startswith((b"<", *_EDIFACT)):
        return "document"
    return "lines" if text.startswith(b"{") else "csv"


def _encoding(path: Path, gzipped: bool, limits: Limits, rules: Mapping) -> Found:
    """Take the declared encoding, unless the letters are UTF-8 beyond doubt.

    So a reject file, which is always UTF-8, is read as it is under the mapping of the
    file it came from.
    """
    if rules.encoding is None:
        return encoding_of(path, gzipped, limits)
    told = declared(rules.encoding)
    try:
        found = encoding_of(path, gzipped, limits)
    except FileError:
        return told
    return found if found.name == UTF8 else told
