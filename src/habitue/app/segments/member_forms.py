"""Pages of members as JSON, CSV and Arrow."""

import csv
import io
from typing import Any

import msgspec

from habitue.app.desks.cells import guard

Rows = list[dict[str, Any]]
_COLUMNS = ("person_id", "name")


def encode_members(rows: Rows, after: int | None, form: str) -> bytes:
    """Write a page of members in a form: "csv", "arrow" or "json"."""
    if form == "csv":
        return _csv(rows)
    if form == "arrow":
        return _arrow(rows)
    return msgspec.json.encode({"members": rows, "next_cursor": after})


def _csv(rows: Rows) -> bytes:
    told = io.StringIO(newline="")
    writer = csv.writer(told)
    writer.writerow(_COLUMNS)
    writer.writerows([guard(row[name]) for name in _COLUMNS] for row in rows)
    return told.getvalue().encode()


def _arrow(rows: Rows) -> bytes:
    # Columns are heavy: loaded when somebody asks for them.
    import pyarrow as pa  # noqa: PLC0415

    schema = pa.schema([("person_id", pa.int64()), ("name", pa.string())])
    table = pa.Table.from_pylist(rows, schema=schema)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_table(table)
    found: bytes = sink.getvalue().to_pybytes()
    return found
