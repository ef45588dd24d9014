"""Reads a sheet of an .xlsx spreadsheet; its lines are its rows, as it numbers them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import python_calamine as calamine

from habitue.collect.files.chunks import Chunk
from habitue.collect.files.fields import is_known
from habitue.collect.files.limits import Limits
from habitue.collect.files.nouns import FileError, Format
from habitue.collect.files.sources import open_seekable
from habitue.collect.files.values import text as text_of
from habitue.collect.files.xlsx_guard import look_through

# The header stands within so many rows: above it may be a title and a date.
_HEADER_ROWS = 50
_CHUNK_ROWS = 5_000
# What a number of days leaves of a whole second is dust.
_DUST_US = 10_000


class XlsxTable:
    """A sheet of a spreadsheet: the named one, or the first that has a table."""

    format: Format = "xlsx"

    def __init__(
        self, path: Path, gzipped: bool, limits: Limits, sheet: str | None = None
    ) -> None:
        self._limits = limits
        with open_seekable(path, gzipped, limits) as file:
            self.counts_from_1904 = look_through(file, limits)
            file.seek(0)
            book = _opened(lambda: calamine.load_workbook(file))
            self.sheets = tuple(book.sheet_names)
            self.sheet, self._rows = self._find(book, sheet)
        self._header, self._first = _header_of(self._rows)
        if len(self._header) > limits.columns_max:
            raise FileError(
                f"The sheet has {len(self._header):,} columns;"
                f" the limit is {limits.columns_max:,}."
            )
        self.headers = tuple(self._header)

    def _find(self, book: Any, wanted: str | None) -> tuple[str, Any]:
        if wanted is not None and wanted not in self.sheets:
            raise FileError(
                f"There is no sheet '{wanted}'; there are {', '.join(self.sheets)}."
            )
        names = self.sheets if wanted is None else (wanted,)
        for name in names:
            found = _opened(lambda name=name: book.get_sheet_by_name(name))
            if wanted is not None or found.height > 0:
                return name, found
        raise FileError("The spreadsheet has no cells.")

    def chunks(self, positions: Sequence[int]) -> Iterator[Chunk]:
        lines: list[int] = []
        rows: list[list[Any]] = []
        for number, row in enumerate(self._rows.iter_rows(), 1):
            # A row of nothing is no line: spreadsheets end with many of them.
            if number <= self._first or not any(cell != "" for cell in row):
                continue
            lines.append(number)
            rows.append(self._cells_of(row))
            if len(rows) == _CHUNK_ROWS:
                yield self._chunk(lines, rows, positions)
                lines, rows = [], []
        if rows:
            yield self._chunk(lines, rows, positions)

    def _cells_of(self, row: list[Any]) -> list[Any]:
        for cell in row:
            if isinstance(cell, str) and len(cell) > self._limits.cell_chars_max:
                raise FileError(
                    f"A cell is longer than {self._limits.cell_chars_max:,} characters."
                )
        cells = list(map(_plain, row[: len(self.headers)]))
        return cells + [None] * (len(self.headers) - len(cells))

    def _chunk(
        self, lines: list[int], rows: list[list[Any]], positions: Sequence[int]
    ) -> Chunk:
        columns = {at: [row[at] for row in rows] for at in positions}
        return Chunk(lines, columns, {}, _Texts(rows))

    def cells(self, text: str) -> tuple[str, ...]:
        return tuple(msgspec.json.decode(text, type=list[str]))


class _Texts(Sequence[str]):
    """The rows of a chunk as JSON text, made when one is asked for."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: Any) -> Any:
        cells = ["" if cell is None else text_of(cell) for cell in self._rows[at]]
        return msgspec.json.encode(cells).decode()


def _plain(cell: Any) -> Any:
    """Give a cell as other tables give it: nothing is None, a whole number whole."""
    if cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    return without_dust(cell) if isinstance(cell, datetime) else cell


def without_dust(moment: datetime) -> datetime:
    """Round a moment that a number of days tells to the second it means.

    >>> without_dust(datetime(2026, 11, 23, 10, 0, 0, 2880)).isoformat()
    '2026-11-23T10:00:00'
    """
    rounded = (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    dust = abs(rounded - moment)
    return rounded if dust <= timedelta(microseconds=_DUST_US) else moment


def _header_of(sheet: Any) -> tuple[list[str], int]:
    """Find the row that names the columns; give its cells and its number.

    It is the one with the most headers that are known, else the first that has
    several cells of text.
    """
    rows: list[list[str]] = []
    for row in sheet.iter_rows():
        rows.append([text_of(cell) if isinstance(cell, str) else "" for cell in row])
        if len(rows) == _HEADER_ROWS:
            break
    known = [sum(is_known(cell) for cell in set(row) if cell) for row in rows]
    best = max(range(len(rows)), key=lambda at: known[at], default=0)
    if not rows or not known[best]:
        several = (at for at, row in enumerate(rows) if sum(map(bool, row)) > 1)
        best = next(several, 0)
    if not rows or not any(rows[best]):
        raise FileError("No row of the sheet names its columns.")
    header = rows[best]
    while not header[-1]:
        header.pop()
    return header, best + 1


def _opened(read: Any) -> Any:
    try:
        return read()
    except calamine.CalamineError as error:
        raise FileError(
            f"The spreadsheet can't be read ({str(error)[:200]}); save it again as"
            " .xlsx, without a password."
        ) from error
