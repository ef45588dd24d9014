"""Projected state in PostgreSQL: the schema `state`, rebuilt when its stamp changes.

The leader's loop reads through one connection and a thread of it writes through a
second one; whoever scans has one for that long. A fence is checked in every
transaction that writes, so that a leader whose lease has passed on can't write over
the state of the next one.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, cast

import psycopg
from psycopg import sql

from habitue.backends.postgres.asking import Asking, numbers_array, texts_array
from habitue.backends.postgres.rights import has_table
from habitue.backends.postgres.state_making import begin
from habitue.backends.postgres.state_names import name_of
from habitue.backends.postgres.state_near import NearStatement
from habitue.backends.postgres.state_writing import (
    stored_key,
    write_entries,
    write_rows,
)
from habitue.base.errors import StorageError
from habitue.state.port import IndexSpec, Key, Nearby, Place, Snapshot, TableSpec

# Raises StorageError if the state may not be written; called in the transaction.
Fence = Callable[[psycopg.Cursor[Any]], None]

# Tells at which offset the rows stand that have just been committed.
COMMITTED = "habitue_state"

_FETCH_ROWS = 2_000
# What an index tells of a place: (at_us, offset, value).
Entry = tuple[int, int, int]

_LOAD = "SELECT value FROM {} WHERE key = $1"
_LOAD_MANY = "SELECT key, value FROM {} WHERE key = ANY($1)"
_PAGE = "SELECT key, value FROM {} ORDER BY key LIMIT $1::int8"
_PAGE_BEHIND = "SELECT key, value FROM {} WHERE key > $2 ORDER BY key LIMIT $1::int8"
_LAST_KEY = "SELECT key FROM {} ORDER BY key DESC LIMIT 1"
_LAST_PART = "SELECT max(part) FROM {}"
_SPAN = (
    "SELECT at_us, log_offset, value FROM {} WHERE part = $1::int8 "
    "AND (at_us, log_offset) >= ($2::int8, $3::int8) "
    "AND (at_us, log_offset) < ($4::int8, $5::int8) "
    "ORDER BY at_us {order}, log_offset {order} LIMIT $6::int8"
)
_SPAN_MANY = (
    "SELECT part, at_us, log_offset, value FROM {} "
    "WHERE part = ANY($1::int8[]) ORDER BY part, at_us, log_offset LIMIT $2::int8"
)


class PostgresState:
    """Keeps state in a database; fills the port StateBackend."""

    def __init__(self, url: str, *, fence: Fence | None = None) -> None:
        self._url = url
        # Set it when the lease is won, and anew with every epoch.
        self.fence = fence
        self._reader: psycopg.Connection[Any]
        self._writer: psycopg.Connection[Any]
        # Left by a scan for the next one: to connect takes longer than most of them.
        self._scanned: list[psycopg.Connection[Any]] = []
        self._scanning: set[psycopg.ServerCursor[Any]] = set()
        self._names: list[str] = []
        self._is_text: dict[str, bool] = {}
        self._near: dict[str, NearStatement] = {}
        self._spans: dict[tuple[str, bool], bytes] = {}

    def open(
        self, stamp: str, tables: Sequence[TableSpec], indexes: Sequence[IndexSpec]
    ) -> int:
        # Opened again under another stamp, it lets go of the connections it had.
        self.close()
        with told("opened"):
            self._read_by(connect_reader(self._url))
            self._writer = psycopg.connect(self._url, autocommit=True)
            # A leader that falls asleep amid a snapshot holds the lease's row: others
            # must be able to lead once the lease has run out.
            self._writer.execute("SET idle_in_transaction_session_timeout = '10s'")
            with self._writing() as write:
                offset = _kept(write, stamp)
                if offset is None:
                    begin(write, stamp, tables, indexes)
        self._prepare(tables, indexes)
        return offset or 0

    def _read_by(self, connection: psycopg.Connection[Any]) -> None:
        self._reader, self._asking = connection, Asking(connection)

    def _prepare(
        self, tables: Sequence[TableSpec], indexes: Sequence[IndexSpec]
    ) -> None:
        self._names = [*(one.name for one in tables), *(one.name for one in indexes)]
        self._is_text = {spec.name: spec.key is str for spec in tables}
        for index in indexes:
            for newest, order in ((False, "ASC"), (True, "DESC")):
                span = sql.SQL(_SPAN).format(name_of(index.name), order=sql.SQL(order))
                self._spans[index.name, newest] = span.as_bytes(None)
        self._near = {
            one.name: NearStatement(one, tables, indexes) for one in tables if one.block
        }

    def load(self, table: str, key: Key) -> bytes | None:
        rows = self._ask(_said(_LOAD, table), (stored_key(key),))
        return rows[0][0] if rows else None

    def load_many(self, table: str, keys: Sequence[Key]) -> dict[Key, bytes]:
        rows = self._ask(_said(_LOAD_MANY, table), (_array_of(keys),))
        return {self._key(table, key): value for key, value in rows}

    def near(
        self, table: str, keys: Sequence[str], numbers: Sequence[int]
    ) -> Nearby | None:
        asked = self._near[table]
        told = (texts_array([key.encode() for key in keys]), numbers_array(numbers))
        return asked.nearby(self._ask(asked.statement, told))

    def scan(self, table: str) -> Iterator[tuple[Key, bytes]]:
        query = sql.SQL("SELECT key, value FROM {} ORDER BY key").format(name_of(table))
        rows = self._stream(query)
        return ((self._key(table, key), value) for key, value in rows)

    def page(
        self, table: str, after: Key | None, limit: int
    ) -> list[tuple[Key, bytes]]:
        place = () if after is None else (stored_key(after),)
        page = _PAGE if after is None else _PAGE_BEHIND
        rows = self._ask(_said(page, table), (limit, *place))
        return [(self._key(table, key), value) for key, value in rows]

    def last_key(self, table: str) -> Key | None:
        rows = self._ask(_said(_LAST_KEY, table), ())
        return self._key(table, rows[0][0]) if rows else None

    def span(
        self,
        index: str,
        part: int,
        within: tuple[Place, Place],
        limit: int,
        newest_first: bool,
    ) -> list[tuple[int, int, int]]:
        values = (part, *within[0], *within[1], limit)
        return cast("list[Entry]", self._ask(self._spans[index, newest_first], values))

    def span_many(
        self, index: str, parts: Sequence[int], limit: int
    ) -> list[tuple[int, int, int, int]]:
        found = self._ask(_said(_SPAN_MANY, index), (numbers_array(parts), limit))
        return cast("list[tuple[int, int, int, int]]", found)

    def scan_entries(self, index: str) -> Iterator[tuple[int, int, int, int]]:
        return self._stream(
            sql.SQL(
                "SELECT part, at_us, log_offset, value FROM {} "
                "ORDER BY part, at_us, log_offset"
            ).format(name_of(index))
        )

    def last_part(self, index: str) -> int | None:
        last: int | None = self._ask(_said(_LAST_PART, index), ())[0][0]
        return last

    def commit(self, snapshot: Snapshot) -> None:
        with told("written"), self._writing() as write:
            for table, rows in snapshot.rows.items():
                write_rows(write, table, rows, is_text=self._is_text[table])
            for index, entries in snapshot.entries.items():
                write_entries(write, index, entries)
            write.execute("UPDATE state.meta SET at = %s", (snapshot.offset,))
            # Who reads these rows from another process waits for it (state_reading.py).
            write.execute(
                f"SELECT pg_notify('{COMMITTED}', %s)", (str(snapshot.offset),)
            )

    def scrub(self) -> bool:
        with told("written"):
            for name in self._names:
                self._writer.execute(sql.SQL("VACUUM {}").format(name_of(name)))
        return True

    def close(self) -> None:
        for connection in (
            getattr(self, "_reader", None),
            getattr(self, "_writer", None),
            self._scanner(),
        ):
            if connection is not None:
                connection.close()
        # Whoever reads them on is told that they are closed.
        for cursor in tuple(self._scanning):
            cursor.close()
            cursor.connection.close()

    @contextmanager
    def _writing(self) -> Iterator[psycopg.Cursor[Any]]:
        with self._writer.transaction(), self._writer.cursor() as cursor:
            if self.fence is not None:
                self.fence(cursor)
            yield cursor

    def _ask(
        self, statement: bytes, values: Sequence[int | bytes]
    ) -> list[tuple[Any, ...]]:
        with told("read"):
            return self._asking.rows(statement, values)

    def _stream(self, query: sql.Composed) -> Iterator[Any]:
        # A connection of its own: an open transaction would hold up the reader's.
        with told("read"):
            connection = self._scanner() or psycopg.connect(self._url)
            cursor = connection.cursor("scan", binary=True)
            self._scanning.add(cursor)
            cursor.itersize = _FETCH_ROWS
            cursor.execute(query)
        return self._drain(connection, cursor)

    def _drain(
        self, connection: psycopg.Connection[Any], cursor: psycopg.ServerCursor[Any]
    ) -> Iterator[Any]:
        is_whole = False
        try:
            with told("read"):
                yield from cursor
                cursor.close()
                connection.rollback()
            is_whole = True
        finally:
            self._scanning.discard(cursor)
            if is_whole and not self._scanned and not self._reader.closed:
                self._scanned.append(connection)
            else:
                connection.close()

    def _scanner(self) -> psycopg.Connection[Any] | None:
        with suppress(IndexError):
            return self._scanned.pop()
        return None

    def _key(self, table: str, stored: Any) -> Key:
        key: Key = stored.decode() if self._is_text[table] else stored
        return key


def _array_of(keys: Sequence[Key]) -> bytes:
    # All keys of a table are of one sort.
    texts = [key.encode() for key in keys if isinstance(key, str)]
    return texts_array(texts) if texts else numbers_array(cast("list[int]", keys))


@cache
def _said(statement: str, table: str) -> bytes:
    return sql.SQL(statement).format(name_of(table)).as_bytes(None)


def connect_reader(url: str) -> psycopg.Connection[Any]:
    """Connect to read: its statements are few, and each is planned once."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute("SET plan_cache_mode = force_generic_plan")
    return connection


def _kept(read: psycopg.Cursor[Any], stamp: str) -> int | None:
    """Give the offset of what is kept under this stamp; None if nothing is."""
    if not has_table(read, "state.meta"):
        return None
    row = read.execute("SELECT stamp, at FROM state.meta").fetchone()
    return row[1] if row is not None and row[0] == stamp else None


@contextmanager
def told(what: str) -> Iterator[None]:
    """Raise what the database says as StorageError, with the way out."""
    try:
        yield
    except psycopg.Error as error:
        raise StorageError(
            f"State in PostgreSQL can't be {what}: {error}. See that the server runs; "
            "a damaged schema 'state' may be dropped: it is rebuilt from the log."
        ) from error
