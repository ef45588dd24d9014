"""Blocks of whole lines of a CSV file, cut into columns where their lines are plain.

What a line means is said row by row (`CsvTable`); here a whole block is cut at once
where that comes to the same, which is so for nearly all blocks of nearly all files.
Where it may not be so, the answer is None and the rows are read one by one.
"""

import csv
import io
from collections.abc import Sequence
from typing import BinaryIO, NamedTuple

import numpy as np

from habitue.collect.files.limits import Limits

BLOCK_BYTES = 1 << 20
_BOM = b"\xef\xbb\xbf"
_NEWLINE = 0x0A
# A character has up to so many bytes: a line over the limit is over it for certain.
_CHAR_BYTES_MAX = 4


class Cut(NamedTuple):
    """A block cut into cells: by column, with the lines as they stand in the file.

    rows are those with another number of cells than the header, by their place.
    """

    columns: Sequence[Sequence[str]]
    texts: Sequence[str]
    rows: dict[int, list[str]]

    def __len__(self) -> int:
        return len(self.columns[0])


class Blocks:
    """Gives a file's bytes in blocks that end where a line ends."""

    def __init__(self, file: BinaryIO, limits: Limits, size: int = BLOCK_BYTES) -> None:
        self._file, self._size = file, size
        self._bytes_max = (limits.line_chars_max + 1) * _CHAR_BYTES_MAX + size
        self._rest = b""
        self._begun = False

    def next(self) -> bytes:
        """Give the next block; empty at the end of the file.

        It ends in the middle of a line only where that line is over the limit.
        """
        parts = [self._rest]
        size = len(self._rest)
        while size <= self._bytes_max:
            read = self._file.read(self._size)
            if not read:
                self._rest = b""
                return self._from_start(b"".join(parts))
            cut = read.rfind(b"\n") + 1
            if cut:
                parts.append(read[:cut])
                self._rest = read[cut:]
                return self._from_start(b"".join(parts))
            parts.append(read)
            size += len(read)
        self._rest = b""
        return self._from_start(b"".join(parts))

    def _from_start(self, block: bytes) -> bytes:
        if self._begun:
            return block
        self._begun = True
        return block.removeprefix(_BOM)


class _Texts(Sequence[str]):
    """The lines of a block, parted when one is asked for."""

    def __init__(self, text: str, count: int) -> None:
        self._text, self._count = text, count
        self._lines: list[str] = []

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, at: int) -> str:  # type: ignore[override]
        if not self._lines:
            self._lines = self._text.split("\n")
        return self._lines[at]


# The delimiter and the mark of quotation.
Form = tuple[str, str]


def cut(block: bytes, form: Form, width: int, limits: Limits) -> Cut | None:
    """Cut a block into columns; None where its rows have to be read one by one."""
    delimiter, quote = form
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return None
    if "\0" in text or not delimiter.isascii():
        return None
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        return None
    if not text.endswith("\n"):
        text += "\n"
    if quote in text:
        return _cut_quoted(text, form, width, limits)
    found = _cut_plain(text, delimiter, width, limits)
    return found or _cut_quoted(text, form, width, limits)


def _cut_plain(text: str, delimiter: str, width: int, limits: Limits) -> Cut | None:
    """Cut where no cell is quoted and all lines have as many as the header."""
    codes = np.frombuffer(text.encode(), np.uint8)
    ends = np.flatnonzero(codes == _NEWLINE)
    lengths = np.diff(ends, prepend=-1)
    marks = np.searchsorted(np.flatnonzero(codes == ord(delimiter)), ends)
    if (
        (np.diff(marks, prepend=0) != width - 1).any()
        or lengths.min() == 1
        # Ends of lines count as well, and may have had two characters.
        or lengths.max() >= min(limits.cell_chars_max, limits.line_chars_max)
    ):
        return None
    cells = text.replace("\n", delimiter).split(delimiter)
    cells.pop()
    columns = [cells[at::width] for at in range(width)]
    return Cut(columns, _Texts(text, len(ends)), {})


def _cut_quoted(text: str, form: Form, width: int, limits: Limits) -> Cut | None:
    """Cut where each row is one line, quoted or not."""
    delimiter, quote = form
    lines = text.split("\n")
    lines.pop()
    if max(map(len, lines)) + 2 > limits.line_chars_max:
        return None
    csv.field_size_limit(limits.cell_chars_max)
    try:
        rows = list(
            csv.reader(
                io.StringIO(text), delimiter=delimiter, quotechar=quote, strict=True
            )
        )
    except csv.Error:
        return None
    # A row takes a line at least: as many rows as lines are a line each.
    if len(rows) != len(lines):
        return None
    odd = {at: row for at, row in enumerate(rows) if len(row) != width}
    for at, row in odd.items():
        rows[at] = (row + [""] * width)[:width]
    return Cut(list(zip(*rows, strict=True)), lines, odd)
