"""Projected state as a process reads it that does not lead: the leader's last snapshot.

All that is read between two looks is read in one transaction, so that it stands at one
offset, however often the leader writes meanwhile.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import psycopg
from psycopg import sql

from habitue.backends.postgres.state import PostgresState, connect_reader, told
from habitue.base.errors import ConflictError, StorageError
from habitue.state.port import IndexSpec, Snapshot, TableSpec

# Asks the leader to write state down once it stands at an offset.
WANTED = "habitue_wanted"

_LOOK = (
    "COMMIT; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
    "SELECT stamp, at FROM state.meta"
)


class NoStateError(StorageError):
    """There is no state yet that could be read; a leader has to write it first."""


class OtherStateError(StorageError):
    """State was made by another version, or under other settings of identity.

    It is read again once a leader of this version has started.
    """


class ReadingState(PostgresState):
    """Reads what the leader keeps; fills the port StateBackend, but for commit."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        with told("opened"):
            # In the open, or each statement would be a transaction of its own.
            self._read_by(connect_reader(url))
            self._asker = psycopg.connect(url, autocommit=True)
        self._stamp = ""
        self._resting = True

    def look(self) -> int:
        """Read on at the leader's last snapshot; give the offset it stands at."""
        with told("read"):
            try:
                cursor = self._reader.execute(_LOOK)
            except psycopg.errors.UndefinedTable as error:
                self._reader.execute("ROLLBACK")
                raise NoStateError from error
            while cursor.nextset():
                pass
            row = cursor.fetchone()
        self._resting = False
        if row is None:
            raise NoStateError
        self._stamp, at = row
        return int(at)

    def rest(self) -> None:
        """End the transaction, so that the database may tidy up behind it."""
        if not self._resting:
            with told("read"):
                self._reader.execute("COMMIT")
            self._resting = True

    def ask(self, offset: int) -> None:
        """Ask the leader to write state down once it stands at an offset."""
        with told("read"):
            self._asker.execute(f"SELECT pg_notify('{WANTED}', %s)", (str(offset),))

    def open(
        self, stamp: str, tables: Sequence[TableSpec], indexes: Sequence[IndexSpec]
    ) -> int:
        at = self.look()
        if self._stamp != stamp:
            raise OtherStateError
        self._prepare(tables, indexes)
        return at

    def commit(self, snapshot: Snapshot) -> NoReturn:
        raise ConflictError("State is the leader's to write.")

    def close(self) -> None:
        """End both connections."""
        self._reader.close()
        self._asker.close()

    def _stream(self, query: sql.Composed) -> Iterator[Any]:
        # In the transaction of all else, so that it stands at the same offset.
        with told("read"), self._reader.cursor("scan", binary=True) as cursor:
            cursor.itersize = 2_000
            cursor.execute(query)
            yield from cursor
