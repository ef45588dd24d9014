"""The schema control: what processes of a deployment share beside log and state."""

from typing import Any, LiteralString

import psycopg

# One for all its tables, as each brings the schema along: processes that start together
# must not make it twice.
_MAKE_LOCK = 4_851_220_731


def make_table(db: psycopg.Connection[Any], table: LiteralString) -> None:
    """Make a table of the schema if it is missing, within the transaction of db."""
    db.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKE_LOCK,))
    db.execute("CREATE SCHEMA IF NOT EXISTS control")
    db.execute(table)
