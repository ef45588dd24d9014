"""What a backend must do to keep projected state."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from msgspec import Struct

Key = int | str
# Where in a part an entry lies: (at_us, offset).
Place = tuple[int, int]


class Near(Struct, frozen=True, kw_only=True):
    """Keys, or parts, that lie near numbers: from n * width up to (n + 1) * width.

    of: the table whose rows are the numbers.
    """

    of: str
    width: int = 1


class TableSpec(Struct, frozen=True, kw_only=True):
    """A keyed table of state: one msgpack value a key.

    A table keyed by strand says so (strand_keyed), and is made with what drops a
    strand from it, so that no erasure passes it by; see habitue.state.registry.
    """

    name: str
    # int or str; rows are in order of it.
    key: type
    # What msgspec decodes a row to: a Struct, or any type it knows.
    value: Any
    strand_keyed: bool = False
    # Which rows change may be asked for: habitue.state.noted.
    noted: bool = False
    # Where rows are numbers: so many are given out at once, from a multiple of it on.
    # What lies near any of these is loaded along with one: habitue.state.ahead.
    block: int = 0
    near: Near | None = None


class IndexSpec(Struct, frozen=True, kw_only=True):
    """A table of entries ordered by (part, at_us, offset), each with a small int.

    The value is an integer of flags; entries are put, replaced and removed singly.
    """

    name: str
    # Where entries change may be asked for: habitue.state.noted.
    noted: bool = False
    near: Near | None = None


# (part, at_us, offset, value); the value is None where the entry is removed.
Change = tuple[int, int, int, int | None]


class Changes(Struct):
    """The changed entries of an index by part, each place once, in any order."""

    parts: dict[int, list[Change]]

    def items(self) -> Iterator[tuple[tuple[int, int, int], int | None]]:
        """Give ((part, at_us, offset), value or None) of each."""
        for changes in self.parts.values():
            for part, at_us, offset, value in changes:
                yield (part, at_us, offset), value


class Nearby(Struct, kw_only=True):
    """What was found in one question: by name, but for what there is too much of.

    rows: table -> {key: value bytes}; entries: index -> (part, at_us, offset, value).
    """

    rows: dict[str, dict[Any, bytes]]
    entries: dict[str, list[tuple[int, int, int, int]]]


class Snapshot(Struct, kw_only=True):
    """All changes since the last snapshot, encoded: the state at one offset.

    rows: table -> {key: value bytes, or None to delete}; entries: index -> changes.
    """

    offset: int
    rows: dict[str, dict[Key, bytes | None]]
    entries: dict[str, Changes]


class StateBackend(Protocol):
    """Keeps rows and entries so that they always stand at exactly one offset.

    load, scan and span are called from the event loop's thread and see the last
    committed snapshot; commit is called from one other thread, and is atomic.
    What can't be read or written raises StorageError.
    """

    def open(
        self, stamp: str, tables: Sequence[TableSpec], indexes: Sequence[IndexSpec]
    ) -> int:
        """Make the tables; give the offset they stand at.

        Where the stamp differs from the one kept, everything is thrown away and 0
        is answered: state is rebuilt, not migrated.
        """
        ...

    def load(self, table: str, key: Key) -> bytes | None: ...

    def load_many(self, table: str, keys: Sequence[Key]) -> dict[Key, bytes]: ...

    def near(
        self, table: str, keys: Sequence[str], numbers: Sequence[int]
    ) -> Nearby | None:
        """Give rows that are numbers, and all that lies near these, in one question.

        numbers: more of them, which are known. None where a question costs little, so
        that each is better asked when its turn comes.
        """
        ...

    def scan(self, table: str) -> Iterator[tuple[Key, bytes]]:
        """Give all rows in order of key, as they stand when the scan begins."""
        ...

    def page(
        self, table: str, after: Key | None, limit: int
    ) -> list[tuple[Key, bytes]]:
        """Give so many rows behind a key (None: from the first), in order of key."""
        ...

    def last_key(self, table: str) -> Key | None:
        """Give the greatest key; None for an empty table."""
        ...

    def span(
        self,
        index: str,
        part: int,
        within: tuple[Place, Place],
        limit: int,
        newest_first: bool,
    ) -> list[tuple[int, int, int]]:
        """Give (at_us, offset, value) in order; within = (low, high), high excluded."""
        ...

    def span_many(
        self, index: str, parts: Sequence[int], limit: int
    ) -> list[tuple[int, int, int, int]]:
        """Give the first (part, at_us, offset, value) of these parts, in order."""
        ...

    def scan_entries(self, index: str) -> Iterator[tuple[int, int, int, int]]:
        """Give all (part, at_us, offset, value) in order, as when the scan begins."""
        ...

    def last_part(self, index: str) -> int | None:
        """Give the greatest part; None for an empty index."""
        ...

    def commit(self, snapshot: Snapshot) -> None: ...

    def scrub(self) -> bool:
        """Overwrite what was deleted so far; False where a reader is in the way.

        Called from the thread that commits.
        """
        ...

    def close(self) -> None: ...


class ReadingBackend(StateBackend, Protocol):
    """State of which the last snapshot is read, whoever writes it."""

    def look(self) -> int:
        """Read on at the last snapshot; give the offset it stands at."""
        ...

    def rest(self) -> None:
        """Hold nothing of it until the next look."""
        ...

    def ask(self, offset: int) -> None:
        """Ask who leads to write state down once it stands at an offset."""
        ...
