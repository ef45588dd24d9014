"""Reading rows so that it is known which: what was made of them holds as long as they.

A reader that is built over a Recorder finds the store's own tables and indexes, to
read only. Whatever it asks for is noted, rows that are not there as well.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn, TypeVar

from habitue.base.errors import HabitueError
from habitue.state.index import Entry, Index
from habitue.state.pieces import ALL_AT_ONCE, Pieces, cut
from habitue.state.port import IndexSpec, Place, TableSpec
from habitue.state.registry import Drop
from habitue.state.rows import Table
from habitue.state.store import Store
from habitue.state.watch import Ground

V = TypeVar("V")
W = TypeVar("W")


class ReadOnlyError(HabitueError):
    """Who reads rows through a Recorder can't change them; ask the store itself."""


def _refuse(*_: object) -> NoReturn:
    raise ReadOnlyError


class RecordedTable:
    """A table, to read; it notes the keys that were asked for."""

    def __init__(self, table: Table[Any, Any]) -> None:
        self.of = table
        self.noted: dict[Any, None] = {}
        self._get: Callable[[Any], Any] = table.get

    def get(self, key: Any) -> Any:
        self.noted[key] = None
        return self._get(key)

    def prefetch(self, keys: Iterable[Any]) -> None:
        self.of.prefetch(keys)

    def bring(self, numbers: Sequence[int]) -> None:
        self.of.bring(numbers)

    edit = put = delete = items = page = staticmethod(_refuse)


class RecordedIndex:
    """An index, to read; it notes the parts that were asked for."""

    def __init__(self, index: Index) -> None:
        self.of = index
        self.noted: dict[int, None] = {}

    def span(
        self,
        part: int,
        low: Place = (0, 0),
        high: Place = (2**62, 0),
        *,
        limit: int = 1_000,
        newest_first: bool = False,
    ) -> list[Entry]:
        self.noted[part] = None
        return self.of.span(part, low, high, limit=limit, newest_first=newest_first)

    def prefetch(self, parts: Iterable[int]) -> None:
        self.of.prefetch(parts)

    put = remove = entries = staticmethod(_refuse)


class Recorder:
    """Hands out a store's tables and indexes to readers, and notes what they read."""

    def __init__(self, store: Store, keys_max: int = 1) -> None:
        """keys_max: how many keys a piece is made of."""
        self.making = self
        self._store = store
        self._keys_max = keys_max
        self._parts: dict[str, Any] = {}
        self._pieces: Pieces | None = None
        # A piece that was used can't be watched: nor can what is made of it.
        self._is_loose = False

    def table(self, spec: TableSpec, drop: Drop | None = None) -> Any:
        """Give the store's table of this name, to read; nothing is dropped by it."""
        if spec.name not in self._parts:
            self._parts[spec.name] = RecordedTable(self._store.tables[spec.name])
        return self._parts[spec.name]

    def index(self, spec: IndexSpec) -> Any:
        """Give the store's index of this name, to read."""
        if spec.name not in self._parts:
            self._parts[spec.name] = RecordedIndex(self._store.indexes[spec.name])
        return self._parts[spec.name]

    def begin(self, pieces: Pieces | None = None) -> None:
        """Forget what was read so far.

        pieces: those from which to read what is made in pieces, if any is to be kept.
        """
        self._pieces, self._is_loose = pieces, False
        self._notes(None)

    @property
    def noted(self) -> int:
        """Count what was read since begin, that in pieces apart."""
        return sum(len(part.noted) for part in self._parts.values())

    def grounds(self, limit: int) -> tuple[Ground, ...] | None:
        """Mark all that was read since begin; what is in pieces is marked by these.

        None if some of it can't be watched now, or if it is more than the limit.
        """
        return None if self._is_loose else self._marked(limit)

    def in_pieces(
        self, name: str, keys: Sequence[int], make: Callable[[Sequence[int]], V]
    ) -> list[V]:
        """Give what is made of the keys, from the pieces that stand."""
        pieces = self._pieces
        if pieces is None:
            return ALL_AT_ONCE.in_pieces(name, keys, make)
        runs = cut(keys, self._keys_max)
        return [self._piece(pieces, (name, run), make) for run in runs]

    def together(
        self, name: str, pieces: Sequence[V], make: Callable[[Sequence[V]], W]
    ) -> W:
        """Put pieces together, or give what was made of the very same."""
        return (self._pieces or ALL_AT_ONCE).together(name, pieces, make)

    def _piece(
        self,
        pieces: Pieces,
        key: tuple[str, tuple[int, ...]],
        make: Callable[[Sequence[int]], V],
    ) -> V:
        held = pieces.standing(key)
        if held is not None:
            found: V = held.value
            return found
        # Of a piece no other is made: what it rests on would be noted nowhere.
        self._pieces, notes = None, self._notes(None)
        try:
            made = make(key[1])
            grounds = self._marked(pieces.left)
        finally:
            self._pieces, _ = pieces, self._notes(notes)
        self._is_loose = self._is_loose or grounds is None
        return pieces.keep(key, made, grounds)

    def _notes(self, notes: dict[str, Any] | None) -> dict[str, Any]:
        """Go on with other notes, or with none; give those that there were."""
        before = {}
        for name, part in self._parts.items():
            before[name] = part.noted
            part.noted = {} if notes is None else notes.get(name, {})
        return before

    def _marked(self, limit: int) -> tuple[Ground, ...] | None:
        found: list[Ground] = []
        for part in self._parts.values():
            for key in part.noted:
                ground = part.of.watch(key) if len(found) < limit else None
                if ground is None:
                    for held in found:
                        held.let_go()
                    return None
                found.append(ground)
        return tuple(found)
