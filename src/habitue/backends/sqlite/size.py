"""How many bytes a database takes, what its write-ahead log holds counted in."""

import sqlite3
from contextlib import closing
from pathlib import Path

from habitue.base.errors import StorageError


def size_bytes(path: Path) -> int:
    """Say how large a file is once its write-ahead log has been carried over."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
            pages: int = db.execute("PRAGMA page_count").fetchone()[0]
            page_bytes: int = db.execute("PRAGMA page_size").fetchone()[0]
    except sqlite3.Error as error:
        raise StorageError(f"'{path}' can't be read: {error}.") from error
    return pages * page_bytes
