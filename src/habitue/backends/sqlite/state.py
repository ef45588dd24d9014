"""Projected state in SQLite: state.db, thrown away and rebuilt when its stamp changes.

The loop's thread reads through one connection, another thread writes through a second
one: in WAL mode a read sees the last committed snapshot while the next is written.
"""

import heapq
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from habitue.base.errors import StorageError
from habitue.state.port import IndexSpec, Key, Place, Snapshot, TableSpec

_PRAGMAS = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA secure_delete = OFF;
PRAGMA temp_store = MEMORY;
PRAGMA journal_size_limit = 67108864;
"""
# KiB; negative as SQLite wants it. The reader's pages are hot, the writer's are not.
_READER_CACHE = -65_536
_WRITER_CACHE = -32_768
# Rows a statement: the GIL is given up and won back once a statement, not once a row.
_BATCH_ROWS = 400
# Rows sorted at once: sorting holds the GIL, and so holds up the loop.
_SORT_ROWS = 4_000

_META = "CREATE TABLE IF NOT EXISTS meta (stamp TEXT NOT NULL, at INTEGER NOT NULL)"
_INT_TABLE = 'CREATE TABLE "{}" (key INTEGER PRIMARY KEY, value BLOB NOT NULL)'
_TEXT_TABLE = (
    'CREATE TABLE "{}" (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID'
)
_INDEX = (
    'CREATE TABLE "{}" (part INTEGER, at_us INTEGER, log_offset INTEGER, '
    "value INTEGER NOT NULL, PRIMARY KEY (part, at_us, log_offset)) WITHOUT ROWID"
)
_SPAN = (
    'SELECT at_us, log_offset, value FROM "{}" WHERE part = ? '
    "AND (at_us, log_offset) >= (?, ?) AND (at_us, log_offset) < (?, ?) "
    "ORDER BY at_us {order}, log_offset {order} LIMIT ?"
)


class SqliteState:
    """Keeps state in one file; fills the port StateBackend."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader: sqlite3.Connection
        self._writer: sqlite3.Connection
        self._loads: dict[str, str] = {}
        self._spans: dict[tuple[str, bool], str] = {}

    def open(
        self, stamp: str, tables: Sequence[TableSpec], indexes: Sequence[IndexSpec]
    ) -> int:
        with self._told("opened"):
            self._writer = _connect(self._path, _WRITER_CACHE)
            if (offset := self._kept(stamp)) is None:
                self._throw_away()
                self._make(stamp, tables, indexes)
                offset = 0
            self._reader = _connect(self._path, _READER_CACHE)
            self._reader.execute("PRAGMA query_only = ON")
        for spec in tables:
            self._loads[spec.name] = f'SELECT value FROM "{spec.name}" WHERE key = ?'
        for index in indexes:
            for newest, order in ((False, "ASC"), (True, "DESC")):
                self._spans[index.name, newest] = _SPAN.format(index.name, order=order)
        return offset

    def load(self, table: str, key: Key) -> bytes | None:
        with self._told("read"):
            row = self._reader.execute(self._loads[table], (key,)).fetchone()
        return None if row is None else row[0]

    def load_many(self, table: str, keys: Sequence[Key]) -> dict[Key, bytes]:
        found: dict[Key, bytes] = {}
        with self._told("read"):
            for some in _batches(keys):
                marks = ",".join("?" * len(some))
                sql = f'SELECT key, value FROM "{table}" WHERE key IN ({marks})'
                found.update(self._reader.execute(sql, some))
        return found

    def scan(self, table: str) -> Iterator[tuple[Key, bytes]]:
        return self._stream(f'SELECT key, value FROM "{table}" ORDER BY key')

    def last_key(self, table: str) -> Key | None:
        key: Key | None = self._one(f'SELECT max(key) FROM "{table}"')
        return key

    def span(
        self,
        index: str,
        part: int,
        within: tuple[Place, Place],
        limit: int,
        newest_first: bool,
    ) -> list[tuple[int, int, int]]:
        sql = self._spans[index, newest_first]
        with self._told("read"):
            return self._reader.execute(
                sql, (part, *within[0], *within[1], limit)
            ).fetchall()

    def scan_entries(self, index: str) -> Iterator[tuple[int, int, int, int]]:
        return self._stream(
            f'SELECT part, at_us, log_offset, value FROM "{index}" '
            "ORDER BY part, at_us, log_offset"
        )

    def last_part(self, index: str) -> int | None:
        part: int | None = self._one(f'SELECT max(part) FROM "{index}"')
        return part

    def commit(self, snapshot: Snapshot) -> None:
        with self._told("written"), _transaction(self._writer):
            for table, rows in snapshot.rows.items():
                self._write_rows(table, rows)
            for index, entries in snapshot.entries.items():
                self._write_entries(index, entries)
            self._writer.execute("UPDATE meta SET at = ?", (snapshot.offset,))

    def close(self) -> None:
        for connection in (
            getattr(self, "_reader", None),
            getattr(self, "_writer", None),
        ):
            if connection is not None:
                connection.close()

    def _write_rows(self, table: str, rows: dict[Key, bytes | None]) -> None:
        for keys in _batches(_in_order(rows)):
            kept = [key for key in keys if rows[key] is not None]
            gone = [key for key in keys if rows[key] is None]
            self._put(table, [(key, rows[key]) for key in kept])
            if gone:
                marks = ",".join("?" * len(gone))
                self._writer.execute(
                    f'DELETE FROM "{table}" WHERE key IN ({marks})', gone
                )

    def _write_entries(
        self, index: str, entries: dict[tuple[int, int, int], int | None]
    ) -> None:
        delete = (
            f'DELETE FROM "{index}" WHERE part = ? AND at_us = ? AND log_offset = ?'
        )
        for places in _batches(_in_order(entries)):
            kept = [(*p, entries[p]) for p in places if entries[p] is not None]
            gone = [place for place in places if entries[place] is None]
            self._put(index, kept)
            self._writer.executemany(delete, gone)

    def _put(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            marks = ",".join(["(" + ",".join("?" * len(rows[0])) + ")"] * len(rows))
            self._writer.execute(
                f'REPLACE INTO "{table}" VALUES {marks}',
                [value for row in rows for value in row],
            )

    def _kept(self, stamp: str) -> int | None:
        """Give the offset of what is kept under this stamp; None if nothing is."""
        self._writer.execute(_META)
        row = self._writer.execute("SELECT stamp, at FROM meta").fetchone()
        return row[1] if row is not None and row[0] == stamp else None

    def _throw_away(self) -> None:
        self._writer.close()
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        self._writer = _connect(self._path, _WRITER_CACHE)

    def _make(
        self, stamp: str, tables: Sequence[TableSpec], indexes: Sequence[IndexSpec]
    ) -> None:
        with _transaction(self._writer) as write:
            write.execute(_META)
            for spec in tables:
                form = _INT_TABLE if spec.key is int else _TEXT_TABLE
                write.execute(form.format(spec.name))
            for index in indexes:
                write.execute(_INDEX.format(index.name))
            write.execute("INSERT INTO meta VALUES (?, 0)", (stamp,))

    def _stream(self, sql: str) -> Iterator[Any]:
        # The statement is begun here, so that the scan shows the state of this moment.
        with self._told("read"):
            cursor = self._reader.execute(sql)
        return self._drain(cursor)

    def _drain(self, cursor: sqlite3.Cursor) -> Iterator[Any]:
        with self._told("read"):
            yield from cursor

    def _one(self, sql: str) -> Any:
        with self._told("read"):
            return self._reader.execute(sql).fetchone()[0]

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StorageError(
                f"State in '{self._path}' can't be {what}: {error}. If the file is "
                "damaged, delete it: it is rebuilt from the log."
            ) from error


def _connect(path: Path, cache: int) -> sqlite3.Connection:
    # Commits come from whichever thread of the pool is free, one at a time.
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=30
    )
    connection.executescript(_PRAGMAS)
    connection.execute(f"PRAGMA cache_size = {cache}")
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _in_order(keys: Iterable[Any]) -> Iterator[Any]:
    """Give the keys in order, sorting a few thousand at a time."""
    unsorted = iter(keys)
    runs = []
    while some := list(islice(unsorted, _SORT_ROWS)):
        some.sort()
        runs.append(some)
    return heapq.merge(*runs)


def _batches(keys: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(keys)
    while some := list(islice(rest, _BATCH_ROWS)):
        yield some
