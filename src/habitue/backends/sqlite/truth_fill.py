"""Makes a truth.db: a copy of one in use, page by page, or of what another holds."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from habitue.backends.sqlite.truth_open import (
    PAGE_BYTES,
    SQL,
    connect_reader,
    migrate,
    migrations,
)
from habitue.backends.sqlite.truth_rows import insert_records
from habitue.base.errors import NotFoundError, StorageError
from habitue.log.contents import Told
from habitue.log.port import Definition, Quarantined
from habitue.log.rows import from_count, from_quarantined


def copy_file(path: Path, into: Path) -> None:
    """Copy a truth.db as it stands at one commit, while its owner goes on writing.

    The copy holds one read transaction: the writer waits for nothing, its write-ahead
    log only grows until the copy is done.
    """
    if not path.is_file():
        raise NotFoundError(f"There is no log to copy: {path} is missing.")
    with _told(path), closing(connect_reader(path)) as source, _draft(into) as target:
        source.backup(target)
        # One whole file: no write-ahead log beside it.
        target.execute("PRAGMA journal_mode=DELETE")
    _flush(into)


def fill(path: Path, contents: Told) -> None:
    """Make a truth.db of what another truth holds; half made, it has to go."""
    with _told(path), _draft(path) as db:
        migrate(db, migrations())
        db.execute("BEGIN")
        db.execute(SQL["put_secret"], (contents.secret(),))
        for records in contents.records():
            insert_records(db, records)
        for keys in contents.erased_keys():
            rows = [(key.offset, key.hash, key.fingerprint) for key in keys]
            db.executemany(SQL["keep_key"], rows)
        for items in contents.quarantined():
            _keep(db, items)
        for counts in contents.counts():
            db.executemany(SQL["count"], map(from_count, counts))
        db.executemany(SQL["put_definition"], map(_row, contents.definitions()))
        db.execute("COMMIT")
    _flush(path)


def _keep(db: sqlite3.Connection, items: list[Quarantined]) -> None:
    db.executemany(SQL["keep"], map(from_quarantined, items))
    replayed = [
        (item.replayed_offset, item.quarantine_id)
        for item in items
        if item.replayed_offset is not None
    ]
    db.executemany(SQL["mark_replayed"], replayed)


def _row(definition: Definition) -> tuple[str, str, int, int, bytes]:
    return (
        definition.kind,
        definition.name,
        definition.version,
        definition.offset,
        definition.body,
    )


@contextmanager
def _draft(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that is thrown away unless it is finished, so needs no journal."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(f"PRAGMA page_size={PAGE_BYTES}")
        db.execute("PRAGMA journal_mode=OFF")
        db.execute("PRAGMA synchronous=OFF")
        yield db


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(f"'{path}' can't be copied: {error}.") from error
