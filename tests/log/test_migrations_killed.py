"""Kill -9 while a truth is migrated: it is as before or as after, nothing between.

A process dies before its first statement, the next before its second, and so on, until
one comes through; commits are statements, too.
"""

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from habitue.backends.postgres import truth_open as postgres
from habitue.backends.postgres.truth import PostgresTruth
from habitue.backends.sqlite import truth_open as sqlite
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.log.port import Entry, Truth
from tests.log.migrating import steps

pytestmark = pytest.mark.proof("T14")

MIGRATING = Path(__file__).with_name("migrating.py")
TODAY = len(sqlite.migrations())
NEWEST = TODAY + 2

# All that is in a truth: the version it has, its schema and its rows.
Whole = tuple[int, list[Any]]
Look = Callable[[str], Whole]
Figure = Callable[[str, Any], None]


class Nursery:
    """Makes the processes that migrate."""

    def __init__(self, parent: subprocess.Popen[str]) -> None:
        self._parent = parent

    def run(self, where: str, at: int = 0) -> bool:
        """Migrate in a process that dies before statement at; say if it lived."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(f"{where} {at}\n")
        self._parent.stdin.flush()
        code = int(self._parent.stdout.readline())
        assert code in (0, -signal.SIGKILL)
        return code == 0


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with subprocess.Popen(
        [sys.executable, MIGRATING],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        yield Nursery(parent)


def fill(truth: Truth) -> None:
    """Put something into what the migrations touch."""
    truth.define("source", "web", b'{"a": 1}', 1)
    truth.define("source", "till", b'{"a": 2}', 2)
    entries = [Entry(source="web", message_id=f"m{n}", body=b"x" * n) for n in range(9)]
    truth.commit([*entries, Entry(source="web", message_id="", body=b"bad")], 3)
    truth.erase([7], "asked for", 4)
    truth.close()


def kill_at_each_statement(
    nursery: Nursery, where: str, look: Look, whole: dict[int, Whole]
) -> int:
    """Migrate to the newest version, whatever dies; give how many processes did.

    whole: what a truth is at each version, where nothing was broken off.
    """
    deaths = at = 0
    version = look(where)[0]
    while version < NEWEST:
        at += 1
        deaths += not nursery.run(where, at)
        found = look(where)
        assert found == whole[found[0]]
        if found[0] > version:
            version, at = found[0], 0
    return deaths


# -- SQLite -------------------------------------------------------------------


def look_at_file(where: str) -> Whole:
    with closing(sqlite3.connect(where)) as db:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        return version, list(db.iterdump())


def at_each_version(where: str) -> dict[int, Whole]:
    before = look_at_file(where)
    whole = {before[0]: before}
    with closing(sqlite.connect_writer(Path(where))) as db:
        for number in range(max(whole) + 1, NEWEST + 1):
            sqlite.migrate(db, steps(sqlite)[:number])
            whole[number] = look_at_file(where)
    return whole


def test_a_file_that_is_made_is_there_or_not(
    nursery: Nursery, tmp_path: Path, figure: Figure
) -> None:
    whole = at_each_version(str(tmp_path / "peace.db"))
    where = str(tmp_path / "truth.db")

    deaths = kill_at_each_statement(nursery, where, look_at_file, whole)

    # BEGIN, the version and COMMIT of each step, and what is between.
    assert deaths > 3 * NEWEST + 10
    figure("deaths while a file is made", deaths)


def test_a_file_that_is_migrated_is_old_or_new(
    nursery: Nursery, tmp_path: Path, figure: Figure
) -> None:
    old = tmp_path / "truth.db"
    fill(SqliteTruth(old))
    peace = shutil.copy(old, tmp_path / "peace.db")
    whole = at_each_version(str(peace))
    assert min(whole) == TODAY

    deaths = kill_at_each_statement(nursery, str(old), look_at_file, whole)

    assert deaths > 3 * 2 + 8
    figure("deaths while a file is migrated", deaths)


# -- PostgreSQL ---------------------------------------------------------------

_COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_schema = 'truth' ORDER BY 1, 2
"""
_INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'truth' ORDER BY 1"


def look_at_database(url: str) -> Whole:
    with psycopg.connect(url) as db:
        columns = db.execute(_COLUMNS).fetchall()
        held: list[Any] = [columns, db.execute(_INDEXES).fetchall()]
        for table in sorted({column[0] for column in columns} - {"version"}):
            rows = db.execute(f"SELECT t::text FROM truth.{table} t ORDER BY 1")
            held.append((table, rows.fetchall()))
        if not columns:
            return 0, []
        row = db.execute("SELECT coalesce(max(number), 0) FROM truth.version")
        return row.fetchone()[0], held


@contextmanager
def copied(cluster: str, url: str) -> Iterator[str]:
    """Make a copy of a database for a while."""
    name = urlsplit(url).path[1:]
    with psycopg.connect(cluster, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}_copy TEMPLATE {name}")
        yield url.replace(f"/{name}?", f"/{name}_copy?")
        server.execute(f"DROP DATABASE {name}_copy WITH (FORCE)")


def at_each_version_there(url: str) -> dict[int, Whole]:
    whole = {}
    with closing(postgres.connect(url)) as db:
        # Without a step only the table of versions is made.
        for number in range(TODAY, NEWEST + 1):
            postgres.migrate(db, steps(postgres, "truth.")[:number])
            whole[number] = look_at_database(url)
    return whole


@pytest.mark.postgres
def test_a_database_that_is_migrated_is_old_or_new(
    nursery: Nursery, postgres_cluster: str, postgres_url: str, figure: Figure
) -> None:
    fill(PostgresTruth(postgres_url))
    with copied(postgres_cluster, postgres_url) as peace:
        whole = at_each_version_there(peace)
    assert min(whole) == TODAY

    deaths = kill_at_each_statement(nursery, postgres_url, look_at_database, whole)

    assert deaths > 3 * 2 + 8
    figure("deaths while PostgreSQL is migrated", deaths)
