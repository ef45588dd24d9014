"""The schema truth of a database as files: how it was made, and each table's rows.

A table's file is what PostgreSQL's COPY writes as text, ordered by the first column, so
any version of PostgreSQL takes it in again, and a diff can be read.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from habitue.backends.postgres.truth_open import SQL, migrations

SCHEMA = "schema.sql"
_SERVER = Path(__file__).with_name("postgres.sh")
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'truth' ORDER BY 1"


@contextmanager
def cluster() -> Iterator[str]:
    """Have a PostgreSQL of one's own for a while; gives its URL."""
    # Its user can't enter a home, and a socket's path is short.
    folder = tempfile.mkdtemp(prefix="hab.", dir="/tmp")
    try:
        yield _run("start", folder).strip()
    finally:
        _run("stop", folder)


def _run(*words: str) -> str:
    done = subprocess.run([_SERVER, *words], stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


def write(url: str, folder: Path) -> None:
    """Write the schema's tables into a new folder, and how this release makes them."""
    folder.mkdir(parents=True)
    steps = [SQL["make_schema"], *(text for _, text in migrations())]
    (folder / SCHEMA).write_text(";\n".join(steps), "utf-8")
    with psycopg.connect(url) as db:
        for (name,) in db.execute(_TABLES).fetchall():
            table = sql.Identifier("truth", name)
            told = sql.SQL("COPY (SELECT * FROM {} ORDER BY 1) TO STDOUT").format(table)
            with db.cursor().copy(told) as copy:
                (folder / f"{name}.copy").write_bytes(b"".join(copy))


def load(folder: Path, url: str) -> None:
    """Make the tables in an empty database as they were, in one transaction."""
    with psycopg.connect(url) as db:
        # Several statements, of our own: as bytes, for they are read from a file.
        db.execute((folder / SCHEMA).read_bytes())
        for path in sorted(folder.glob("*.copy")):
            table = sql.Identifier("truth", path.stem)
            with db.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copy:
                copy.write(path.read_bytes())
