"""Appends records to truth.db."""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from habitue.log.rows import from_record
from habitue.model.record import Record

_COLUMNS = 9
# SQLite takes 32,766 variables a statement: this many rows and some to spare.
_ROWS_MAX = 3_000


@cache
def _insert(rows: int) -> str:
    row = f"({','.join('?' * _COLUMNS)})"
    return (
        'INSERT INTO record ("offset", received_us, kind, source, message_id, body, '
        f"salt, digest, chain) VALUES {','.join([row] * rows)}"
    )


def insert_records(db: sqlite3.Connection, records: Sequence[Record]) -> None:
    """Append records in three statements or so, and not in one a row.

    Each step of a statement lets go of the GIL, and taking it back can last as long
    as the event loop likes.
    """
    start = 0
    while start < len(records):
        rows = _chunk(len(records) - start)
        db.execute(_insert(rows), _flat(records[start : start + rows]))
        start += rows


def _chunk(rows: int) -> int:
    """Give a round number of rows, so that few statements are to be kept prepared.

    >>> _chunk(9_999), _chunk(568), _chunk(68), _chunk(8)
    (3000, 500, 60, 8)
    """
    if rows >= _ROWS_MAX:
        return _ROWS_MAX
    unit = 100 if rows >= 100 else 10 if rows >= 10 else 1
    return rows // unit * unit


def _flat(records: Iterable[Record]) -> list[Any]:
    values: list[Any] = []
    extend = values.extend
    for record in records:
        extend(from_record(record))
    return values
