"""Reads truth.db from any thread, each with a connection of its own."""

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from habitue.backends.sqlite.truth_open import SQL, connect_reader
from habitue.backends.sqlite.truth_rows import (
    Row,
    to_count,
    to_definition,
    to_quarantined,
    to_record,
)
from habitue.base.errors import StorageError
from habitue.log.port import Count, Definition, Quarantined, Waiting
from habitue.model.record import Record

# More would be too deep a condition.
_TEXTS_MAX = 100


class Reader:
    """Answers questions about what is durable."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []

    def rows(self, name: str, values: Sequence[Any] = ()) -> list[Row]:
        """Give all rows of a named statement."""
        return self._rows(SQL[name], values)

    def _rows(self, statement: str, values: Sequence[Any]) -> list[Row]:
        try:
            return self._db().execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise StorageError(f"The log can't be read: {error}.") from error

    def one(self, name: str, values: Sequence[Any] = ()) -> Row | None:
        """Give the first row of a named statement; None if there is none."""
        rows = self.rows(name, values)
        return rows[0] if rows else None

    def read(self, after: int, limit: int) -> list[Record]:
        return [to_record(row) for row in self.rows("read", (after, limit))]

    def get(self, offset: int) -> Record | None:
        row = self.one("get", (offset,))
        return to_record(row) if row else None

    def holding(self, texts: Sequence[bytes], after: int, until: int) -> list[int]:
        found: set[int] = set()
        for start in range(0, len(texts), _TEXTS_MAX):
            some = texts[start : start + _TEXTS_MAX]
            holds = " OR ".join(["instr(body, ?) > 0"] * len(some))
            statement = SQL["holding"].replace("(1)", f"({holds})")
            found.update(row[0] for row in self._rows(statement, (after, until, *some)))
        return sorted(found)

    def definitions(self, kind: str) -> list[Definition]:
        return [to_definition(row) for row in self.rows("definitions", (kind,))]

    def counts(self, since_us: int) -> list[Count]:
        return [to_count(row) for row in self.rows("counts", (since_us,))]

    def waiting(self, after: int, limit: int) -> list[Waiting]:
        return [Waiting(*row) for row in self.rows("waiting", (after, limit))]

    def quarantined(self, after: int, limit: int) -> list[Quarantined]:
        rows = self.rows("quarantined", (after, limit))
        return [to_quarantined(row) for row in rows]

    def quarantine_item(self, quarantine_id: int) -> Quarantined | None:
        row = self.one("quarantine_item", (quarantine_id,))
        return to_quarantined(row) if row else None

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
