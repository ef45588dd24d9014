"""Pages of members as JSON, CSV and Arrow."""

import csv
import io
from typing import Any

import msgspec

from habitue.base.cells import guard

Rows = list[dict[str, Any]]
_COLUMNS = ("person_id", "name")


class MembersFile:
    """A file of members that is written a page at a time."""

    def __init__(self, form: str) -> None:
        """form: "csv" or "arrow"."""
        self._form = form
        self._parts: list[bytes] = []
        self._batches: list[Any] = []

    def add(self, rows: Rows) -> None:
        """Write a page; a thousand take about a millisecond."""
        if self._form == "arrow":
            self._batches.append(_batch(rows))
            return
        told = _csv(rows)
        # The names of the columns stand once.
        self._parts.append(told.partition(b"\r\n")[2] if self._parts else told)

    def done(self) -> bytes:
        """Give the whole file."""
        if self._form == "arrow":
            return _stream(self._batches)
        return b"".join(self._parts)


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
    return _stream([_batch(rows)])


def _schema() -> Any:
    # Columns are heavy: loaded when somebody asks for them.
    import pyarrow as pa  # noqa: PLC0415

    return pa.schema([("person_id", pa.int64()), ("name", pa.string())])


def _batch(rows: Rows) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    return pa.RecordBatch.from_pylist(rows, schema=_schema())


def _stream(batches: list[Any]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, _schema()) as writer:
        for batch in batches:
            writer.write_batch(batch)
    found: bytes = sink.getvalue().to_pybytes()
    return found
