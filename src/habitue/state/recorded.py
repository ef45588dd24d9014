"""Reading rows so that it is known which: what was made of them holds as long as they.

A reader that is built over a Recorder finds the store's own tables and indexes, to
read only. Whatever it asks for is noted, rows that are not there as well.
"""

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from habitue.base.errors import HabitueError
from habitue.state.index import Entry, Index
from habitue.state.port import IndexSpec, Place, TableSpec
from habitue.state.rows import Table
from habitue.state.store import Store
from habitue.state.watch import Ground


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

    def __init__(self, store: Store) -> None:
        self._store = store
        self._parts: dict[str, Any] = {}

    def table(self, spec: TableSpec) -> Any:
        """Give the store's table of this name, to read."""
        if spec.name not in self._parts:
            self._parts[spec.name] = RecordedTable(self._store.tables[spec.name])
        return self._parts[spec.name]

    def index(self, spec: IndexSpec) -> Any:
        """Give the store's index of this name, to read."""
        if spec.name not in self._parts:
            self._parts[spec.name] = RecordedIndex(self._store.indexes[spec.name])
        return self._parts[spec.name]

    def begin(self) -> None:
        """Forget what was read so far."""
        for part in self._parts.values():
            if part.noted:
                part.noted = {}

    def grounds(self, limit: int) -> tuple[Ground, ...] | None:
        """Mark all that was read since begin.

        None if some of it can't be watched now, or if it is more than the limit.
        """
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
