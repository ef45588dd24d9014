"""Reads CSV: each line has its number, its text and its fault."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from habitue.collect.files.chunks import Chunk
from habitue.collect.files.csv_blocks import BLOCK_BYTES, Blocks, Cut, cut
from habitue.collect.files.csv_dialect import (
    Dialect,
    hint_of,
    sniff_delimiter,
    sniff_quote,
)
from habitue.collect.files.csv_lines import Lines, visible
from habitue.collect.files.encodings import UTF8
from habitue.collect.files.limits import CHUNK_CHARS, CHUNK_ROWS, Limits
from habitue.collect.files.nouns import FileError, Format
from habitue.collect.files.rejects import LINE, REASON, unguard
from habitue.collect.files.sources import open_text

_FOUND = Dialect()


class CsvTable:
    """A CSV file with a header; its delimiter and quotes are found or declared."""

    format: Format = "csv"
    # How much is read at once.
    block_bytes = BLOCK_BYTES

    def __init__(
        self, path: Path, gzipped: bool, limits: Limits, dialect: Dialect = _FOUND
    ) -> None:
        self._path, self._gzipped, self._limits = path, gzipped, limits
        self.encoding = dialect.encoding
        # Spreadsheets write the delimiter into a first line of its own.
        self._hint = 0
        with self._open() as lines:
            first = lines.peek()
        hint = hint_of(first)
        if hint:
            self._hint = 1
            with self._open() as lines:
                first = lines.peek()
        if first.rstrip().endswith(f",{LINE},{REASON}"):
            # A reject file of ours, whatever the file was that it came from.
            dialect = Dialect(",", '"')
        self.quote = dialect.quote or sniff_quote(first)
        self.delimiter = dialect.delimiter or hint or sniff_delimiter(first, self.quote)
        self.headers = self._read_headers()
        self._ours = REASON in self.headers

    def _open(self) -> Lines:
        raw = open_text(self._path, self._gzipped, self._limits, self.encoding)
        blocks = Blocks(raw, self._limits, self.block_bytes)
        return Lines(raw, blocks, self._limits, self._hint)

    def _read_headers(self) -> tuple[str, ...]:
        with self._open() as lines:
            _, cells, error, _ = next(self._rows(lines), (0, [], None, ""))
        if error or not cells:
            raise FileError(
                f"The file's first line must name its columns. {error or ''}"
            )
        if len(cells) > self._limits.columns_max:
            raise FileError(
                f"The file has {len(cells):,} columns;"
                f" the limit is {self._limits.columns_max:,}."
            )
        return tuple(cell.strip() for cell in cells)

    def chunks(self, positions: Sequence[int]) -> Iterator[Chunk]:
        """Read these columns, whole blocks at once wherever that comes to the same."""
        with self._open() as lines:
            next(self._rows(lines), None)
            while block := lines.rest() or lines.blocks.next():
                found = cut(block, self._form(), len(self.headers), self._limits)
                if found is None:
                    lines.begin(block)
                    yield from self._by_rows(lines, positions)
                else:
                    yield self._cut_chunk(lines.number(len(found)), found, positions)

    def row_chunks(self, positions: Sequence[int]) -> Iterator[Chunk]:
        """Read these columns row by row: what chunks has to come to."""
        with self._open() as lines:
            next(self._rows(lines), None)
            while lines.has_more() or lines.begin(lines.blocks.next()):
                yield from self._by_rows(lines, positions)

    def _form(self) -> tuple[str, str]:
        return self.delimiter, self.quote

    def _by_rows(self, lines: Lines, positions: Sequence[int]) -> Iterator[Chunk]:
        """Read what is left of a block row by row; a row may reach into the next."""
        numbered = self._fitted(self._rows(lines))
        while chunk := self._chunk(numbered, positions):
            yield chunk

    def _cut_chunk(
        self, lines: Sequence[int], found: Cut, positions: Sequence[int]
    ) -> Chunk:
        columns: dict[int, list[str]] = {at: [*found.columns[at]] for at in positions}
        if self._ours:
            columns = {at: list(map(unguard, cells)) for at, cells in columns.items()}
        faults = {
            at: fault
            for at, row in found.rows.items()
            if (fault := self._width_fault(row))
        }
        return Chunk(lines, columns, faults, found.texts)

    def cells(self, text: str) -> tuple[str, ...]:
        try:
            row = next(self._reader(io.StringIO(text), strict=False), [])
        except csv.Error:
            # What can't be split is given back in one piece.
            row = [text.rstrip("\r\n")]
        if self._ours:
            row = [unguard(cell) for cell in row]
        return tuple((row + [""] * len(self.headers))[: len(self.headers)])

    def _reader(self, lines: Iterable[str], *, strict: bool) -> Iterator[list[str]]:
        return csv.reader(
            lines, delimiter=self.delimiter, quotechar=self.quote, strict=strict
        )

    def _chunk(
        self,
        rows: Iterator[tuple[int, list[str], str | None, str]],
        positions: Sequence[int],
    ) -> Chunk | None:
        taken, chars = [], 0
        for row in islice(rows, CHUNK_ROWS):
            taken.append(row)
            chars += len(row[-1])
            if chars > CHUNK_CHARS:
                break
        if not taken:
            return None
        numbers, cells, errors, texts = zip(*taken, strict=True)
        columns = {at: [row[at] for row in cells] for at in positions}
        if self._ours:
            columns = {at: list(map(unguard, cell)) for at, cell in columns.items()}
        faults = {at: error for at, error in enumerate(errors) if error}
        return Chunk(numbers, columns, faults, texts)

    def _fitted(
        self, rows: Iterator[tuple[int, list[str], str | None, str]]
    ) -> Iterator[tuple[int, list[str], str | None, str]]:
        """Give each row as many cells as there are headers, and say if it had not."""
        width = len(self.headers)
        for number, cells, error, text in rows:
            if len(cells) == width:
                yield number, cells, error, text
                continue
            fault = error or self._width_fault(cells)
            yield number, (cells + [""] * width)[:width], fault, text

    def _width_fault(self, cells: list[str]) -> str | None:
        width = len(self.headers)
        if not cells:
            return "The line is empty."
        if len(cells) > width and not any(cells[width:]):
            return None
        return f"The line has {len(cells)} cells, the header {width}."

    def _rows(self, lines: Lines) -> Iterator[tuple[int, list[str], str | None, str]]:
        """Give (line number, cells, error, text) of each row; a row may span lines.

        It ends with the block, or with the row that reaches over the block's end.
        """
        csv.field_size_limit(self._limits.cell_chars_max)
        reader = self._reader(lines, strict=True)
        while lines.has_more():
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield from lines.faulty(_sentence(error, self._limits))
                continue
            number, text = lines.take()
            yield _checked(number, cells, text, self.encoding)


def _checked(
    number: int, cells: list[str], text: str, encoding: str
) -> tuple[int, list[str], str | None, str]:
    if text.isascii() or _is_utf8(text):
        return number, cells, None, text
    told = "UTF-8" if encoding == UTF8 else encoding
    fault = f"The line isn't {told}: save the file as UTF-8."
    return number, [visible(cell) for cell in cells], fault, visible(text)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _sentence(error: csv.Error, limits: Limits) -> str:
    if "field limit" in str(error):
        return (
            f"A cell is longer than {limits.cell_chars_max:,} characters;"
            " perhaps a quotation mark is never closed."
        )
    if "unexpected end" in str(error):
        return "A quotation mark is opened here and never closed."
    return f"The quotation marks of this line don't fit ({error})."
