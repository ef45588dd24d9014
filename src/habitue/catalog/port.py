"""What the catalogue needs of a store of state: keyed rows, a page of them in order."""

from typing import Any, Protocol, TypeVar

from habitue.state.port import TableSpec

K = TypeVar("K", int, str)
V = TypeVar("V")


class Rows(Protocol[K, V]):
    """Rows by key; habitue.state.rows.Table is one."""

    def get(self, key: K) -> V | None: ...

    def edit(self, key: K) -> V | None: ...

    def put(self, key: K, value: V) -> None: ...

    def delete(self, key: K) -> None: ...

    def page(self, after: K | None, limit: int) -> list[tuple[K, V]]:
        """Give so many rows behind a key (None: from the first), in order of key."""
        ...


class Tables(Protocol):
    """Makes tables; habitue.state.store.Store is one."""

    def table(self, spec: TableSpec) -> Any: ...
