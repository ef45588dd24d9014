"""Looks through a spreadsheet before it is opened: what would burst is refused here.

An .xlsx file is a zip of XML. Its directory says how large all is unpacked; that each
part is no larger is found by unpacking it. Then the sheets' cells are counted, with how
far apart they stand and how much text they repeat, for a reader holds all of that.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from habitue.collect.files.limits import RATIO_FREE_BYTES, Limits
from habitue.collect.files.nouns import FileError
from habitue.collect.files.xml_reading import feed, parser

_PARTS_MAX = 2_000
_BLOCK = 1 << 16
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_WORKBOOK = "xl/workbook.xml"
_SHARED = "xl/sharedStrings.xml"
# Cells may stand so far apart: a reader keeps a place for each between them.
_PLACES_FREE, _PLACES_PER_CELL = 2_000_000, 20
# A text that many cells share is held once for each.
_TEXT_FREE, _TEXT_PER_BYTE = 48 << 20, 4


def look_through(file: BinaryIO, limits: Limits) -> bool:
    """Refuse a spreadsheet that is a bomb; say whether its days count from 1904."""
    try:
        with zipfile.ZipFile(file) as book:
            return _look_through(book, file, limits)
    except (
        *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError),
        *(RuntimeError, ValueError, OSError),
    ) as error:
        raise FileError(
            f"The file is no spreadsheet that can be opened ({error}); save it again,"
            " without a password, as .xlsx."
        ) from error


def _look_through(book: zipfile.ZipFile, file: BinaryIO, limits: Limits) -> bool:
    parts = book.infolist()
    names = {part.filename for part in parts}
    if _WORKBOOK not in names:
        raise FileError(
            "The file is a zip archive, but no .xlsx spreadsheet: unpack it, and"
            " import what is in it."
        )
    inflated = sum(part.file_size for part in parts)
    packed = file.seek(0, 2)
    if len(parts) > _PARTS_MAX or len(names) < len(parts):
        raise FileError("The spreadsheet has too many parts, or one of them twice.")
    if inflated > min(
        limits.inflated_bytes_max, max(RATIO_FREE_BYTES, packed * limits.ratio_max)
    ):
        raise FileError(
            f"Unpacked, the spreadsheet would have {inflated:,} bytes, far more than"
            " such files have."
        )
    for part in parts:
        _check_size(part, file)
    shared = _text_lengths(book) if _SHARED in names else []
    for name in sorted(names):
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            _Sheet(shared, limits).look(book, name)
    return _counts_from_1904(book)


def _check_size(part: zipfile.ZipInfo, file: BinaryIO) -> None:
    """Unpack a part to nowhere: it is no larger than the directory says."""
    size = 0
    for block in _unpacked(part, file):
        size += len(block)
        if size > part.file_size:
            break
    if size != part.file_size:
        raise FileError("A part of the spreadsheet is larger than it says.")


def _unpacked(part: zipfile.ZipInfo, file: BinaryIO) -> Iterator[bytes]:
    file.seek(part.header_offset)
    head = file.read(30)
    # The lengths of a name and of an extra field stand at the end of the head.
    file.seek(int.from_bytes(head[26:28], "little"), 1)
    file.seek(int.from_bytes(head[28:30], "little"), 1)
    left = part.compress_size
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    stored = part.compress_type == zipfile.ZIP_STORED
    if not stored and part.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile("packed in another way than spreadsheets are")
    while left > 0 and (block := file.read(min(left, _BLOCK))):
        left -= len(block)
        if stored:
            yield block
            continue
        while block:
            yield inflate.decompress(block, _BLOCK)
            block = inflate.unconsumed_tail


def _text_lengths(book: zipfile.ZipFile) -> list[int]:
    """Give the length of each text that cells share."""
    lengths: list[int] = []

    def start(name: str, _: dict[str, str]) -> None:
        if name.endswith(" si"):
            lengths.append(0)

    def text(told: str) -> None:
        if lengths:
            lengths[-1] += len(told)

    made = parser(start)
    made.CharacterDataHandler = text
    with book.open(_SHARED) as part:
        feed(made, part)  # type: ignore[arg-type]
    return lengths


class _Sheet:
    """Counts the cells of a sheet, the places they span, and their text."""

    def __init__(self, shared: list[int], limits: Limits) -> None:
        self._shared, self._limits = shared, limits
        self._cells = self._row = self._column = self._rows = self._columns = 0
        self._text = 0
        self._is_shared = False

    def look(self, book: zipfile.ZipFile, name: str) -> None:
        made = parser(self._start)
        made.CharacterDataHandler = self._told
        with book.open(name) as part:
            feed(made, part)  # type: ignore[arg-type]
        size = book.getinfo(name).file_size
        places = self._rows * self._columns
        if places > max(_PLACES_FREE, self._cells * _PLACES_PER_CELL):
            raise FileError(
                f"The sheet's {self._cells:,} cells stand {self._rows:,} rows and"
                f" {self._columns:,} columns apart: copy the table alone into a new"
                " sheet."
            )
        if self._text > max(_TEXT_FREE, size * _TEXT_PER_BYTE):
            raise FileError("The sheet's cells repeat far more text than tables do.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local == "row":
            told = attributes.get("r", "")
            self._row = int(told) if told.isdigit() else self._row + 1
            self._column = 0
        elif local == "c":
            self._cell(attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        self._cells += 1
        self._column += 1
        place = _CELL.fullmatch(attributes.get("r", ""))
        if place:
            self._column, self._row = _number(place[1]), int(place[2])
        elif "r" in attributes:
            raise FileError("A cell of the sheet has a name that no cell has.")
        self._rows = max(self._rows, self._row)
        self._columns = max(self._columns, self._column)
        self._is_shared = attributes.get("t") == "s"
        if self._rows > self._limits.rows_max:
            raise FileError(f"The sheet has more than {self._limits.rows_max:,} rows.")

    def _told(self, text: str) -> None:
        if not self._is_shared:
            self._text += len(text)
            return
        # A long number may come in pieces; it is then counted for what it is not.
        at = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
        if 0 <= at < len(self._shared):
            self._text += self._shared[at]


def _number(letters: str) -> int:
    """Give the number of a column.

    >>> _number("A"), _number("AA")
    (1, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _counts_from_1904(book: zipfile.ZipFile) -> bool:
    found = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.endswith(" workbookPr"):
            found.append(attributes.get("date1904", "") in {"1", "true"})

    with book.open(_WORKBOOK) as part:
        feed(parser(start), part)  # type: ignore[arg-type]
    return any(found)
