"""Reads JSON lines: an event a line, as Segment's clients and exports write them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from habitue.collect.files.chunks import Chunk
from habitue.collect.files.csv_blocks import Blocks
from habitue.collect.files.limits import Limits
from habitue.collect.files.nouns import FileError, Format
from habitue.collect.files.sources import open_bytes

# What begins with an underscore is ours: this one also stands in the reject file,
# so that its lines are known again for events.
EVENT = "_event"
EMPTY = "The line is empty."


class JsonLinesTable:
    """A file of JSON lines: one column, the line itself, as bytes."""

    format: Format = "lines"
    headers: tuple[str, ...] = (EVENT,)

    def __init__(self, path: Path, gzipped: bool, limits: Limits) -> None:
        self._path, self._gzipped, self._limits = path, gzipped, limits

    def chunks(self, positions: Sequence[int]) -> Iterator[Chunk]:
        first = 1
        with open_bytes(self._path, self._gzipped, self._limits) as file:
            blocks = Blocks(file, self._limits)
            while block := blocks.next():
                lines = block.removesuffix(b"\n").split(b"\n")
                numbers = range(first, first + len(lines))
                first += len(lines)
                self._check(first - 1, max(map(len, lines)))
                errors = {
                    at: EMPTY for at, line in enumerate(lines) if not line.strip()
                }
                columns = {at: list(lines) for at in positions}
                yield Chunk(numbers, columns, errors, _Texts(lines))

    def cells(self, text: str) -> tuple[str, ...]:
        return (text,)

    def _check(self, lines: int, longest: int) -> None:
        if lines > self._limits.rows_max:
            raise FileError(
                f"The file has more than {self._limits.rows_max:,} lines: split it."
            )
        if longest > self._limits.line_chars_max:
            raise FileError(
                f"A line before line {lines + 1:,} is longer than"
                f" {self._limits.line_chars_max:,} characters."
            )


class _Texts(Sequence[str]):
    """The lines of a block as text, each read when it is asked for."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, at: int) -> str:  # type: ignore[override]
        return self._lines[at].decode("utf-8", "backslashreplace")
