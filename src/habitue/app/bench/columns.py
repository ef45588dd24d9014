"""Columns of the analytic copy, laid out at once in place of row by row."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from habitue.lake.port import Lake, Sort


def picked(values: Sequence[str | None], places: Any) -> pa.Array:
    """Give the texts that stand at so many places."""
    return pa.array(values, pa.string()).take(pa.array(places))


def joined(*parts: Any) -> pa.Array:
    """Put texts and numbers, a column or one for all, together into one text a row."""
    columns = [one if isinstance(one, str) else _texts(one) for one in parts]
    return pc.binary_join_element_wise(*columns, "")


def packed(
    lake: Lake,
    sort: Sort,
    row: tuple[Any, ...],
    count: int,
    told: Mapping[str, Any],
) -> Any:
    """Lay out rows as the copy packs them: columns told, the rest as in one row."""
    one = lake.pack(sort, [row])
    first = pa.array(np.zeros(count, np.int64))
    return pa.RecordBatch.from_arrays(
        [
            _column(told[field.name], field.type)
            if field.name in told
            else one.column(place).take(first)
            for place, field in enumerate(one.schema)
        ],
        schema=one.schema,
    )


def _column(values: Any, sort: pa.DataType) -> pa.Array:
    return (values if isinstance(values, pa.Array) else pa.array(values)).cast(sort)


def _texts(values: Any) -> pa.Array:
    return _column(values, pa.string())
