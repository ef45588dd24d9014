"""Rewrites the tables of which something was erased: no former byte is left in them.

A table is locked while it is rewritten, so whoever appends waits that long. Until the
lock is there nobody waits for more than LOCK_MS: it is asked for again, between
appends.
"""

import time
from collections.abc import Callable
from typing import Any, LiteralString

import psycopg
from psycopg import errors, sql

from habitue.backends.postgres.rights import may_rewrite
from habitue.backends.postgres.state import told
from habitue.base.errors import ConflictError
from habitue.privacy.said import NO_CHECKPOINT
from habitue.privacy.scrub import Scrubbed

# Who appends waits behind who waits for the lock.
LOCK_MS = 100
TRIES_MAX, PAUSE_S = 600, 0.5

# What is in them may be somebody's; keys are hashes, counts name nobody.
_TABLES = """
SELECT schemaname, tablename, pg_total_relation_size(c.oid)
FROM pg_tables t JOIN pg_namespace n ON n.nspname = t.schemaname
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.tablename
WHERE schemaname = 'state' OR (schemaname = 'control' AND tablename = 'repeat')
  OR (schemaname = 'truth'
  AND tablename IN ('record', 'quarantine', 'definition'))
ORDER BY 1, 2
"""
_NOW = "SELECT pg_current_xact_id()::xid::text"
# Whoever looks at the database as it was before: what they may see is not thrown away.
_LOOKING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND age(backend_xmin) > age(%s::xid)
"""
_STATISTICS = sql.SQL("VACUUM FULL pg_catalog.pg_statistic")

Connection = psycopg.Connection[tuple[Any, ...]]


def scrub(url: str) -> Scrubbed:
    """Rewrite the log's and state's tables; ConflictError where somebody is in the way.

    left: what the role may not do.
    """
    with told("rewritten"), psycopg.connect(url, autocommit=True) as db:
        if not may_rewrite(db):
            raise ConflictError(
                f"The role '{db.info.user}' can't rewrite tables that it does not own."
                " Stop the servers, and run as their owner: habitue privacy scrub"
                " --database postgresql://OWNER@HOST/NAME"
            )
        left: list[str] = []
        db.add_notice_handler(lambda told: left.append(told.message_primary or ""))
        db.execute(sql.SQL("SET lock_timeout = {}").format(sql.Literal(LOCK_MS)))
        _wait_for_former_looks(db)
        tables, locked_s = db.execute(_TABLES).fetchall(), 0.0
        for schema, name, _ in tables:
            table = sql.Identifier(schema, name)
            took_s = _between(db, sql.SQL("VACUUM FULL {}").format(table))
            locked_s = max(locked_s, took_s)
            # The planner keeps some of the values it saw.
            _between(db, sql.SQL("ANALYZE {}").format(table))
        _between(db, _STATISTICS)
        left += _checkpoint(db)
        size = sum(one[2] for one in tables)
        return Scrubbed(
            tables=len(tables), bytes=size, locked_s=locked_s, left=tuple(left)
        )


def _wait_for_former_looks(db: Connection) -> None:
    now = _one(db, _NOW)
    _again(
        lambda: _one(db, _LOOKING, now) == 0,
        "Somebody looks at the database as it was before now, so what was erased can't"
        " be thrown away. End long transactions (pg_stat_activity), and try again.",
    )


def _between(db: Connection, statement: sql.SQL | sql.Composed) -> float:
    """Rewrite when nobody holds the table; give how many seconds it was held."""
    took_s = 0.0

    def once() -> bool:
        nonlocal took_s
        began = time.monotonic()
        try:
            db.execute(statement)
        except errors.LockNotAvailable:
            return False
        except errors.UndefinedTable:
            # State was made anew meanwhile: its files are others.
            return True
        took_s = time.monotonic() - began
        return True

    _again(once, "Others hold the tables; try again when less is being done.")
    return took_s


def _again(is_done: Callable[[], bool], fault: str) -> None:
    for _ in range(TRIES_MAX):
        if is_done():
            return
        time.sleep(PAUSE_S)
    raise ConflictError(fault)


def _checkpoint(db: Connection) -> list[str]:
    """Have the former files removed, which are kept until a checkpoint."""
    try:
        db.execute("CHECKPOINT")
    except errors.InsufficientPrivilege:
        return [NO_CHECKPOINT]
    return []


def _one(db: Connection, query: LiteralString, *values: Any) -> Any:
    row = db.execute(query, values).fetchone()
    return None if row is None else row[0]
