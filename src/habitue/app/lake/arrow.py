"""Rows found, as bytes that others read: an Arrow stream, or JSON lines.

Both are made by threads that hold the interpreter for a moment at a time.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from habitue.base.days import day_at
from habitue.profile.parse import text

# Rows turned at once: a millisecond of the interpreter.
_SLICE_ROWS = 200


def to_ipc(table: pa.Table) -> bytes:
    """Write a table as an Arrow stream.

    >>> pa.ipc.open_stream(to_ipc(pa.table({"n": [1, 2]}))).read_all().num_rows
    2
    """
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def to_json_lines(table: pa.Table) -> bytes:
    r"""Write a table as a JSON object a row.

    >>> to_json_lines(pa.table({"n": [1], "name": ["Żaneta"]})).decode()
    '{"n": 1, "name": "Żaneta"}\n'
    """
    lines = [
        json.dumps(row, ensure_ascii=False, default=_plain)
        for batch in table.to_batches(max_chunksize=_SLICE_ROWS)
        for row in batch.to_pylist()
    ]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat() + ("" if value.tzinfo else "Z")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def goods_table(
    rows: list[tuple[str, str, Mapping[str, Any], Mapping[str, int]]],
) -> pa.Table:
    """Lay out what the catalogue says of products: category, brand, prices."""
    return pa.table(
        {
            "product": pa.array([one[0] for one in rows], pa.string()),
            "source": pa.array([one[1] for one in rows], pa.string()),
            "category": pa.array(
                [text(one[2].get("category")) for one in rows], pa.string()
            ),
            "brand": pa.array([text(one[2].get("brand")) for one in rows], pa.string()),
            # In minor units by currency.
            "prices": pa.array(
                [list(one[3].items()) for one in rows],
                pa.map_(pa.string(), pa.int64()),
            ),
        }
    )


def stores_table(rows: list[tuple[str, str, str]]) -> pa.Table:
    """Lay out what the catalogue says of stores: their region."""
    names = ("store", "source", "region")
    return pa.table(
        {
            name: pa.array([one[at] for one in rows], pa.string())
            for at, name in enumerate(names)
        }
    )


def zones_table(zones: Iterable[str], now_us: int) -> pa.Table:
    """Lay out which day it is at a moment in time zones."""
    names = list(zones)
    days = [day_at(now_us, zone).isoformat() for zone in names]
    return pa.table(
        {"zone": pa.array(names, pa.string()), "today": pa.array(days, pa.string())}
    )


def people_table(ids: Iterable[int]) -> pa.Table:
    """Lay out ids of people."""
    return pa.table({"person_id": pa.array(ids, pa.int64())})
