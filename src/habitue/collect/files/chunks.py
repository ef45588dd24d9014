"""A stretch of a file's lines, as columns."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from msgspec import Struct

from habitue.collect.files.nouns import Format


class Chunk(Struct):
    """Some lines: their numbers, their cells by column, and what is wrong with some.

    columns holds only the wanted positions; errors says by index within the chunk
    why a line can't be used, whatever its cells say.
    """

    lines: Sequence[int]
    columns: dict[int, list[Any]]
    errors: dict[int, str]
    texts: Sequence[str]


class Table(Protocol):
    """A file that can be read from its start, as often as needed."""

    headers: tuple[str, ...]

    @property
    def format(self) -> Format:
        """Say how the file is written."""
        ...

    def chunks(self, positions: Sequence[int]) -> Iterator[Chunk]:
        """Read these columns of the file, a chunk at a time."""
        ...

    def cells(self, text: str) -> tuple[str, ...]:
        """Split the text of a line into as many cells as there are headers."""
        ...
