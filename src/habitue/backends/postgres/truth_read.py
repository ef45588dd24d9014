"""Reads the truth on PostgreSQL from any thread, each with a connection of its own."""

import threading
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import pq

from habitue.backends.postgres.asking import Asking, numbers_array
from habitue.backends.postgres.truth_open import SQL, Connection, connect
from habitue.base.errors import StorageError
from habitue.log.answers import Answers
from habitue.log.rows import Row, to_record
from habitue.model.record import Record

# Asked for all the time, so prepared: habitue.backends.postgres.asking.
_GET, _GET_MANY = (
    SQL[name].replace("%s", "$1").encode() for name in ("get", "get_many")
)


class Reader(Answers):
    """Answers questions about what is durable."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._local = threading.local()
        self._opened: list[Connection] = []

    def rows(self, name: str, values: Sequence[Any] = ()) -> list[Row]:
        try:
            with self._db().cursor(binary=True) as cursor:
                return cursor.execute(SQL[name], values).fetchall()
        except psycopg.Error as error:
            raise StorageError(f"The log can't be read: {error}.") from error

    def get(self, offset: int) -> Record | None:
        rows = self._asked(_GET, offset)
        return to_record(rows[0]) if rows else None

    def many(self, offsets: Sequence[int]) -> list[Row]:
        return self._asked(_GET_MANY, numbers_array(offsets))

    def _asked(self, statement: bytes, value: int | bytes) -> list[Row]:
        db = self._db()
        asking: Asking = self._local.asking
        try:
            return asking.rows(statement, (value,))
        except psycopg.Error as error:
            if db.pgconn.status != pq.ConnStatus.OK:
                # It is connected anew at the next question.
                db.close()
            raise StorageError(f"The log can't be read: {error}.") from error

    def head(self) -> int:
        head: int = self.rows("last_offset")[0][0]
        return head

    def holding(self, texts: Sequence[bytes], after: int, until: int) -> list[int]:
        rows = self.rows("holding", (after, until, list(texts)))
        return [row[0] for row in rows]

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
            self._local.asking = Asking(db)
            self._opened.append(db)
        return db
