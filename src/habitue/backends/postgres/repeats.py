"""Requests that were sent with a key of their own, where every process finds them.

A table in the database, as secrets are: of two processes that are sent one key at once
one has its note first, and the other reads it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg

from habitue.access.repeats import (
    FORGOTTEN,
    KEPT_US,
    KEYS_MAX,
    OUTLIVED,
    Answer,
    Begun,
    TooManyKeysError,
    Whose,
    hashed,
    sealed,
)
from habitue.backends.postgres.control import make_table
from habitue.base.clock import Clock
from habitue.base.errors import StorageError

_MAKE = """
CREATE TABLE IF NOT EXISTS control.repeat (
    caller text NOT NULL,
    key text NOT NULL,
    at_us bigint NOT NULL,
    request text NOT NULL,
    sealed bytea,
    PRIMARY KEY (caller, key)
);
CREATE INDEX IF NOT EXISTS repeat_at ON control.repeat (at_us);
"""
# Rows that somebody else has in hand are left to them, so nobody waits in a ring.
_SWEEP: LiteralString = (
    "DELETE FROM control.repeat WHERE (caller, key) IN (SELECT caller, key"
    " FROM control.repeat WHERE at_us <= %s FOR UPDATE SKIP LOCKED)"
)
# Of two at once the second waits here until the first has committed.
_BEGIN: LiteralString = (
    "INSERT INTO control.repeat VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (caller, key) DO NOTHING"
)
_COUNT: LiteralString = "SELECT count(*) FROM control.repeat WHERE caller = %s"
_HELD: LiteralString = (
    "SELECT at_us, request, sealed FROM control.repeat WHERE caller = %s AND key = %s"
)
# Of one that began before somebody was erased no answer is kept that may name them.
_END: LiteralString = (
    "INSERT INTO control.repeat AS held VALUES (%s, %s, %s, %s, %s)"
    " ON CONFLICT (caller, key) DO UPDATE SET at_us = excluded.at_us,"
    " sealed = CASE WHEN held.sealed = %s AND NOT %s THEN %s ELSE excluded.sealed END"
)
_TAKE_BACK: LiteralString = "DELETE FROM control.repeat WHERE caller = %s AND key = %s"
# One that ends meanwhile is waited for, and its answer goes, too.
_FORGET: LiteralString = (
    "UPDATE control.repeat SET sealed ="
    " CASE WHEN coalesce(sealed = %s, true) THEN %s ELSE %s END"
)
_FLUSHED = "-c synchronous_commit=on"

Connection = psycopg.Connection[tuple[Any, ...]]


class PostgresRepeats:
    """Keeps them in a table; fills the port Repeats for many processes."""

    def __init__(self, url: str, clock: Clock, *, keys_max: int = KEYS_MAX) -> None:
        self._url = url
        self._clock = clock
        self._keys_max = keys_max
        with self._connect() as db:
            make_table(db, "repeat", _MAKE)

    def begin(self, whose: Whose, request: str) -> Begun | None:
        now_us, names = self._clock.now_us(), _names(whose)
        while True:
            with self._connect() as db:
                db.execute(_SWEEP, (now_us - KEPT_US,))
                if db.execute(_BEGIN, (*names, now_us, request)).rowcount:
                    self._check_room(db, names[0])
                    return None
                row = db.execute(_HELD, names).fetchone()
            if row is not None:
                at_us, held, answer = row
                return Begun(at_us, held, None if answer is None else bytes(answer))
            # It did nothing, and was taken back meanwhile: this one is first.

    def end(self, whose: Whose, request: str, answer: Answer) -> None:
        told = sealed(whose, request, answer)
        row = (*_names(whose), self._clock.now_us(), request, told)
        with self._connect() as db:
            db.execute(_END, (*row, OUTLIVED, answer.names_nobody, FORGOTTEN))

    def take_back(self, whose: Whose) -> None:
        with self._connect() as db:
            db.execute(_TAKE_BACK, _names(whose))

    def forget_answers(self) -> None:
        with self._connect() as db:
            db.execute(_FORGET, (OUTLIVED, OUTLIVED, FORGOTTEN))

    def _check_room(self, db: Connection, caller: str) -> None:
        """Refuse one key too many; what was noted of it goes with the transaction."""
        row = db.execute(_COUNT, (caller,)).fetchone()
        if row is not None and row[0] > self._keys_max:
            raise TooManyKeysError

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        """Open a transaction that is on the disk once it has ended."""
        try:
            # Asked for seldom: a connection held open for it would be idle for days.
            with psycopg.connect(self._url, options=_FLUSHED) as db:
                yield db
        except psycopg.Error as error:
            raise StorageError(
                f"What is kept of Idempotency-Keys can't be reached: {error}. See that"
                " the database runs; the role may write the schema 'control'."
            ) from error


def _names(whose: Whose) -> tuple[str, str]:
    return hashed(whose.caller), hashed(whose.caller, whose.key)
