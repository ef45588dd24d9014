"""The schema control: what processes of a deployment share beside log and state."""

from typing import Any, LiteralString

import psycopg

from habitue.backends.postgres.rights import has_table, may_make, unprepared

# One for all its tables, as each brings the schema along: processes that start together
# must not make it twice.
_MAKE_LOCK = 4_851_220_731


def make_table(
    db: psycopg.Connection[Any], name: LiteralString, table: LiteralString
) -> None:
    """Make a table of the schema if it is missing, within the transaction of db.

    Where somebody else owns the schema it is there already, or its owner is named.
    """
    db.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKE_LOCK,))
    if not may_make(db, "control"):
        if not has_table(db, f"control.{name}"):
            raise unprepared(db, f"the table control.{name}")
        return
    db.execute("CREATE SCHEMA IF NOT EXISTS control")
    db.execute(table)
