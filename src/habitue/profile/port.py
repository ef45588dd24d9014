"""What profiles need of a store: keyed rows, in memory or written behind."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeVar

from habitue.state.pieces import ALL_AT_ONCE, Making
from habitue.state.port import TableSpec
from habitue.state.registry import Drop

K = TypeVar("K", int, str)
V = TypeVar("V")


class Rows(Protocol[K, V]):
    """Rows by key; habitue.state.table.Table is one."""

    def get(self, key: K) -> V | None: ...

    def edit(self, key: K) -> V | None: ...

    def put(self, key: K, value: V) -> None: ...

    def delete(self, key: K) -> None: ...

    def prefetch(self, keys: Iterable[K]) -> None: ...

    def items(self) -> Iterator[tuple[K, V]]: ...

    def page(self, after: K | None, limit: int) -> list[tuple[K, V]]: ...


class Tables(Protocol):
    """Makes tables; habitue.state.table.Store is one."""

    @property
    def making(self) -> Making: ...

    def table(self, spec: TableSpec, drop: Drop | None = None) -> Any: ...


class MemoryRows(dict[K, V]):
    """Rows that are kept nowhere: for a state that is folded to be read once."""

    def edit(self, key: K) -> V | None:
        return self.get(key)

    def put(self, key: K, value: V) -> None:
        self[key] = value

    def delete(self, key: K) -> None:
        self.pop(key, None)

    def prefetch(self, keys: Iterable[K]) -> None:
        """All rows are here already."""

    def page(self, after: K | None, limit: int) -> list[tuple[K, V]]:
        keys = sorted(key for key in self if after is None or key > after)
        return [(key, self[key]) for key in keys[:limit]]


class MemoryTables:
    """Tables that are kept nowhere."""

    making: Making = ALL_AT_ONCE

    def __init__(self) -> None:
        self.rows: dict[str, MemoryRows[Any, Any]] = {}

    def table(self, spec: TableSpec, drop: Drop | None = None) -> MemoryRows[Any, Any]:
        return self.rows.setdefault(spec.name, MemoryRows())
