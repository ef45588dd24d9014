"""Secrets of sources in the database, where every process of a deployment finds them.

They open less than the database itself does, which holds the log they guard.
"""

from typing import Any

import psycopg

from habitue.backends.postgres.control import make_table
from habitue.backends.postgres.state import told

_MAKE = """
CREATE TABLE IF NOT EXISTS control.secret (name text PRIMARY KEY, secret bytea NOT NULL)
"""
_PUT = (
    "INSERT INTO control.secret VALUES (%s, %s) "
    "ON CONFLICT (name) DO UPDATE SET secret = excluded.secret"
)


class PostgresSecrets:
    """Keeps secrets in a table; fills the port SecretStore."""

    def __init__(self, url: str) -> None:
        self._url = url
        with self._connect() as db:
            make_table(db, "secret", _MAKE)

    def get(self, name: str) -> bytes | None:
        """Read a secret; None if there is none of that name."""
        with told("read"), self._connect() as db:
            query = "SELECT secret FROM control.secret WHERE name = %s"
            row = db.execute(query, (name,)).fetchone()
        return None if row is None else bytes(row[0])

    def put(self, name: str, secret: bytes) -> None:
        """Write a secret; it is there for every process once this returns."""
        with told("written"), self._connect() as db:
            db.execute(_PUT, (name, secret))

    def names(self) -> list[str]:
        """Name all secrets, for a backup of them."""
        with told("read"), self._connect() as db:
            rows = db.execute("SELECT name FROM control.secret").fetchall()
        return sorted(str(row[0]) for row in rows)

    def _connect(self) -> psycopg.Connection[tuple[Any]]:
        # Asked for seldom: a connection held open for it would be idle for days.
        return psycopg.connect(self._url)
