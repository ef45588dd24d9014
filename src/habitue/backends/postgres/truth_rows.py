"""Appends records to the log on PostgreSQL: a commit's, or those of another log."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from habitue.backends.postgres.asking import (
    Asking,
    maybe_array,
    numbers_array,
    uuids_array,
    words_array,
)
from habitue.backends.postgres.truth_open import SQL, Connection
from habitue.log.port import Count
from habitue.log.rows import Row, from_count, from_record
from habitue.model.record import Record

# Writes a column's values as an array.
Write: TypeAlias = Callable[[Sequence[Any]], bytes]

_TYPES = ("int8", "int8", "text", "text", "text", "bytea", "bytea", "bytea", "bytea")
_STORE = SQL["store"].encode()
# How each column of a record, and of a count, is written as an array.
_RECORD = (numbers_array,) * 2 + (words_array,) * 3 + (maybe_array,) * 4
_COUNT = (numbers_array, words_array, words_array, words_array, numbers_array)


def store(
    asking: Asking,
    records: Sequence[Record],
    keys: Sequence[bytes],
    counts: Sequence[Count],
) -> None:
    """Add a commit's records under their keys (16 bytes each), and its counts."""
    told = _columns([from_record(one) for one in records], _RECORD)
    counted = _columns([from_count(one) for one in counts], _COUNT)
    head = records[-1].offset if records else 0
    asking.rows(_STORE, [*told, uuids_array(keys), *counted, head])


def _columns(rows: Sequence[Row], writes: Sequence[Write]) -> list[bytes]:
    columns = list(zip(*rows, strict=True)) or [()] * len(writes)
    return [write(told) for write, told in zip(writes, columns, strict=True)]


def copy_records(db: Connection, records: Sequence[Record]) -> None:
    """Append records in one stream."""
    with db.cursor() as cursor, cursor.copy(SQL["append"]) as copy:
        copy.set_types(_TYPES)
        for record in records:
            copy.write_row(from_record(record))
