"""Rows as columns that DuckDB reads where they lie."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from habitue.lake.port import Packed

_TIME = pa.timestamp("us")
EVENT = pa.schema(
    [
        ("log_offset", pa.int64()),
        ("happened_at", _TIME),
        ("received_at", _TIME),
        ("strand", pa.int64()),
        ("type", pa.string()),
        ("name", pa.string()),
        ("source", pa.string()),
        ("store", pa.string()),
        ("channel", pa.string()),
        ("historical", pa.bool_()),
        ("marked", pa.string()),
        ("verified", pa.bool_()),
        ("object", pa.string()),
        ("status", pa.string()),
        ("currency", pa.string()),
        ("amount_minor", pa.int64()),
        ("properties", pa.string()),
    ]
)
LINE = pa.schema(
    [
        ("log_offset", pa.int64()),
        ("line", pa.int32()),
        ("product", pa.string()),
        ("name", pa.string()),
        ("category", pa.string()),
        ("brand", pa.string()),
        ("price_minor", pa.int64()),
        ("quantity_milli", pa.int64()),
        ("amount_minor", pa.int64()),
        ("currency", pa.string()),
    ]
)
HOLDING = pa.schema(
    [
        ("strand", pa.int64()),
        ("from_at", _TIME),
        ("until_at", _TIME),
        ("person_id", pa.int64()),
    ]
)
PERSON = pa.schema([("person_id", pa.int64())])
STRAND = pa.schema([("strand", pa.int64())])
OFFSET = pa.schema([("log_offset", pa.int64())])
DROPPED = pa.schema([("strand", pa.int64()), ("before", pa.int64())])
PLACED = pa.schema([("log_offset", pa.int64()), ("strand", pa.int64())])


def pack(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> Packed:
    """Turn rows into columns; a row has its values in the order of the schema."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    try:
        return _pack(columns, schema)
    except UnicodeError:
        # Half of a surrogate pair is no text that others can read.
        return _pack([[_text(one) for one in column] for column in columns], schema)


def _pack(columns: Sequence[Sequence[Any]], schema: pa.Schema) -> Packed:
    arrays = [
        pa.array(column, field.type)
        for column, field in zip(columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return value


def table(packed: Sequence[Packed], schema: pa.Schema) -> Any:
    """Make one table of what was packed."""
    return pa.Table.from_batches(packed, schema)
