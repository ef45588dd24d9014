"""A query over the copy as it stood when it was begun."""

from contextlib import suppress
from typing import Any

import duckdb

from habitue.backends.duckdb import columns
from habitue.backends.duckdb.admit import admit
from habitue.base.sql import named_statements, read_sql
from habitue.lake.port import Found, NotAnsweredError, QueryError, Question, Tail

_MACROS = named_statements(read_sql(__package__, "macros.sql"))
_VIEWS = named_statements(read_sql(__package__, "views.sql"))
_BATCH_ROWS = 10_000


class DuckAsking:
    """A cursor of the one instance, in a transaction that is never committed."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, tail: Tail) -> None:
        self._cursor = cursor
        self._offset = tail.offset
        # What is registered is read where it lies, so it has to stay.
        self._held = columns.tails(tail)
        cursor.execute("BEGIN TRANSACTION")
        for name, held in self._held.items():
            cursor.register(name, held)
        for made in (*_MACROS.values(), *_VIEWS.values()):
            cursor.execute(made)
        # The first read is what fixes the moment that is seen.
        cursor.execute('SELECT "offset" FROM standing').fetchall()

    def answer(self, question: Question) -> Found:
        if not question.trusted:
            admit(self._cursor, question.sql)
        try:
            table, more = self._read(question)
        except duckdb.InterruptException as error:
            raise NotAnsweredError(
                "The query took too long and was broken off; ask for less, or raise"
                " lake.query_seconds_max."
            ) from error
        except duckdb.OutOfMemoryException as error:
            raise NotAnsweredError(
                "The query took more memory than lake.memory_mb allows; ask for less,"
                " or raise it."
            ) from error
        except duckdb.Error as error:
            raise QueryError(_first_line(error)) from error
        return Found(self._offset, table, more)

    def interrupt(self) -> None:
        self._cursor.interrupt()

    def close(self) -> None:
        with suppress(duckdb.Error):
            self._cursor.execute("ROLLBACK")
        self._cursor.close()

    def _read(self, question: Question) -> tuple[Any, bool]:
        for name, rows in question.tables.items():
            self._cursor.register(name, rows)
        self._gather(question)
        asked = self._cursor.sql(question.sql, params=dict(question.values))
        # To the end: what is broken off waits, as it is dropped, for who helped it, and
        # holds the interpreter meanwhile.
        table = asked.limit(question.rows_max + 1).to_arrow_table(_BATCH_ROWS)
        if question.gathered:
            self._cursor.execute("DROP TABLE gathered")
        return table.slice(0, question.rows_max), table.num_rows > question.rows_max

    def _gather(self, question: Question) -> None:
        """Make a table of what is made beforehand; much of it goes to the disk."""
        begins = "CREATE OR REPLACE TEMP TABLE gathered AS"
        for one in question.gathered:
            self._cursor.execute(f"{begins} {one.sql}", dict(one.values))
            begins = "INSERT INTO gathered BY NAME"


def _first_line(error: Exception) -> str:
    return str(error).split("\n\n", maxsplit=1)[0].replace("\n", " ")
