"""Reads the truth on PostgreSQL from any thread, each with a connection of its own."""

import threading
from collections.abc import Sequence
from typing import Any

import psycopg

from habitue.backends.postgres.truth_open import SQL, Connection, connect
from habitue.backends.postgres.truth_rows import (
    Row,
    to_count,
    to_definition,
    to_quarantined,
    to_record,
)
from habitue.base.errors import StorageError
from habitue.log.port import Count, Definition, Quarantined, Waiting
from habitue.model.record import Record


class Reader:
    """Answers questions about what is durable."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._local = threading.local()
        self._opened: list[Connection] = []

    def rows(self, name: str, values: Sequence[Any] = ()) -> list[Row]:
        """Give all rows of a named statement."""
        try:
            with self._db().cursor(binary=True) as cursor:
                return cursor.execute(SQL[name], values).fetchall()
        except psycopg.Error as error:
            raise StorageError(f"The log can't be read: {error}.") from error

    def one(self, name: str, values: Sequence[Any] = ()) -> Row | None:
        """Give the first row of a named statement; None if there is none."""
        rows = self.rows(name, values)
        return rows[0] if rows else None

    def head(self) -> int:
        head: int = self.rows("last_offset")[0][0]
        return head

    def read(self, after: int, limit: int) -> list[Record]:
        return [to_record(row) for row in self.rows("read", (after, limit))]

    def get(self, offset: int) -> Record | None:
        row = self.one("get", (offset,))
        return to_record(row) if row else None

    def holding(self, texts: Sequence[bytes], after: int, until: int) -> list[int]:
        rows = self.rows("holding", (after, until, list(texts)))
        return [row[0] for row in rows]

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

    def stand_still(self) -> None:
        """Answer this thread at one snapshot from now on, for a copy of it all."""
        self._db().execute(SQL["stand_still"])

    def close(self) -> None:
        for db in self._opened:
            db.close()
        self._opened.clear()
        self._local = threading.local()

    def _db(self) -> Connection:
        db: Connection | None = getattr(self._local, "db", None)
        # Reading goes on where the server came back: nothing hangs on a connection.
        if db is None or db.closed:
            db = self._local.db = connect(self._url)
            self._opened.append(db)
        return db
