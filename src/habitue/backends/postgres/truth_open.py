"""Opens the truth on PostgreSQL: connections and the numbered migrations."""

import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, LiteralString

import psycopg

from habitue.backends.postgres.rights import has_table, may_make, unprepared
from habitue.base.errors import StorageError
from habitue.base.sql import named_statements, read_sql

PACKAGE = "habitue.backends.postgres"
MIGRATION = re.compile(r"truth_(\d{4})_\w+\.sql")

Connection = psycopg.Connection[tuple[Any, ...]]

# All commits to the log of a database take this advisory lock ("habitue" in ASCII).
LOCK = 0x68616269747565

# Our own files hold the statements, never what somebody sent.
SQL: dict[str, LiteralString] = named_statements(read_sql(PACKAGE, "truth.sql"))


def connect(url: str) -> Connection:
    """Open a connection on which a commit is flushed before it returns."""
    try:
        return psycopg.connect(
            url,
            autocommit=True,
            options="-c synchronous_commit=on",
            application_name="habitue-truth",
        )
    except psycopg.Error as error:
        raise StorageError(
            f"The database can't be reached: {error}. Check that it runs, and the "
            "setting of its address."
        ) from error


def migrations() -> list[tuple[int, str]]:
    """Give the numbered migrations in order: (version it leads to, SQL)."""
    folder = files(PACKAGE).joinpath("migrations")
    return sorted(
        (int(match[1]), file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if (match := MIGRATION.fullmatch(file.name))
    )


def migrate(db: Connection, steps: Sequence[tuple[int, str]]) -> None:
    """Bring the schema up to date, each step in a transaction of its own."""
    with db.transaction():
        db.execute(SQL["lock"], (LOCK,))
        makes = may_make(db, "truth")
        if makes:
            db.execute(SQL["make_schema"])
        elif not has_table(db, "truth.version"):
            raise unprepared(db, "the log's schema")
    newest = steps[-1][0]
    for number, sql in steps:
        # Under the lock in each step: processes may start side by side.
        with db.transaction():
            db.execute(SQL["lock"], (LOCK,))
            row = db.execute(SQL["version"]).fetchone()
            version = row[0] if row else 0
            if version > newest:
                raise StorageError(
                    f"The log has version {version}, this program knows {newest}. "
                    "It was written by a newer release: use that one."
                )
            if number > version and not makes:
                raise unprepared(db, f"version {number} of the log's schema")
            if number > version:
                db.execute(sql)
                db.execute(SQL["put_version"], (number,))
