"""The writing cursor of the copy: named statements, rows registered, transactions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from habitue.backends.duckdb import columns
from habitue.backends.duckdb.opening import told
from habitue.base.errors import StorageError
from habitue.base.sql import named_statements, read_sql
from habitue.lake.moves import Fixes
from habitue.lake.port import Seal
from habitue.lake.rows import LeftRow

_SQL = {
    **named_statements(read_sql(__package__, "queries.sql")),
    **named_statements(read_sql(__package__, "turns.sql")),
}
ALL_SESSIONS = (
    *("all_sessions", "all_looks", "all_sides", "all_walks", "all_deeds"),
    *("all_stale", "all_rules"),
)
# Whatever is kept of the stale, which may tell of what is gone.
_ERASE_KEPT = (
    *("erase_sessions", "erase_looks", "erase_sides"),
    *("erase_walks", "erase_deeds"),
)
_ALL = (
    *("all_holding", "all_facts", "all_allowed", "all_bought", "all_purchases"),
    *ALL_SESSIONS,
)
_ERASING = (
    *("stale_gone", *_ERASE_KEPT, "erase_lines", "erase_report_lines"),
    *("erase_events", "erase_reports"),
    *("erase_facts", "erase_allowed"),
    *("erase_bought", "erase_purchases", "erase_holding", "erased"),
)


class Writing:
    """Writes the tables of an open instance, from one thread at a time."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def run(self, name: str, *values: Any) -> duckdb.DuckDBPyConnection:
        return self.connection.execute(_SQL[name], list(values))

    def one(self, name: str) -> tuple[Any, ...]:
        # To the end: an answer that was not read out bars what is registered next.
        rows = self.run(name).fetchall()
        if not rows:
            raise StorageError("The analytic copy holds no standing; delete its file.")
        return tuple(rows[0])

    @contextmanager
    def registered(self, **rows: Any) -> Iterator[None]:
        for name, held in rows.items():
            self.connection.register(name, held)
        try:
            yield
        finally:
            for name in rows:
                self.connection.unregister(name)

    @contextmanager
    def transaction(self, what: str) -> Iterator[None]:
        with told(what):
            self.connection.execute("BEGIN TRANSACTION")
            try:
                yield
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    # -- sealing -----------------------------------------------------------------

    def keep(self, seal: Seal) -> None:
        """Write a seal down, within a transaction."""
        held = columns.tails(seal.tail)
        with self.registered(**held):
            if seal.anew:
                for name in (*_ALL, "not_whole"):
                    self.run(name)
            self._keep_owed(seal)
            if seal.tail.events or seal.tail.people or seal.tail.holding:
                self.run("stale_told")
            self._keep(held, "tail_event", "keep_events", "keep_last", "keep_reports")
            self._keep(held, "tail_line", "keep_lines", "keep_report_lines")
            if seal.fixes is not None:
                self._fix(seal.fixes)
            if seal.expired:
                self.expire(seal.expired)
            if seal.tail.people:
                self.run("forget_people")
            self._keep(held, "tail_holding", "keep_holding")
            self._keep_known(seal, held)
            if seal.whole:
                self.run("whole")
            offset, events = seal.tail.offset, held["tail_event"].num_rows
            self.run("move", offset, seal.mark, max(seal.noted, offset), events)

    def _keep_known(self, seal: Seal, held: dict[str, Any]) -> None:
        if seal.tail.known.people:
            self.run("forget_facts")
            self.run("forget_allowed")
        self._keep(held, "tail_fact", "keep_facts")
        self._keep(held, "tail_allowed", "keep_allowed")
        if seal.tail.bought.keys:
            self.run("forget_bought")
            self.run("forget_purchases")
        self._keep(held, "tail_purchase", "keep_purchases")
        self._keep(held, "tail_bought", "keep_bought")

    def _keep_owed(self, seal: Seal) -> None:
        if seal.paid or seal.anew:
            self.run("all_owed")
        if seal.owed:
            packed = columns.pack(list(seal.owed.rows()), columns.OWED)
            with self.registered(new_owed=packed):
                self.run("keep_owed")

    def _keep(self, held: dict[str, Any], table: str, *statements: str) -> None:
        if held[table].num_rows:
            for name in statements:
                self.run(name)

    def _fix(self, fixes: Fixes) -> None:
        dropped = columns.pack(list(fixes.dropped.items()), columns.DROPPED)
        placed = columns.pack(list(fixes.placed.items()), columns.PLACED)
        with (
            self.registered(fix_dropped=dropped, fix_placed=placed),
            self._touching("touch_fixed"),
        ):
            if dropped.num_rows:
                self.run("stale_dropped")
                self.run("empty_dropped")
                self.run("empty_reports")
            if placed.num_rows:
                self.run("stale_placed")
                self.run("place")
                self.run("place_reports")
        if fixes.erased:
            self.erase((), fixes.erased)

    @contextmanager
    def _touching(self, which: str) -> Iterator[None]:
        """Say anew when the last event of strands was whose events change."""
        self.run(which)
        yield
        for name in ("forget_last", "last_anew", "untouch"):
            self.run(name)

    # -- erasing -----------------------------------------------------------------

    def expire(self, expired: Sequence[LeftRow]) -> None:
        """Have rows tell what is carried of them alone, within a transaction."""
        rows = columns.pack(list(expired), columns.EXPIRED)
        if rows.num_rows:
            with self.registered(fix_expired=rows):
                self.run("stale_expired")
                for name in _ERASE_KEPT:
                    self.run(name)
                self.run("expire")
        self.run("erased")

    @contextmanager
    def gone(self, strands: Any, offsets: Any) -> Iterator[None]:
        gone_strand = columns.pack([(one,) for one in strands], columns.STRAND)
        gone_offset = columns.pack([(one,) for one in offsets], columns.OFFSET)
        with self.registered(gone_strand=gone_strand, gone_offset=gone_offset):
            yield

    def erase(self, strands: Any, offsets: Any) -> None:
        """Delete the rows of strands and offsets, within a transaction."""
        with self.gone(strands, offsets), self._touching("touch_gone"):
            for name in _ERASING:
                self.run(name)
