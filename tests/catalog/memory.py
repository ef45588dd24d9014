"""Tables in memory, for laws that fold many small histories."""

from typing import Any

import msgspec

from habitue.state.port import TableSpec


class MemoryRows(dict[str, Any]):
    """Rows by key; what habitue.state.rows.Table does, without a backend."""

    def edit(self, key: str) -> Any:
        return self.get(key)

    def put(self, key: str, value: Any) -> None:
        self[key] = value

    def delete(self, key: str) -> None:
        self.pop(key, None)

    def page(self, after: str | None, limit: int) -> list[tuple[str, Any]]:
        keys = sorted(key for key in self if after is None or key > after)
        return [(key, self[key]) for key in keys[:limit]]


class MemoryTables:
    """Makes such tables."""

    def __init__(self) -> None:
        self.rows: dict[str, MemoryRows] = {}

    def table(self, spec: TableSpec) -> MemoryRows:
        return self.rows.setdefault(spec.name, MemoryRows())


def dumped(tables: MemoryTables, *names: str) -> list[Any]:
    """Give the rows of some tables in order, as they would be written."""
    return [
        (name, key, msgspec.msgpack.encode(row, order="deterministic"))
        for name in names
        for key, row in sorted(tables.rows[name].items())
    ]
