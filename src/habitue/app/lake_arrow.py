"""Rows found, as bytes that others read: an Arrow stream, or JSON lines.

Both are made by threads that hold the interpreter for a moment at a time.
"""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

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
