"""The store: all tables and indexes, and their snapshots at one offset.

What is on disk always stands at exactly one offset. A snapshot freezes what changed
(begin), is encoded a slice at a time while the tables go on changing (encode), is
committed by another thread in one transaction (take, commit), and is forgotten when
that is done (settle). Replay goes on from the last committed one.
"""

import functools
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from habitue.base.errors import ConflictError, InvalidError
from habitue.state.ahead import look_ahead
from habitue.state.index import Index
from habitue.state.noted import NotedIndex, NotedTable
from habitue.state.pieces import ALL_AT_ONCE, Making
from habitue.state.port import IndexSpec, Snapshot, StateBackend, TableSpec
from habitue.state.registry import Drop, Strands
from habitue.state.room import Room
from habitue.state.rows import Table

# Rows encoded between two looks at the clock.
_STEP_ROWS = 32
# What settling may take of the loop's time, where nobody says otherwise.
_SETTLE_S = 0.001
# Entries of indexes are smaller than rows: so many are held for one of these.
_ENTRIES_A_ROW = 2


class Store:
    """Tables and indexes over one backend. Used from one thread, but for commit.

    At most rows_max rows that are not dirty are kept in memory, over all tables,
    and twice as many entries.
    """

    # Nothing is kept of what is made of rows; a Recorder's readers may.
    making: Making = ALL_AT_ONCE

    def __init__(
        self,
        backend: StateBackend,
        *,
        rows_max: int,
        stamp: str,
        monotonic: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._backend = backend
        self._stamp = stamp
        self._monotonic = monotonic
        self._entries_max = rows_max * _ENTRIES_A_ROW
        self._rows = Room(rows_max, monotonic)
        self._entries = Room(self._entries_max, monotonic)
        self._tables: dict[str, Table[Any, Any]] = {}
        self._indexes: dict[str, Index] = {}
        # Whoever drops a strand does so by this, and so from every table.
        self.strands = Strands()
        self._is_open = False
        # The offset of the snapshot under way.
        self._offset: int | None = None

    def table(self, spec: TableSpec, drop: Drop | None = None) -> Table[Any, Any]:
        """Make a table of the store; before it is opened.

        drop: forgets what it holds of a strand, where it is keyed by strand.
        """
        self._check_new(spec.name)
        if spec.key not in (int, str):
            raise InvalidError(f"Table '{spec.name}' must have int or str as its key.")
        self.strands.register(spec, drop)
        kind: type[Table[Any, Any]] = NotedTable if spec.noted else Table
        table = kind(spec, self._backend, self._rows)
        self._tables[spec.name] = table
        return table

    def index(self, spec: IndexSpec) -> Index:
        """Make an index of the store; before it is opened."""
        self._check_new(spec.name)
        big = max(1, self._entries_max // 8)
        kind = NotedIndex if spec.noted else Index
        index = kind(spec, self._backend, self._entries, big)
        self._indexes[spec.name] = index
        return index

    @property
    def tables(self) -> Mapping[str, Table[Any, Any]]:
        return self._tables

    @property
    def indexes(self) -> Mapping[str, Index]:
        return self._indexes

    def open(self) -> int:
        """Open the backend; give the offset the state stands at."""
        tables = [table.spec for table in self._tables.values()]
        indexes = [index.spec for index in self._indexes.values()]
        offset = self._backend.open(self._full_stamp(), tables, indexes)
        for part in self._parts():
            part.opened()
        look_ahead(self._backend, self._tables, self._indexes)
        self._is_open = True
        return offset

    def close(self) -> None:
        """Close the backend; what was not committed is made again by replay."""
        self._backend.close()

    @property
    def dirty(self) -> int:
        """Count the rows, and the changes of entries, that no snapshot has taken up."""
        return sum(part.dirty for part in self._parts())

    @property
    def snapshotting(self) -> bool:
        """Say whether a snapshot has begun and not settled."""
        return self._offset is not None

    def begin(self, offset: int) -> bool:
        """Freeze what is dirty as of this offset.

        False if nothing is dirty or a snapshot is under way.
        """
        if self._offset is not None or not self.dirty:
            return False
        for part in self._parts():
            part.begin()
        self._offset = offset
        return True

    def encode(self, budget_s: float) -> bool:
        """Encode a slice of the frozen rows; True when all are encoded."""
        deadline = self._monotonic() + budget_s
        self._sweep(deadline)
        return self._encode(deadline)

    def _encode(self, deadline: float) -> bool:
        for part in self._parts():
            while not part.encode_some(_STEP_ROWS):
                if self._monotonic() >= deadline:
                    return False
        return True

    def take(self) -> Snapshot:
        """Give the finished snapshot, for the backend's commit in a thread.

        Reads go on finding its rows in memory until settle(), which uses it up.
        """
        if self._offset is None or not self._encode(float("inf")):
            raise ConflictError("There is no snapshot to take; begin one first.")
        return Snapshot(
            offset=self._offset,
            rows={t.spec.name: t.encoded() for t in self._tables.values()},
            entries={i.spec.name: i.encoded() for i in self._indexes.values()},
        )

    def settle(self, budget_s: float = _SETTLE_S) -> None:
        """Forget the snapshot, which has been committed, and evict clean rows.

        What is not freed within the budget is freed by the next encode() or tidy().
        """
        for part in self._parts():
            part.settle()
        self._offset = None
        self.tidy(budget_s)

    def tidy(self, budget_s: float) -> bool:
        """Evict clean rows over the limit; say whether all is within it."""
        self._rows.make()
        self._entries.make()
        return self._sweep(self._monotonic() + budget_s)

    @property
    def cached(self) -> int:
        """Count the rows and entries in memory."""
        return self._rows.size() + self._entries.size()

    def dump(self) -> Iterator[bytes]:
        """Give the state in canonical form: equal for equal state.

        Sorted by name, key and place, a row each; the store must not change meanwhile.
        """
        for name in sorted(self._tables):
            for key, row in self._tables[name].items():
                yield _canonical((name, key, row))
        for name in sorted(self._indexes):
            for entry in self._indexes[name].entries():
                yield _canonical((name, *entry))

    def _parts(self) -> list[Any]:
        return [*self._tables.values(), *self._indexes.values()]

    def _sweep(self, deadline: float) -> bool:
        return self._rows.sweep(deadline) and self._entries.sweep(deadline)

    def _full_stamp(self) -> str:
        # A table added under an old stamp would be empty at an offset past 0.
        shapes = [
            f"{spec.name}:{spec.key.__name__}:{_shape(spec.value)}"
            for spec in (table.spec for table in self._tables.values())
        ]
        return " ".join([self._stamp, *sorted(shapes), *sorted(self._indexes)])

    def _check_new(self, name: str) -> None:
        if self._is_open:
            raise ConflictError(f"Table '{name}' was asked for after the store opened.")
        if not (name.isascii() and name.isidentifier() and name.islower()):
            raise InvalidError(f"'{name}' can't name a table; use a-z, 0-9 and _.")
        if name in self._tables or name in self._indexes:
            raise ConflictError(f"Two tables of the store are called '{name}'.")


_encode_sorted = msgspec.msgpack.Encoder(order="deterministic").encode


def _canonical(value: object) -> bytes:
    """Encode a value so that equal ones give equal bytes."""
    try:
        return _encode_sorted(value)
    except TypeError:
        # msgspec sorts dicts by str only.
        return _encode_sorted(_listed(msgspec.to_builtins(value, str_keys=False)))


def _listed(value: Any) -> Any:
    """Turn dicts, at any depth, into lists of pairs in order of key."""
    if isinstance(value, dict):
        return [[key, _listed(one)] for key, one in sorted(value.items())]
    if isinstance(value, (list, tuple)):
        return [_listed(one) for one in value]
    return value


@functools.cache
def _shape(value: Any) -> str:
    """Name the form of a row, so that rows of another form are never read as this.

    >>> _shape(int) == _shape(int), _shape(int) == _shape(list[int])
    (True, False)
    """
    schema = msgspec.json.encode(msgspec.json.schema(value), order="deterministic")
    return hashlib.sha256(schema).hexdigest()[:16]
