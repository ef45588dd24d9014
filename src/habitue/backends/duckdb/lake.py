"""The analytic copy in one file of DuckDB; fills the port Lake.

One instance owns the file. It is locked down once open: no files but its own and the
folder of exports, no network, no extensions, no Python variables read as tables. One
cursor writes, from one thread at a time; each query has a cursor of its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from habitue.backends.duckdb import columns
from habitue.backends.duckdb.asking import DuckAsking
from habitue.backends.duckdb.days import Days
from habitue.backends.duckdb.opening import Limits, lock_down, quoted, remove, told
from habitue.base.errors import StorageError
from habitue.base.sql import named_statements, read_sql
from habitue.lake.moves import Fixes
from habitue.lake.port import Asking, Packed, Seal, Tail
from habitue.lake.rows import HoldingRow

__all__ = ["DuckLake", "Limits"]

# Raise it with any change of the tables, or of what stands in them.
STAMP = "lake-1"
_SQL = named_statements(read_sql(__package__, "queries.sql"))
# Fewer events out of order than this are not worth sorting.
LOOSE_MIN = 200_000


class DuckLake:
    """Keeps the copy in lake.duckdb."""

    def __init__(self, path: Path, exports: Path, limits: Limits | None = None) -> None:
        """exports: the one folder that Parquet may be written to."""
        self._path = path
        self._exports = exports
        self._limits = limits or Limits()
        self._instance: duckdb.DuckDBPyConnection | None = None
        self._offset = self._loose = self._rows = 0
        self._mark = ""
        self._unscrubbed = False

    @property
    def offset(self) -> int:
        return self._offset

    @property
    def mark(self) -> str:
        return self._mark

    @property
    def rows(self) -> int:
        return self._rows

    @property
    def unscrubbed(self) -> bool:
        return self._unscrubbed

    # -- opening -----------------------------------------------------------------

    def open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._exports.mkdir(parents=True, exist_ok=True, mode=0o700)
        remove(self._anew)
        try:
            self._open()
        except duckdb.Error as error:
            if "lock" in str(error):
                # In use by somebody: what is there may be whole.
                raise StorageError(_why(error)) from error
            # Half written, or of another version of the engine: it is made anew.
            self.throw_away()
            with told("opened"):
                self._open()

    def _open(self) -> None:
        self._instance = duckdb.connect(str(self._path))
        if self._kept_stamp() != STAMP:
            self.throw_away()
            self._instance = duckdb.connect(str(self._path))
            self._instance.execute(read_sql(__package__, "schema.sql"))
            self._run("begin", STAMP)
        self._path.chmod(0o600)
        lock_down(self._instance, self._limits, self._exports)
        _, self._offset, self._mark, self._loose, self._unscrubbed = self._one("stands")
        (self._rows,) = self._one("count")

    def _kept_stamp(self) -> str | None:
        try:
            rows = self._run("stands").fetchall()
        except (duckdb.CatalogException, duckdb.BinderException):
            return None
        return str(rows[0][0]) if rows else None

    def close(self) -> None:
        if self._instance is not None:
            self._instance.close()
            self._instance = None

    def throw_away(self) -> None:
        self.close()
        remove(self._path)
        self._offset = self._loose = self._rows = 0
        self._mark, self._unscrubbed = "", False

    # -- rows --------------------------------------------------------------------

    def pack_events(self, rows: Sequence[tuple[Any, ...]]) -> Packed:
        return columns.pack(rows, columns.EVENT)

    def pack_lines(self, rows: Sequence[tuple[Any, ...]]) -> Packed:
        return columns.pack(rows, columns.LINE)

    def pack_holding(self, rows: Sequence[HoldingRow]) -> Packed:
        return columns.pack(rows, columns.HOLDING)

    def seal(self, seal: Seal) -> None:
        tail = seal.tail
        events = columns.table(tail.events, columns.EVENT)
        lines = columns.table(tail.lines, columns.LINE)
        with self._transaction("written"):
            self._insert("keep_events", tail_event=events)
            self._insert("keep_lines", tail_line=lines)
            if seal.fixes is not None:
                self._fix(seal.fixes)
            self._hold(seal)
            self._run("move", tail.offset, seal.mark, events.num_rows)
            _, _, _, loose, unscrubbed = self._one("stands")
            (rows,) = self._one("count")
        self._offset, self._mark, self._rows = tail.offset, seal.mark, rows
        self._loose, self._unscrubbed = loose, unscrubbed

    def _fix(self, fixes: Fixes) -> None:
        dropped = columns.pack(list(fixes.dropped.items()), columns.DROPPED)
        placed = columns.pack(list(fixes.placed.items()), columns.PLACED)
        self._insert("empty_dropped", fix_dropped=dropped)
        self._insert("place", fix_placed=placed)
        if fixes.erased:
            self._erase((), fixes.erased)

    def _hold(self, seal: Seal) -> None:
        tail = seal.tail
        holding = columns.table(tail.holding, columns.HOLDING)
        people = columns.pack([(one,) for one in tail.people], columns.PERSON)
        with self._registered(tail_holding=holding, tail_person=people):
            if seal.whole:
                self._run("forget_all_people")
            elif tail.people:
                self._run("forget_people")
            self._run("keep_holding")

    def begin(self, tail: Tail) -> Asking:
        with told("read"):
            return DuckAsking(self._connection.cursor(), tail)

    def settle(self) -> bool:
        if self._loose < max(LOOSE_MIN, (self._rows - self._loose) // 2):
            return False
        with self._transaction("sorted"):
            for name in ("in_order", "drop_loose", "rename", "sorted"):
                self._run(name)
        self._loose = 0
        return True

    # -- erasing -----------------------------------------------------------------

    def forget(self, strands: Sequence[int], offsets: Sequence[int]) -> None:
        with self._transaction("erased"):
            self._erase(strands, offsets)
            (rows,) = self._one("count")
        self._rows, self._unscrubbed = rows, True

    def _erase(self, strands: Sequence[int], offsets: Sequence[int]) -> None:
        with self._gone(strands, offsets):
            for name in ("erase_lines", "erase_events", "erase_holding", "erased"):
                self._run(name)

    @contextmanager
    def _gone(self, strands: Sequence[int], offsets: Sequence[int]) -> Iterator[None]:
        gone_strand = columns.pack([(one,) for one in strands], columns.STRAND)
        gone_offset = columns.pack([(one,) for one in offsets], columns.OFFSET)
        with self._registered(gone_strand=gone_strand, gone_offset=gone_offset):
            yield

    def scrub(self) -> None:
        """Write the file anew: DuckDB leaves what was deleted in blocks that are free.

        A half-written one is of no use to anybody: it goes when the copy is opened.
        """
        self.close()
        remove(self._anew)
        with told("written anew"):
            with duckdb.connect(str(self._path)) as old:
                ((name,),) = old.execute("SELECT current_database()").fetchall()
                old.execute(f"ATTACH '{quoted(self._anew)}' AS anew")
                old.execute(f'COPY FROM DATABASE "{name}" TO anew')
                old.execute("UPDATE anew.standing SET unscrubbed = false")
                old.execute("DETACH anew")
            self._anew.replace(self._path)
            self._open()

    @property
    def _anew(self) -> Path:
        return self._path.with_suffix(".anew")

    # -- days --------------------------------------------------------------------

    def days(self) -> list[str]:
        with told("read"):
            return [day for (day,) in self._run("days").fetchall()]

    def days_of(self, strands: Sequence[int], offsets: Sequence[int]) -> list[str]:
        with told("read"), self._gone(strands, offsets):
            return [day for (day,) in self._run("days_of").fetchall()]

    def write_day(self, day: str) -> None:
        Days(self._exports).write(self._connection, day)

    def written_days(self) -> list[str]:
        return Days(self._exports).written()

    def drop_days(self, days: Sequence[str]) -> None:
        Days(self._exports).drop(days)

    # -- the writing cursor ------------------------------------------------------

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._instance is None:
            raise StorageError("The analytic copy is not open.")
        return self._instance

    def _run(self, name: str, *values: Any) -> duckdb.DuckDBPyConnection:
        return self._connection.execute(_SQL[name], list(values))

    def _one(self, name: str) -> tuple[Any, ...]:
        # To the end: an answer that was not read out bars what is registered next.
        rows = self._run(name).fetchall()
        if not rows:
            raise StorageError("The analytic copy holds no standing; delete its file.")
        return tuple(rows[0])

    def _insert(self, statement: str, **rows: Any) -> None:
        if any(one.num_rows for one in rows.values()):
            with self._registered(**rows):
                self._run(statement)

    @contextmanager
    def _registered(self, **rows: Any) -> Iterator[None]:
        for name, held in rows.items():
            self._connection.register(name, held)
        try:
            yield
        finally:
            for name in rows:
                self._connection.unregister(name)

    @contextmanager
    def _transaction(self, what: str) -> Iterator[None]:
        with told(what):
            self._connection.execute("BEGIN TRANSACTION")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _why(error: Exception) -> str:
    said = str(error).splitlines()[0]
    return f"The analytic copy can't be opened: {said}"
