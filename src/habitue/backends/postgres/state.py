"""Projected state in PostgreSQL: the schema `state`, rebuilt when its stamp changes.

The leader's loop reads through one connection and a thread of it writes through a
second one. A fence is checked in every transaction that writes, so that a leader
whose lease has passed on can't write over the state of the next one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

import psycopg
from psycopg import sql

from habitue.base.errors import StorageError
from habitue.state.port import Changes, IndexSpec, Key, Place, Snapshot, TableSpec

# Raises StorageError if the state may not be written; called in the transaction.
Fence = Callable[[psycopg.Cursor[Any]], None]

# Tells at which offset the rows stand that have just been committed.
COMMITTED = "habitue_state"

_BATCH_ROWS = 2_000
_FETCH_ROWS = 2_000

# Text keys are bytes here: they sort as in memory, and any character may be in them.
_META = "CREATE TABLE state.meta (stamp text NOT NULL, at bigint NOT NULL)"
_TABLE = "CREATE TABLE {} (key {} PRIMARY KEY, value bytea NOT NULL)"
_INDEX = (
    "CREATE TABLE {} (part bigint, at_us bigint, log_offset bigint, "
    "value bigint NOT NULL, PRIMARY KEY (part, at_us, log_offset))"
)
_LOAD = "SELECT value FROM {} WHERE key = %s"
_PUT_ROWS = (
    "INSERT INTO {} SELECT * FROM unnest(%b::{}[], %b::bytea[]) "
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
_DELETE_ROWS = "DELETE FROM {} WHERE key = ANY(%b::{}[])"
_PUT_ENTRIES = (
    "INSERT INTO {} SELECT * FROM unnest(%b::int8[], %b::int8[], %b::int8[], "
    "%b::int8[]) ON CONFLICT (part, at_us, log_offset) "
    "DO UPDATE SET value = excluded.value"
)
_DELETE_ENTRIES = (
    "DELETE FROM {} AS held USING unnest(%b::int8[], %b::int8[], %b::int8[]) "
    "AS gone (part, at_us, log_offset) WHERE held.part = gone.part "
    "AND held.at_us = gone.at_us AND held.log_offset = gone.log_offset"
)
_SPAN = (
    "SELECT at_us, log_offset, value FROM {} WHERE part = %s::int8 "
    "AND (at_us, log_offset) >= (%s::int8, %s::int8) "
    "AND (at_us, log_offset) < (%s::int8, %s::int8) "
    "ORDER BY at_us {order}, log_offset {order} LIMIT %s"
)


class PostgresState:
    """Keeps state in a database; fills the port StateBackend."""

    def __init__(self, url: str, *, fence: Fence | None = None) -> None:
        self._url = url
        # Set it when the lease is won, and anew with every epoch.
        self.fence = fence
        self._reader: psycopg.Connection[Any]
        self._writer: psycopg.Connection[Any]
        self._names: list[str] = []
        self._is_text: dict[str, bool] = {}
        # Composed once: these two are asked all the time.
        self._loads: dict[str, bytes] = {}
        self._spans: dict[tuple[str, bool], bytes] = {}

    def open(
        self, stamp: str, tables: Sequence[TableSpec], indexes: Sequence[IndexSpec]
    ) -> int:
        # Opened again under another stamp, it lets go of the connections it had.
        self.close()
        with told("opened"):
            self._reader = psycopg.connect(self._url, autocommit=True)
            self._writer = psycopg.connect(self._url, autocommit=True)
            # A leader that falls asleep amid a snapshot holds the lease's row: others
            # must be able to lead once the lease has run out.
            self._writer.execute("SET idle_in_transaction_session_timeout = '10s'")
            with self._writing() as write:
                offset = _kept(write, stamp)
                if offset is None:
                    _make(write, stamp, tables, indexes)
        self._prepare(tables, indexes)
        return offset or 0

    def _prepare(
        self, tables: Sequence[TableSpec], indexes: Sequence[IndexSpec]
    ) -> None:
        self._names = [*(one.name for one in tables), *(one.name for one in indexes)]
        self._is_text = {spec.name: spec.key is str for spec in tables}
        for spec in tables:
            load = sql.SQL(_LOAD).format(_name(spec.name))
            self._loads[spec.name] = load.as_bytes(None)
        for index in indexes:
            for newest, order in ((False, "ASC"), (True, "DESC")):
                span = sql.SQL(_SPAN).format(_name(index.name), order=sql.SQL(order))
                self._spans[index.name, newest] = span.as_bytes(None)

    def load(self, table: str, key: Key) -> bytes | None:
        stored = self._stored(table, key)
        with told("read"):
            row = self._read(self._loads[table], (stored,)).fetchone()
        return None if row is None else row[0]

    def load_many(self, table: str, keys: Sequence[Key]) -> dict[Key, bytes]:
        query = sql.SQL("SELECT key, value FROM {} WHERE key = ANY(%b)")
        stored = [self._stored(table, key) for key in keys]
        with told("read"):
            rows = self._read(query.format(_name(table)), (stored,)).fetchall()
        return {self._key(table, key): value for key, value in rows}

    def scan(self, table: str) -> Iterator[tuple[Key, bytes]]:
        query = sql.SQL("SELECT key, value FROM {} ORDER BY key").format(_name(table))
        rows = self._stream(query)
        return ((self._key(table, key), value) for key, value in rows)

    def page(
        self, table: str, after: Key | None, limit: int
    ) -> list[tuple[Key, bytes]]:
        behind = sql.SQL("" if after is None else "WHERE key > %s ")
        query = sql.SQL("SELECT key, value FROM {} {}ORDER BY key LIMIT %s").format(
            _name(table), behind
        )
        place = () if after is None else (self._stored(table, after),)
        with told("read"):
            rows = self._read(query, (*place, limit)).fetchall()
        return [(self._key(table, key), value) for key, value in rows]

    def last_key(self, table: str) -> Key | None:
        query = sql.SQL("SELECT key FROM {} ORDER BY key DESC LIMIT 1")
        with told("read"):
            row = self._read(query.format(_name(table)), ()).fetchone()
        return None if row is None else self._key(table, row[0])

    def span(
        self,
        index: str,
        part: int,
        within: tuple[Place, Place],
        limit: int,
        newest_first: bool,
    ) -> list[tuple[int, int, int]]:
        low, high = within
        values = (part, *low, *high, limit)
        with told("read"):
            return self._read(self._spans[index, newest_first], values).fetchall()

    def span_many(
        self, index: str, parts: Sequence[int], limit: int
    ) -> list[tuple[int, int, int, int]]:
        query = sql.SQL(
            "SELECT part, at_us, log_offset, value FROM {} "
            "WHERE part = ANY(%b::int8[]) ORDER BY part, at_us, log_offset LIMIT %s"
        ).format(_name(index))
        with told("read"):
            return self._read(query, (list(parts), limit)).fetchall()

    def scan_entries(self, index: str) -> Iterator[tuple[int, int, int, int]]:
        return self._stream(
            sql.SQL(
                "SELECT part, at_us, log_offset, value FROM {} "
                "ORDER BY part, at_us, log_offset"
            ).format(_name(index))
        )

    def last_part(self, index: str) -> int | None:
        query = sql.SQL("SELECT max(part) FROM {}").format(_name(index))
        with told("read"):
            row = self._read(query, ()).fetchone()
        return None if row is None else row[0]

    def commit(self, snapshot: Snapshot) -> None:
        with told("written"), self._writing() as write:
            for table, rows in snapshot.rows.items():
                self._write_rows(write, table, rows)
            for index, entries in snapshot.entries.items():
                _write_entries(write, index, entries)
            write.execute("UPDATE state.meta SET at = %s", (snapshot.offset,))
            # Who reads these rows from another process waits for it (state_reading.py).
            write.execute(
                f"SELECT pg_notify('{COMMITTED}', %s)", (str(snapshot.offset),)
            )

    def scrub(self) -> bool:
        with told("written"):
            for name in self._names:
                self._writer.execute(sql.SQL("VACUUM {}").format(_name(name)))
        return True

    def close(self) -> None:
        for connection in (
            getattr(self, "_reader", None),
            getattr(self, "_writer", None),
        ):
            if connection is not None:
                connection.close()

    @contextmanager
    def _writing(self) -> Iterator[psycopg.Cursor[Any]]:
        with self._writer.transaction(), self._writer.cursor() as cursor:
            if self.fence is not None:
                self.fence(cursor)
            yield cursor

    def _write_rows(
        self,
        write: psycopg.Cursor[Any],
        table: str,
        rows: dict[Key, bytes | None],
    ) -> None:
        form = sql.SQL("bytea" if self._is_text[table] else "int8")
        put = sql.SQL(_PUT_ROWS).format(_name(table), form)
        delete = sql.SQL(_DELETE_ROWS).format(_name(table), form)
        for some in _batches(rows.items()):
            stored = [(self._stored(table, key), value) for key, value in some]
            kept = sorted(row for row in stored if row[1] is not None)
            gone = [key for key, value in stored if value is None]
            if kept:
                write.execute(put, [list(column) for column in zip(*kept, strict=True)])
            if gone:
                write.execute(delete, (gone,))

    def _read(
        self, query: sql.Composed | bytes, values: Sequence[object]
    ) -> psycopg.Cursor[Any]:
        return self._reader.cursor(binary=True).execute(query, values)

    def _stream(self, query: sql.Composed) -> Iterator[Any]:
        # A connection of its own: an open transaction would hold up the reader's.
        with told("read"):
            connection = psycopg.connect(self._url)
            cursor = connection.cursor("scan", binary=True)
            cursor.itersize = _FETCH_ROWS
            cursor.execute(query)
        return _drain(connection, cursor)

    def _stored(self, table: str, key: Key) -> int | bytes:
        return key.encode() if isinstance(key, str) else key

    def _key(self, table: str, stored: Any) -> Key:
        key: Key = stored.decode() if self._is_text[table] else stored
        return key


def _kept(read: psycopg.Cursor[Any], stamp: str) -> int | None:
    """Give the offset of what is kept under this stamp; None if nothing is."""
    found = read.execute("SELECT to_regclass('state.meta')").fetchone()
    if found is None or found[0] is None:
        return None
    row = read.execute("SELECT stamp, at FROM state.meta").fetchone()
    return row[1] if row is not None and row[0] == stamp else None


def _make(
    write: psycopg.Cursor[Any],
    stamp: str,
    tables: Sequence[TableSpec],
    indexes: Sequence[IndexSpec],
) -> None:
    write.execute("DROP SCHEMA IF EXISTS state CASCADE")
    write.execute("CREATE SCHEMA state")
    write.execute(_META)
    for spec in tables:
        form = sql.SQL("bigint" if spec.key is int else "bytea")
        write.execute(sql.SQL(_TABLE).format(_name(spec.name), form))
    for index in indexes:
        write.execute(sql.SQL(_INDEX).format(_name(index.name)))
    write.execute("INSERT INTO state.meta VALUES (%s, 0)", (stamp,))


def _write_entries(write: psycopg.Cursor[Any], index: str, entries: Changes) -> None:
    put = sql.SQL(_PUT_ENTRIES).format(_name(index))
    delete = sql.SQL(_DELETE_ENTRIES).format(_name(index))
    for some in _batches(chain.from_iterable(entries.parts.values())):
        kept = sorted(change for change in some if change[3] is not None)
        gone = [change[:3] for change in some if change[3] is None]
        if kept:
            write.execute(put, [list(column) for column in zip(*kept, strict=True)])
        if gone:
            write.execute(delete, [list(column) for column in zip(*gone, strict=True)])


def _name(table: str) -> sql.Identifier:
    # Apart from state.meta, whatever a table is called.
    return sql.Identifier("state", f"t_{table}")


def _drain(
    connection: psycopg.Connection[Any], cursor: psycopg.ServerCursor[Any]
) -> Iterator[Any]:
    with told("read"):
        try:
            yield from cursor
        finally:
            cursor.close()
            connection.close()


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


def _batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(items)
    while some := list(islice(rest, _BATCH_ROWS)):
        yield some
