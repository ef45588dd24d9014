"""Hands out the lines of a text file, numbered and within their limits."""

import io
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from habitue.collect.files.csv_blocks import Blocks
from habitue.collect.files.limits import Limits
from habitue.collect.files.nouns import FileError


class Lines:
    """Hands lines to the csv reader, and remembers those of the row under way."""

    def __init__(
        self, raw: BinaryIO, blocks: Blocks, limits: Limits, skipped: int = 0
    ) -> None:
        self.blocks = blocks
        self._raw, self._limits = raw, limits
        self._number = 0
        self._held: list[str] = []
        self.begin(blocks.next())
        for _ in range(skipped):
            next(self)
            self.take()

    def __enter__(self) -> "Lines":
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

    def __iter__(self) -> "Lines":
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
            yield first + at, [visible(line.rstrip("\r\n"))], reason, visible(line)


def visible(text: str) -> str:
    """Show bytes that are no letters of the file's encoding."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
