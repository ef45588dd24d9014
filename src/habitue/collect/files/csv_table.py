"""Reads CSV: each line has its number, its text and its fault."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from habitue.collect.files.chunks import Chunk
from habitue.collect.files.csv_blocks import BLOCK_BYTES, Blocks, Cut, cut
from habitue.collect.files.limits import CHUNK_CHARS, CHUNK_ROWS, Limits
from habitue.collect.files.nouns import FileError
from habitue.collect.files.rejects import REASON, unguard
from habitue.collect.files.sources import open_bytes

_DELIMITERS = (",", ";", "\t", "|")


class CsvTable:
    """A CSV file: UTF-8, with a header; its delimiter is found or declared."""

    # How much is read at once.
    block_bytes = BLOCK_BYTES

    def __init__(
        self, path: Path, gzipped: bool, limits: Limits, delimiter: str | None = None
    ) -> None:
        self._path, self._gzipped, self._limits = path, gzipped, limits
        with self._open() as lines:
            first = lines.peek()
        self.delimiter = delimiter or sniff_delimiter(first)
        self.headers = self._read_headers()
        self._ours = REASON in self.headers

    def _open(self) -> "_Lines":
        raw = open_bytes(self._path, self._gzipped, self._limits)
        return _Lines(raw, Blocks(raw, self._limits, self.block_bytes), self._limits)

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
                found = cut(block, self.delimiter, len(self.headers), self._limits)
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

    def _by_rows(self, lines: "_Lines", positions: Sequence[int]) -> Iterator[Chunk]:
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
            row = next(csv.reader(io.StringIO(text), delimiter=self.delimiter), [])
        except csv.Error:
            # What can't be split is given back in one piece.
            row = [text.rstrip("\r\n")]
        if self._ours:
            row = [unguard(cell) for cell in row]
        return tuple((row + [""] * len(self.headers))[: len(self.headers)])

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

    def _rows(
        self, lines: "_Lines"
    ) -> Iterator[tuple[int, list[str], str | None, str]]:
        """Give (line number, cells, error, text) of each row; a row may span lines.

        It ends with the block, or with the row that reaches over the block's end.
        """
        csv.field_size_limit(self._limits.cell_chars_max)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        while lines.has_more():
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield from lines.faulty(_sentence(error, self._limits))
                continue
            number, text = lines.take()
            yield _checked(number, cells, text)


class _Lines:
    """Hands lines to the csv reader, and remembers those of the row under way."""

    def __init__(self, raw: BinaryIO, blocks: Blocks, limits: Limits) -> None:
        self.blocks = blocks
        self._raw, self._limits = raw, limits
        self._number = 0
        self._held: list[str] = []
        self.begin(blocks.next())

    def __enter__(self) -> "_Lines":
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()

    def begin(self, block: bytes) -> bool:
        """Begin to hand out the lines of a block; False if there are none."""
        # Surrogates carry bytes that are not UTF-8 as far as their line's outcome.
        text = block.decode("utf-8", "surrogateescape")
        self._text = io.StringIO(text, newline="")
        self._size = len(text)
        return bool(text)

    def rest(self) -> bytes:
        """Give the lines of the block that nobody has read, and hand out no more."""
        return self._text.read().encode("utf-8", "surrogateescape")

    def has_more(self) -> bool:
        """Say whether the block has lines that nobody has read."""
        return self._text.tell() < self._size

    def number(self, count: int) -> Sequence[int]:
        """Number the lines of a block that was cut at once."""
        first = self._number + 1
        self._count(count)
        return range(first, first + count)

    def _count(self, lines: int) -> None:
        self._number += lines
        if self._number > self._limits.rows_max:
            raise FileError(
                f"The file has more than {self._limits.rows_max:,} lines: split it."
            )

    def peek(self) -> str:
        """Give the first line, which is not taken by that."""
        line = self._text.readline(self._limits.line_chars_max)
        self._text.seek(0)
        return line

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._limits.line_chars_max + 1)
        if not line:
            block = self.blocks.next()
            if not block:
                raise StopIteration
            self.begin(block)
            return next(self)
        self._count(1)
        if len(line) > self._limits.line_chars_max:
            raise FileError(
                f"Line {self._number} is longer than"
                f" {self._limits.line_chars_max:,} characters."
            )
        self._held.append(line)
        return line

    def take(self) -> tuple[int, str]:
        held, self._held = self._held, []
        if len(held) == 1:
            return self._number, held[0]
        return self._number - len(held) + 1, "".join(held)

    def faulty(self, reason: str) -> Iterator[tuple[int, list[str], str | None, str]]:
        """Give each line of a row that can't be read an outcome of its own."""
        held, self._held = self._held, []
        first = self._number - len(held) + 1
        for at, line in enumerate(held):
            yield first + at, [_visible(line.rstrip("\r\n"))], reason, _visible(line)


def _checked(
    number: int, cells: list[str], text: str
) -> tuple[int, list[str], str | None, str]:
    if text.isascii() or _is_utf8(text):
        return number, cells, None, text
    fault = "The line isn't UTF-8: save the file as UTF-8."
    return number, [_visible(cell) for cell in cells], fault, _visible(text)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _visible(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _sentence(error: csv.Error, limits: Limits) -> str:
    if "field limit" in str(error):
        return (
            f"A cell is longer than {limits.cell_chars_max:,} characters;"
            " perhaps a quotation mark is never closed."
        )
    if "unexpected end" in str(error):
        return "A quotation mark is opened here and never closed."
    return f"The quotation marks of this line don't fit ({error})."


def sniff_delimiter(header: str) -> str:
    r"""Find the delimiter by the header; a single column needs none.

    >>> sniff_delimiter("sklep;data;ilosc, szt."), sniff_delimiter("email")
    (';', ',')
    """
    # Only outside quotation marks: a quoted header may hold any mark.
    bare = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=lambda mark: (bare.count(mark), mark == ","))
