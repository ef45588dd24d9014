"""How often somebody did what is limited, counted by all processes as one."""

from typing import Any, LiteralString

import psycopg

from habitue.access.repeats import hashed
from habitue.backends.postgres.control import make_table
from habitue.base.clock import Clock
from habitue.base.errors import StorageError

_MAKE = """
CREATE TABLE IF NOT EXISTS control.often (
    deed text NOT NULL,
    at_us bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS often_deed ON control.often (deed, at_us);
"""
# Of two processes at once the second waits here, and then counts the first one's.
_TURN: LiteralString = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_SWEEP: LiteralString = "DELETE FROM control.often WHERE deed = %s AND at_us < %s"
_COUNT: LiteralString = "SELECT count(*) FROM control.often WHERE deed = %s"
_ADD: LiteralString = "INSERT INTO control.often VALUES (%s, %s)"


class PostgresOften:
    """Keeps moments in a table; fills the port Often for many processes."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        with psycopg.connect(url) as db:
            make_table(db, "often", _MAKE)

    def add(self, what: str, name: str, since_us: int, most: int) -> int:
        deed = hashed(what, name)
        try:
            # Asked for seldom: a connection held open for it would be idle for days.
            with psycopg.connect(self._url) as db:
                db.execute(_TURN, (deed,))
                db.execute(_SWEEP, (deed, since_us))
                held = _count(db, deed)
                if held < most:
                    db.execute(_ADD, (deed, self._clock.now_us()))
        except psycopg.Error as error:
            raise StorageError(
                f"How often somebody did this can't be counted: {error}. See that the"
                " database runs; the role may write the schema 'control'."
            ) from error
        return held + 1


def _count(db: psycopg.Connection[tuple[Any, ...]], deed: str) -> int:
    row = db.execute(_COUNT, (deed,)).fetchone()
    return 0 if row is None else int(row[0])
