"""Writes rows and entries of state, in the transaction of a snapshot."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

import psycopg
from psycopg import sql

from habitue.backends.postgres.state_names import name_of
from habitue.state.port import Changes, Key

_BATCH_ROWS = 2_000

_PUT_ROWS = (
    "INSERT INTO {} SELECT * FROM unnest(%b::{}[], %b::bytea[]) "
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
_DELETE_ROWS = "DELETE FROM {} WHERE key = ANY(%b::{}[])"
_PUT_ENTRIES = (
    "INSERT INTO {} SELECT * FROM unnest(%b::int8[], %b::int8[], %b::int8[], "
    "%b::int8[]) ON CONFLICT (part, at_us, log_offset) "
    "DO UPDATE SET value = excluded.value"
)
_DELETE_ENTRIES = (
    "DELETE FROM {} AS held USING unnest(%b::int8[], %b::int8[], %b::int8[]) "
    "AS gone (part, at_us, log_offset) WHERE held.part = gone.part "
    "AND held.at_us = gone.at_us AND held.log_offset = gone.log_offset"
)


def write_rows(
    write: psycopg.Cursor[Any],
    table: str,
    rows: dict[Key, bytes | None],
    *,
    is_text: bool,
) -> None:
    """Put rows, and delete those that are None; is_text: their keys are."""
    form = sql.SQL("bytea" if is_text else "int8")
    put = sql.SQL(_PUT_ROWS).format(name_of(table), form)
    delete = sql.SQL(_DELETE_ROWS).format(name_of(table), form)
    for some in _batches(rows.items()):
        stored = [(stored_key(key), value) for key, value in some]
        kept = sorted(row for row in stored if row[1] is not None)
        gone = [key for key, value in stored if value is None]
        if kept:
            write.execute(put, [list(column) for column in zip(*kept, strict=True)])
        if gone:
            write.execute(delete, (gone,))


def write_entries(write: psycopg.Cursor[Any], index: str, entries: Changes) -> None:
    """Put entries, and delete those that are None."""
    put = sql.SQL(_PUT_ENTRIES).format(name_of(index))
    delete = sql.SQL(_DELETE_ENTRIES).format(name_of(index))
    for some in _batches(chain.from_iterable(entries.parts.values())):
        kept = sorted(change for change in some if change[3] is not None)
        gone = [change[:3] for change in some if change[3] is None]
        if kept:
            write.execute(put, [list(column) for column in zip(*kept, strict=True)])
        if gone:
            write.execute(delete, [list(column) for column in zip(*gone, strict=True)])


def stored_key(key: Key) -> int | bytes:
    """Give a key as it is kept: text as bytes, which sort as in memory."""
    return key.encode() if isinstance(key, str) else key


def _batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(items)
    while some := list(islice(rest, _BATCH_ROWS)):
        yield some
