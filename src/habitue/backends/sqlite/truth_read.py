"""Reads truth.db from any thread, each with a connection of its own."""

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from habitue.backends.sqlite.truth_open import SQL, connect_reader
from habitue.base.errors import StorageError
from habitue.log.answers import Answers
from habitue.log.rows import Row

# More would be too deep a condition.
_TEXTS_MAX = 100


class Reader(Answers):
    """Answers questions about what is durable."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []

    def rows(self, name: str, values: Sequence[Any] = ()) -> list[Row]:
        return self._rows(SQL[name], values)

    def many(self, offsets: Sequence[int]) -> list[Row]:
        return self.rows("get_many", (str(list(offsets)),))

    def _rows(self, statement: str, values: Sequence[Any]) -> list[Row]:
        try:
            return self._db().execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise StorageError(f"The log can't be read: {error}.") from error

    def holding(self, texts: Sequence[bytes], after: int, until: int) -> list[int]:
        found: set[int] = set()
        for start in range(0, len(texts), _TEXTS_MAX):
            some = texts[start : start + _TEXTS_MAX]
            holds = " OR ".join(["instr(body, ?) > 0"] * len(some))
            statement = SQL["holding"].replace("(1)", f"({holds})")
            found.update(row[0] for row in self._rows(statement, (after, until, *some)))
        return sorted(found)

    def close(self) -> None:
        for db in self._opened:
            db.close()
        self._opened.clear()
        self._local = threading.local()

    def _db(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = connect_reader(self._path)
            self._opened.append(db)
        return db
