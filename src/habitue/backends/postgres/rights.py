"""What a role may do: the schema is made and owned by another, it writes rows alone.

An owner makes the schemas and lets a second role in (`grant`), which reads and writes
rows and does nothing else: so who speaks through it changes no table, runs no program
of the server's and reads none of its files.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg import errors, sql

from habitue.base.errors import InvalidError, StorageError

SCHEMAS = ("truth", "state", "control")
# All that the product asks for; LISTEN, NOTIFY and advisory locks are everybody's.
ROWS: LiteralString = "SELECT, INSERT, UPDATE, DELETE"
_MAY_MAKE: LiteralString = """
SELECT has_database_privilege(current_database(), 'CREATE') AND coalesce(
  (SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = %s),
  true)
"""
_MAY_REWRITE: LiteralString = """
SELECT coalesce(bool_and(pg_has_role(c.relowner, 'USAGE')), true)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%s) AND c.relkind = 'r'
"""
_ATTRIBUTES: LiteralString = """
SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
FROM pg_roles WHERE rolname = %s
"""
_ATTRIBUTES_SAID = (
    *("it is a superuser", "it makes roles", "it makes databases"),
    *("it replicates the server", "it passes row security"),
)
_MEMBER: LiteralString = """
SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)
  AND pg_has_role(%s, oid, 'MEMBER') ORDER BY rolname
"""
_OF_THE_SERVER = (
    *("pg_execute_server_program", "pg_read_server_files", "pg_write_server_files"),
)
_OWNED: LiteralString = """
SELECT nspname FROM pg_namespace
WHERE nspname = ANY(%s) AND pg_has_role(%s, nspowner, 'USAGE') ORDER BY nspname
"""
_MAKES: LiteralString = (
    "SELECT has_database_privilege(%s, current_database(), 'CREATE')"
)

Connection = psycopg.Connection[Any]


class UnpreparedError(StorageError):
    """The database is not made ready for its role: have its owner prepare it."""


def may_make(db: Connection | psycopg.Cursor[Any], schema: str) -> bool:
    """Say whether the role may make a schema of ours, and tables in it."""
    return bool(_one(db, _MAY_MAKE, schema))


def may_rewrite(db: Connection) -> bool:
    """Say whether the role may vacuum and rewrite our tables: its own, that is."""
    return bool(_one(db, _MAY_REWRITE, list(SCHEMAS)))


def owns(url: str) -> bool:
    """Say whether the role of an address owns our tables."""
    with told("looked at"), psycopg.connect(url) as db:
        return may_rewrite(db)


def unprepared(db: Connection | psycopg.Cursor[Any], lacks: str) -> UnpreparedError:
    """Say what lacks, which the role may not make, and who makes it by what."""
    role = db.connection.info.user if isinstance(db, psycopg.Cursor) else db.info.user
    return UnpreparedError(
        f"The database lacks {lacks}, and the role '{role}' may not make it. Stop the"
        " servers, and run as the database's owner: habitue database prepare"
        f" --database postgresql://OWNER@HOST/NAME --for {role}"
    )


def has_table(db: Connection | psycopg.Cursor[Any], table: str) -> bool:
    """Say whether there is a table that the role can use."""
    try:
        return _one(db, "SELECT to_regclass(%s)", table) is not None
    except errors.InsufficientPrivilege as error:
        raise unprepared(db, f"rights on {table}") from error


def check_role(url: str, role: str) -> None:
    """Refuse to prepare for a role that there is not, or that owns what is made."""
    with told("prepared"), psycopg.connect(url) as db:
        if role == db.info.user:
            raise InvalidError(
                f"'{role}' is the owner itself; name the role that servers run as."
            )
        if _one(db, "SELECT to_regrole(quote_ident(%s))", role) is None:
            raise InvalidError(
                f"The server knows no role '{role}'. Make it first: CREATE ROLE"
                f" \"{role}\" LOGIN PASSWORD '..'; it needs no other attribute."
            )


def grant(url: str, role: str) -> None:
    """Let a role read and write the rows of our schemas, those to come as well."""
    named, rows = sql.Identifier(role), sql.SQL(ROWS)
    with told("prepared"), psycopg.connect(url) as db:
        database = sql.Identifier(db.info.dbname)
        for statement in _GRANTS_OF_DATABASE:
            db.execute(sql.SQL(statement).format(database=database, role=named))
        for schema in map(sql.Identifier, SCHEMAS):
            for statement in _GRANTS:
                made = sql.SQL(statement)
                db.execute(made.format(schema=schema, role=named, rows=rows))


_GRANTS_OF_DATABASE: tuple[LiteralString, ...] = (
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "REVOKE CREATE ON DATABASE {database} FROM {role}",
)
# The last one is for tables that a later version, or a rebuild, makes.
_GRANTS: tuple[LiteralString, ...] = (
    "REVOKE ALL ON SCHEMA {schema} FROM {role}",
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
    "GRANT {rows} ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {rows} ON TABLES TO {role}",
)


def excess(url: str, role: str = "") -> list[str]:
    """Say what a role may that the product has no need of; that of the address."""
    with told("looked at"), psycopg.connect(url) as db:
        name = role or db.info.user
        row = db.execute(_ATTRIBUTES, (name,)).fetchone() or ()
        if row and row[0]:
            # Which may all the rest besides.
            return [_ATTRIBUTES_SAID[0]]
        found = [
            one for holds, one in zip(row, _ATTRIBUTES_SAID, strict=False) if holds
        ]
        for (server,) in db.execute(_MEMBER, (list(_OF_THE_SERVER), name)).fetchall():
            found.append(f"it is a member of {server}")
        owned = [one for (one,) in db.execute(_OWNED, (list(SCHEMAS), name)).fetchall()]
        if owned:
            found.append(f"it owns the schemas {', '.join(owned)}")
        if _one(db, _MAKES, name):
            found.append("it makes schemas")
    return found


@contextmanager
def told(what: str) -> Iterator[None]:
    """Raise what the database says as StorageError."""
    try:
        yield
    except psycopg.Error as error:
        raise StorageError(f"The database can't be {what}: {error}.") from error


def _one(
    db: Connection | psycopg.Cursor[Any], query: LiteralString, *values: Any
) -> Any:
    row = db.execute(query, values).fetchone()
    return None if row is None else row[0]
