"""The analytic copy in one file of DuckDB; fills the port Lake.

One instance owns the file. It is locked down once open: no files but its own and the
folder of exports, no network, no extensions, no Python variables read as tables. One
cursor writes, from one thread at a time; each query has a cursor of its own.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from habitue.backends.duckdb import columns, sessions
from habitue.backends.duckdb.asking import DuckAsking
from habitue.backends.duckdb.days import Days
from habitue.backends.duckdb.opening import (
    Limits,
    bound,
    lock_down,
    quoted,
    remove,
    told,
)
from habitue.backends.duckdb.order import bring_in_order
from habitue.backends.duckdb.writing import Writing
from habitue.base.errors import StorageError
from habitue.base.sql import read_sql
from habitue.collect.files.sparing import spare_pandas
from habitue.lake.owed import Owed, OwedRow, owed_of
from habitue.lake.port import Asking, Packed, Seal, Sessions, Sort, Tail
from habitue.lake.rows import LeftRow

__all__ = ["DuckLake", "Limits"]

# Raise it with any change of the tables, or of what stands in them.
STAMP = "lake-10"
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
        self._offset = self._noted = self._loose = self._rows = self._stale = 0
        self._mark = self._stamp = ""
        self._unscrubbed = self._whole = False

    @property
    def offset(self) -> int:
        return self._offset

    @property
    def mark(self) -> str:
        return self._mark

    @property
    def noted(self) -> int:
        return self._noted

    @property
    def rows(self) -> int:
        return self._rows

    @property
    def stamp(self) -> str:
        return self._stamp

    @property
    def stale(self) -> int:
        return self._stale

    @property
    def unscrubbed(self) -> bool:
        return self._unscrubbed

    @property
    def whole(self) -> bool:
        return self._whole

    # -- opening -----------------------------------------------------------------

    def open(self) -> None:
        spare_pandas()
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
            self._writing.run("begin", STAMP)
        self._path.chmod(0o600)
        lock_down(self._instance, self._limits, self._exports)
        self._stand(self._standing())

    def _standing(self) -> tuple[Any, ...]:
        one = self._writing.one
        return (*one("stands"), *one("count"), *one("derived"))

    def _stand(self, standing: tuple[Any, ...]) -> None:
        _, self._offset, self._mark, self._noted, *more = standing
        self._loose, self._unscrubbed, self._whole, *more = more
        self._rows, self._stamp, self._stale = more

    def _kept_stamp(self) -> str | None:
        try:
            rows = self._writing.run("stands").fetchall()
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
        self._offset = self._noted = self._loose = self._rows = self._stale = 0
        self._mark = self._stamp = ""
        self._unscrubbed = self._whole = False

    # -- rows --------------------------------------------------------------------

    def owed(self) -> Owed:
        with told("read"):
            rows = self._writing.run("owed").fetchall()
        return owed_of(OwedRow(*one) for one in rows)

    def pack(self, sort: Sort, rows: Sequence[tuple[Any, ...]]) -> Packed:
        return columns.pack(rows, columns.SORTS[sort])

    def seal(self, seal: Seal) -> None:
        with self._writing.transaction("written"):
            self._writing.keep(seal)
            standing = self._standing()
        self._stand(standing)

    def begin(self, tail: Tail) -> Asking:
        with told("read"):
            return DuckAsking(self._writing.connection.cursor(), tail)

    def settle(self) -> bool:
        if self._loose < max(LOOSE_MIN, (self._rows - self._loose) // 2):
            return False
        with self._writing.transaction("sorted"):
            bring_in_order(self._writing)
        self._loose = 0
        return True

    def keep_sessions(self, made: Sessions, people_max: int) -> None:
        with self._writing.transaction("written"):
            if made.stamp != self._stamp:
                sessions.begin_anew(self._writing, made.stamp)
            sessions.make(self._writing, made, people_max)
            standing = self._standing()
        self._stand(standing)

    # -- erasing -----------------------------------------------------------------

    def expire(self, expired: Sequence[LeftRow]) -> None:
        with self._writing.transaction("erased"):
            self._writing.expire(expired)
            standing = self._standing()
        self._stand(standing)

    def forget(self, strands: Sequence[int], offsets: Sequence[int]) -> None:
        with self._writing.transaction("erased"):
            self._writing.erase(strands, offsets)
            standing = self._standing()
        self._stand(standing)

    def scrub(self) -> None:
        """Write the file anew: DuckDB leaves what was deleted in blocks that are free.

        A half-written one is of no use to anybody: it goes when the copy is opened.
        """
        self.close()
        remove(self._anew)
        with told("written anew"):
            with duckdb.connect(str(self._path)) as old:
                # Or it would take most of the machine's memory.
                bound(old, self._limits)
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
            return [day for (day,) in self._writing.run("days").fetchall()]

    def days_of(self, strands: Sequence[int], offsets: Sequence[int]) -> list[str]:
        with told("read"), self._writing.gone(strands, offsets):
            return [day for (day,) in self._writing.run("days_of").fetchall()]

    def write_day(self, day: str) -> None:
        Days(self._exports).write(self._writing.connection, day)

    def written_days(self) -> list[str]:
        return Days(self._exports).written()

    def drop_days(self, days: Sequence[str]) -> None:
        Days(self._exports).drop(days)

    @property
    def _writing(self) -> Writing:
        if self._instance is None:
            raise StorageError("The analytic copy is not open.")
        return Writing(self._instance)


def _why(error: Exception) -> str:
    said = str(error).splitlines()[0]
    return f"The analytic copy can't be opened: {said}"
