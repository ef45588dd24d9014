"""Makes processes that migrate a truth and kill themselves at a statement.

Reads lines: the truth (a path, or postgresql://..), and before which statement to die,
0 for none. Answers each with the process's exit code. Beside the migrations of today
there are some of days to come.
"""

import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from habitue.backends.postgres import truth_open as postgres
from habitue.backends.sqlite import truth_open as sqlite

Steps = list[tuple[int, str]]

_TO_COME = """
ALTER TABLE {0}record ADD COLUMN size integer;
UPDATE {0}record SET size = length(body);
CREATE TABLE {0}later (name text PRIMARY KEY, held text);
INSERT INTO {0}later SELECT name, kind FROM {0}definition;
DROP TABLE {0}definition
"""
_LAST = """
CREATE INDEX later_held ON {0}later (held);
DELETE FROM {0}later WHERE name = 'web';
UPDATE {0}record SET size = size + 1
"""


def steps(of: Any, prefix: str = "") -> Steps:
    """Give today's migrations of an engine, and two more."""
    today: Steps = of.migrations()
    newest = today[-1][0]
    return [
        *today,
        (newest + 1, _TO_COME.format(prefix)),
        (newest + 2, _LAST.format(prefix)),
    ]


class Death:
    """Kills this process before its n-th statement."""

    def __init__(self, at: int) -> None:
        self._left = at

    def nears(self, _: object = None) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Doomed:
    """A connection to PostgreSQL that sends one statement at a time, and may die."""

    def __init__(self, db: Any, death: Death) -> None:
        self._db = db
        self._death = death

    def execute(self, query: str, values: tuple[object, ...] | None = None) -> Any:
        cursor = None
        for statement in query.split(";"):
            if statement.strip():
                self._death.nears()
                cursor = self._db.execute(statement, values)
        return cursor

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._db.transaction():
            yield
            self._death.nears()


def migrate(where: str, at: int) -> None:
    death = Death(at)
    if where.startswith("postgresql:"):
        db: Any = Doomed(postgres.connect(where), death)
        postgres.migrate(db, steps(postgres, "truth."))
    else:
        file: sqlite3.Connection = sqlite.connect_writer(Path(where))
        file.set_trace_callback(death.nears)
        sqlite.migrate(file, steps(sqlite))


def live(where: str, at: int) -> int:
    """Migrate in a process of its own; give how it ended."""
    child = os.fork()
    if not child:
        code = 1
        try:
            migrate(where, at)
            code = 0
        except BaseException:  # noqa: BLE001 a fork must not go on as its parent
            traceback.print_exc()
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    for line in sys.stdin:
        told, number = line.split()
        sys.stdout.write(f"{live(told, int(number))}\n")
        sys.stdout.flush()
