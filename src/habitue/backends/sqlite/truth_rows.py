"""Rows of truth.db as nouns, and back."""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from habitue.log.chain import unknown_kind
from habitue.log.port import Count, Definition, Quarantined
from habitue.model.record import Record, RecordKind

Row = tuple[Any, ...]

_KINDS = {kind.value: kind for kind in RecordKind}
# Plain strings: the driver takes a detour for each StrEnum member.
_KIND_TEXTS = {kind: kind.value for kind in RecordKind}
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
        extend(
            (
                record.offset, record.received_us, _KIND_TEXTS[record.kind],
                record.source, record.message_id, record.body, record.salt,
                record.digest, record.chain,
            )
        )  # fmt: skip
    return values


def to_record(row: Row) -> Record:
    offset, received_us, kind, source, message_id, body, salt, digest, chain = row
    return Record(
        offset=offset,
        received_us=received_us,
        kind=_KINDS.get(kind) or unknown_kind(offset, kind),
        source=source,
        message_id=message_id,
        body=body,
        salt=salt,
        digest=digest,
        chain=chain,
    )


def to_quarantined(row: Row) -> Quarantined:
    return Quarantined(
        quarantine_id=row[0],
        received_us=row[1],
        source=row[2],
        message_id=row[3],
        reason=row[4],
        detail=row[5],
        original=row[6],
        replayed_offset=row[7],
    )


def from_quarantined(item: Quarantined) -> Row:
    return (
        item.quarantine_id,
        item.received_us,
        item.source,
        item.message_id,
        item.reason,
        item.detail,
        item.original,
    )


def to_count(row: Row) -> Count:
    source, minute_us, fate, reason, items = row
    return Count(
        source=source, minute_us=minute_us, fate=fate, reason=reason, items=items
    )


def from_count(count: Count) -> Row:
    return (count.minute_us, count.source, count.fate, count.reason, count.items)


def to_definition(row: Row) -> Definition:
    kind, name, version, offset, body = row
    return Definition(kind=kind, name=name, version=version, offset=offset, body=body)
