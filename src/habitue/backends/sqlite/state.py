"""Projected state in SQLite: state.db, thrown away and rebuilt when its stamp changes.

The loop's thread reads through one connection, another thread writes through a second
one: in WAL mode a read sees the last committed snapshot while the next is written.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

from habitue.base.errors import DiskFullError, StorageError
from habitue.state.port import (
    Changes,
    IndexSpec,
    Key,
    Nearby,
    Place,
    Snapshot,
    TableSpec,
)

_PRAGMAS = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA secure_delete = ON;
PRAGMA temp_store = MEMORY;
PRAGMA journal_size_limit = 67108864;
"""
# KiB; negative as SQLite wants it. The reader's pages are hot, the writer's are not.
_READER_CACHE = -65_536
_WRITER_CACHE = -32_768
# Rows a statement: the GIL is given up and won back once a statement, not once a row.
_BATCH_ROWS = 1_024
_LOAD_ROWS = 400
# Rows sorted at once: sorting holds the GIL, and so holds up the loop.
_SORT_ROWS = 4_096
# Statements kept prepared: some sizes for each table.
_STATEMENTS = 128

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
        # Asked all the time: a context manager here would take a third of it.
        try:
            row = self._reader.execute(self._loads[table], (key,)).fetchone()
        except sqlite3.Error as error:
            raise self._trouble("read", error) from error
        return None if row is None else row[0]

    def load_many(self, table: str, keys: Sequence[Key]) -> dict[Key, bytes]:
        found: dict[Key, bytes] = {}
        with self._told("read"):
            for start in range(0, len(keys), _LOAD_ROWS):
                some = keys[start : start + _LOAD_ROWS]
                marks = ",".join("?" * len(some))
                sql = f'SELECT key, value FROM "{table}" WHERE key IN ({marks})'
                found.update(self._reader.execute(sql, some))
        return found

    def near(
        self, table: str, keys: Sequence[str], numbers: Sequence[int]
    ) -> Nearby | None:
        # A question takes some microseconds: what nobody asks for would cost more.
        return None

    def scan(self, table: str) -> Iterator[tuple[Key, bytes]]:
        return self._stream(f'SELECT key, value FROM "{table}" ORDER BY key')

    def page(
        self, table: str, after: Key | None, limit: int
    ) -> list[tuple[Key, bytes]]:
        behind = "" if after is None else "WHERE key > ? "
        sql = f'SELECT key, value FROM "{table}" {behind}ORDER BY key LIMIT ?'
        values = (limit,) if after is None else (after, limit)
        with self._told("read"):
            return self._reader.execute(sql, values).fetchall()

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
        values = (part, *within[0], *within[1], limit)
        try:
            return self._reader.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self._trouble("read", error) from error

    def span_many(
        self, index: str, parts: Sequence[int], limit: int
    ) -> list[tuple[int, int, int, int]]:
        found: list[tuple[int, int, int, int]] = []
        with self._told("read"):
            for start in range(0, len(parts), _LOAD_ROWS):
                some = sorted(parts)[start : start + _LOAD_ROWS]
                marks = ",".join("?" * len(some))
                sql = (
                    f'SELECT part, at_us, log_offset, value FROM "{index}" WHERE part '
                    f"IN ({marks}) ORDER BY part, at_us, log_offset LIMIT ?"
                )
                found += self._reader.execute(sql, (*some, limit - len(found)))
                if len(found) == limit:
                    break
        return found

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

    def scrub(self) -> bool:
        # What is deleted is overwritten where it stood; the write-ahead log holds it.
        with self._told("written"):
            row = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not row[0]

    def close(self) -> None:
        for connection in (
            getattr(self, "_reader", None),
            getattr(self, "_writer", None),
        ):
            if connection is not None:
                connection.close()

    def _write_rows(self, table: str, rows: dict[Key, bytes | None]) -> None:
        for keys in _in_order(rows):
            kept = [(key, rows[key]) for key in keys if rows[key] is not None]
            self._put(table, kept)
            if len(kept) < len(keys):
                gone = [key for key in keys if rows[key] is None]
                marks = ",".join("?" * len(gone))
                self._writer.execute(
                    f'DELETE FROM "{table}" WHERE key IN ({marks})', gone
                )

    def _write_entries(self, index: str, entries: Changes) -> None:
        delete = (
            f'DELETE FROM "{index}" WHERE part = ? AND at_us = ? AND log_offset = ?'
        )
        parts = entries.parts
        for some in _in_order(parts):
            changes = list(chain.from_iterable([parts[part] for part in some]))
            kept = [change for change in changes if change[3] is not None]
            self._put(index, kept)
            if len(kept) < len(changes):
                gone = [change[:3] for change in changes if change[3] is None]
                self._writer.executemany(delete, gone)

    def _put(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        for start in range(0, len(rows), _BATCH_ROWS):
            some = rows[start : start + _BATCH_ROWS]
            size = _round_up(len(some))
            values = list(chain.from_iterable(some))
            # Putting the last row again changes nothing.
            values += some[-1] * (size - len(some))
            self._writer.execute(_put_into(table, size, len(some[0])), values)

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
            raise self._trouble(what, error) from error

    def _trouble(self, what: str, error: sqlite3.Error) -> StorageError:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
            return DiskFullError(
                f"State in '{self._path}' can't be {what}: {error}. Make room, and it "
                "goes on by itself."
            )
        return StorageError(
            f"State in '{self._path}' can't be {what}: {error}. If the file is "
            "damaged, delete it: it is rebuilt from the log."
        )


def _connect(path: Path, cache: int) -> sqlite3.Connection:
    # Commits come from whichever thread of the pool is free, one at a time.
    connection = sqlite3.connect(
        path,
        isolation_level=None,
        check_same_thread=False,
        timeout=30,
        cached_statements=_STATEMENTS,
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


@cache
def _put_into(table: str, rows: int, columns: int) -> str:
    row = f"({','.join('?' * columns)})"
    return f'REPLACE INTO "{table}" VALUES {",".join([row] * rows)}'


def _round_up(rows: int) -> int:
    """Give a round number of rows, so that few statements are to be kept prepared.

    >>> [_round_up(rows) for rows in (1, 2, 3, 5, 7, 13, 900)]
    [1, 2, 3, 6, 8, 16, 1024]
    """
    power = 1 << (rows - 1).bit_length()
    between = power * 3 // 4
    return between if rows <= between else power


def _in_order(keys: Iterable[Any]) -> Iterator[list[Any]]:
    """Give the keys a few thousand at a time, those in order."""
    rest = iter(keys)
    while some := list(islice(rest, _SORT_ROWS)):
        some.sort()
        yield some
