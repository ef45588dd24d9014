"""Makes the tables of state, and throws away what they held under another stamp."""

from collections.abc import Sequence
from typing import Any, LiteralString, TypeAlias

import psycopg
from psycopg import sql

from habitue.backends.postgres.rights import may_make, unprepared
from habitue.backends.postgres.state_names import called, name_of
from habitue.state.port import IndexSpec, TableSpec

# Text keys are bytes here: they sort as in memory, and any character may be in them.
_META = "CREATE TABLE state.meta (stamp text NOT NULL, at bigint NOT NULL)"
_TABLE = "CREATE TABLE {} (key {} PRIMARY KEY, value bytea NOT NULL)"
_INDEX = (
    "CREATE TABLE {} (part bigint, at_us bigint, log_offset bigint, "
    "value bigint NOT NULL, PRIMARY KEY (part, at_us, log_offset))"
)
_INDEX_KEY = "log_offset"
_TABLES: LiteralString = "SELECT tablename FROM pg_tables WHERE schemaname = 'state'"
# Of each table the type of its key, of an index its last column's name.
_FORMS: LiteralString = """
SELECT c.relname, CASE WHEN a.attname = 'key' THEN t.typname ELSE a.attname END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
WHERE n.nspname = 'state' AND c.relkind = 'r' AND a.attname IN ('key', 'log_offset')
"""

Tables: TypeAlias = Sequence[TableSpec]
Indexes: TypeAlias = Sequence[IndexSpec]
Cursor: TypeAlias = psycopg.Cursor[Any]


def begin(write: Cursor, stamp: str, tables: Tables, indexes: Indexes) -> None:
    """Have state stand at nothing under a stamp: in tables of its own, all empty."""
    if may_make(write, "state"):
        _make(write, tables, indexes)
    else:
        _empty(write, tables, indexes)
    write.execute("INSERT INTO state.meta VALUES (%s, 0)", (stamp,))


def _make(write: Cursor, tables: Tables, indexes: Indexes) -> None:
    # The schema stays: who was let into it has rights on what comes to stand in it.
    write.execute("CREATE SCHEMA IF NOT EXISTS state")
    for name in _names(write):
        table = sql.Identifier("state", name)
        write.execute(sql.SQL("DROP TABLE {} CASCADE").format(table))
    write.execute(_META)
    for spec in tables:
        form = sql.SQL("bigint" if spec.key is int else "bytea")
        write.execute(sql.SQL(_TABLE).format(name_of(spec.name), form))
    for index in indexes:
        write.execute(sql.SQL(_INDEX).format(name_of(index.name)))


def _empty(write: Cursor, tables: Tables, indexes: Indexes) -> None:
    """Empty the tables that somebody else owns; they have to be those that we need."""
    held = dict(write.execute(_FORMS).fetchall())
    needed = {called(one.name): _key_of(one) for one in tables}
    needed |= {called(one.name): _INDEX_KEY for one in indexes}
    lacking = [name for name, form in needed.items() if held.get(name) != form]
    names = _names(write)
    if lacking or "meta" not in names:
        raise unprepared(write, f"tables of state ({', '.join(lacking) or 'all'})")
    for name in names:
        write.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier("state", name)))


def _key_of(spec: TableSpec) -> str:
    return "int8" if spec.key is int else "bytea"


def _names(read: Cursor) -> list[str]:
    return [name for (name,) in read.execute(_TABLES).fetchall()]
