"""Appends records to the log on PostgreSQL."""

from collections.abc import Sequence

from habitue.backends.postgres.truth_open import SQL, Connection
from habitue.log.rows import from_record
from habitue.model.record import Record

_TYPES = ("int8", "int8", "text", "text", "text", "bytea", "bytea", "bytea", "bytea")


def copy_records(db: Connection, records: Sequence[Record]) -> None:
    """Append records in one stream."""
    with db.cursor() as cursor, cursor.copy(SQL["append"]) as copy:
        copy.set_types(_TYPES)
        for record in records:
            copy.write_row(from_record(record))
