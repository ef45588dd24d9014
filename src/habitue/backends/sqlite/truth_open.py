"""Opens truth.db: connections, their pragmas, and the numbered migrations."""

import fcntl
import re
import sqlite3
from importlib.resources import files
from pathlib import Path
from typing import IO

from habitue.base.errors import StorageError
from habitue.base.sql import named_statements, read_sql

PACKAGE = "habitue.backends.sqlite"
MIGRATION = re.compile(r"truth_(\d{4})_\w+\.sql")

# A record of 300 bytes takes 500 on its page: bigger pages waste less of their ends.
PAGE_BYTES = 8192
BUSY_MS = 10_000
# What the file of the write-ahead log is cut back to when it begins anew; written over
# and not made anew, so that a flush need not write the file system's journal.
WAL_BYTES_KEPT = 64 * 1024 * 1024

SQL = named_statements(read_sql(PACKAGE, "truth.sql"))


def connect(path: Path) -> sqlite3.Connection:
    """Open a connection without transactions of its own making."""
    # Connections are used in one thread each; closing may fall to another.
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    return db


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open a connection that can't write."""
    db = connect(path)
    db.execute("PRAGMA query_only=ON")
    return db


def connect_writer(path: Path) -> sqlite3.Connection:
    """Open the writing connection: each commit is flushed before it returns."""
    db = connect(path)
    db.execute(f"PRAGMA page_size={PAGE_BYTES}")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    # Checkpoints run in another thread: here they would stand in the way of answers.
    db.execute("PRAGMA wal_autocheckpoint=0")
    db.execute(f"PRAGMA journal_size_limit={WAL_BYTES_KEPT}")
    # What is erased is overwritten, not only let go.
    db.execute("PRAGMA secure_delete=ON")
    return db


def is_full(error: BaseException) -> bool:
    """Say whether SQLite found no room on the disk, and so wrote nothing.

    What a flush tells is never this: after it nobody knows what is on disk.
    """
    return (
        isinstance(error, sqlite3.Error)
        and getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
    )


def lock(path: Path) -> IO[bytes]:
    """Make this process the only writer of a truth; the lock dies with the process."""
    file = path.with_suffix(".lock").open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise StorageError(
            f"The data folder '{path.parent}' is in use by another process. "
            "Stop that one first, or talk to it over HTTP."
        ) from None
    return file


def migrations() -> list[tuple[int, str]]:
    """Give the numbered migrations in order: (version it leads to, SQL)."""
    folder = files(PACKAGE).joinpath("migrations")
    return sorted(
        (int(match[1]), file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if (match := MIGRATION.fullmatch(file.name))
    )


def migrate(db: sqlite3.Connection, steps: list[tuple[int, str]]) -> None:
    """Bring the schema up to date, each step in a transaction of its own."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    newest = steps[-1][0]
    if version > newest:
        raise StorageError(
            f"The log has version {version}, this program knows {newest}. "
            "It was written by a newer release: use that one."
        )
    for number, sql in steps:
        if number > version:
            _step(db, number, sql)


def _step(db: sqlite3.Connection, number: int, sql: str) -> None:
    try:
        db.executescript(
            f"BEGIN IMMEDIATE; {sql}; PRAGMA user_version={number}; COMMIT;"
        )
    except sqlite3.Error:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
