"""Rows as columns that DuckDB reads where they lie."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from habitue.lake.port import Packed, Tail

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
        ("came", pa.string()),
        ("device", pa.string()),
    ]
)
# What a line says, of an event or of a purchase.
_GOODS = (
    ("product", pa.string()),
    ("name", pa.string()),
    ("category", pa.string()),
    ("brand", pa.string()),
    ("price_minor", pa.int64()),
    ("quantity_milli", pa.int64()),
    ("amount_minor", pa.int64()),
    ("currency", pa.string()),
)
LINE = pa.schema(
    [
        ("log_offset", pa.int64()),
        ("line", pa.int32()),
        *_GOODS,
    ]
)
HOLDING = pa.schema(
    [
        ("strand", pa.int64()),
        ("from_at", _TIME),
        ("until_at", _TIME),
        ("person_id", pa.int64()),
        ("identifier_kind", pa.string()),
    ]
)
FACT = pa.schema(
    [
        ("person_id", pa.int64()),
        ("name", pa.string()),
        ("text", pa.string()),
        ("number", pa.decimal128(38, 0)),
        ("truth", pa.bool_()),
        ("moment_us", pa.int64()),
        ("day", pa.string()),
        ("masked", pa.int8()),
    ]
)
ALLOWED = pa.schema(
    [
        ("person_id", pa.int64()),
        ("contact", pa.int32()),
        ("kind", pa.string()),
        ("purpose", pa.string()),
        ("channel", pa.string()),
        ("granted_us", pa.int64()),
        ("withdrawn_us", pa.int64()),
        ("refused_us", pa.int64()),
        ("pending", pa.bool_()),
    ]
)
PURCHASE = pa.schema(
    [
        ("purchase_id", pa.int64()),
        ("key", pa.string()),
        ("happened_at", _TIME),
        ("strand", pa.int64()),
        ("kind", pa.string()),
        ("source", pa.string()),
        ("store", pa.string()),
        ("channel", pa.string()),
        ("status", pa.string()),
        ("currency", pa.string()),
        ("amount_minor", pa.int64()),
        ("returned_minor", pa.int64()),
        ("counted", pa.bool_()),
        ("claimed", pa.bool_()),
        ("simulated", pa.bool_()),
        ("properties", pa.string()),
    ]
)
BOUGHT = pa.schema(
    [
        ("purchase_id", pa.int64()),
        ("line", pa.int32()),
        *_GOODS,
    ]
)
# Who has changed and is not read yet.
OWED = pa.schema([("sort", pa.string()), ("number", pa.int64()), ("key", pa.string())])
SORTS = {
    "event": EVENT,
    "line": LINE,
    "holding": HOLDING,
    "fact": FACT,
    "allowed": ALLOWED,
    "purchase": PURCHASE,
    "bought": BOUGHT,
    "owed": OWED,
}
KEY = pa.schema([("key", pa.string())])
PERSON = pa.schema([("person_id", pa.int64())])
STRAND = pa.schema([("strand", pa.int64())])
OFFSET = pa.schema([("log_offset", pa.int64())])
DROPPED = pa.schema([("strand", pa.int64()), ("before", pa.int64())])
EXPIRED = pa.schema(
    [
        ("log_offset", pa.int64()),
        *((name, pa.string()) for name in ("properties", "came", "device")),
    ]
)
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


def tails(tail: Tail) -> dict[str, Any]:
    """Give the tables of a tail under the names that statements know them by."""
    known, bought = tail.known, tail.bought
    return {
        "tail_event": table(tail.events, EVENT),
        "tail_line": table(tail.lines, LINE),
        "tail_holding": table(tail.holding, HOLDING),
        "tail_person": _one(tail.people, PERSON),
        "tail_known": _one(known.people, PERSON),
        "tail_fact": table(known.facts, FACT),
        "tail_allowed": table(known.allowed, ALLOWED),
        "tail_key": _one(bought.keys, KEY),
        "tail_purchase": table(bought.purchases, PURCHASE),
        "tail_bought": table(bought.lines, BOUGHT),
    }


def _one(values: Sequence[Any], schema: pa.Schema) -> Any:
    return table([pack([(one,) for one in values], schema)], schema)
