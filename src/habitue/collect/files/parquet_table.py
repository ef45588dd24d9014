"""Reads Parquet a batch of rows at a time, each different value made once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from habitue.collect.files.chunks import Chunk
from habitue.collect.files.limits import (
    CHUNK_ROWS,
    RATIO_FREE_BYTES,
    ROWS_FREE,
    ROWS_PER_BYTE_MAX,
    Limits,
)
from habitue.collect.files.nouns import FileError, Format
from habitue.collect.files.sources import open_seekable
from habitue.collect.files.values import text as text_of


class ParquetTable:
    """A Parquet file of plain columns; its lines are its rows, counted from 1."""

    format: Format = "parquet"

    def __init__(self, path: Path, gzipped: bool, limits: Limits) -> None:
        self._path, self._gzipped, self._limits = path, gzipped, limits
        with self._file() as file:
            self.headers = tuple(file.schema_arrow.names)
            _check(file, limits, path.stat().st_size)
            self._texts = [
                name
                for name, kind in zip(
                    self.headers, file.schema_arrow.types, strict=True
                )
                if pa.types.is_string(kind) or pa.types.is_large_string(kind)
            ]

    @contextmanager
    def _file(self, dictionaries: Sequence[str] = ()) -> Iterator[Any]:
        # Closing a ParquetFile leaves what it reads from open.
        with open_seekable(self._path, self._gzipped, self._limits) as opened:
            try:
                file = pq.ParquetFile(opened, read_dictionary=list(dictionaries))
            except (pa.ArrowException, OSError) as error:
                raise FileError(f"The file is no readable Parquet: {error}") from error
            with file:
                yield file

    def chunks(self, positions: Sequence[int]) -> Iterator[Chunk]:
        line = 1
        wanted = sorted(set(positions))
        # Dictionaries stay dictionaries: a long text repeated is kept once.
        with self._file(self._texts) as file:
            batches = file.iter_batches(
                CHUNK_ROWS, use_threads=False, columns=[self.headers[i] for i in wanted]
            )
            for batch in self._guarded(batches):
                columns = dict(zip(wanted, map(self._column, batch), strict=True))
                lines = range(line, line + batch.num_rows)
                yield Chunk(lines, columns, {}, _Texts(self.headers, columns))
                line += batch.num_rows

    def cells(self, text: str) -> tuple[str, ...]:
        row: dict[str, str] = msgspec.json.decode(text)
        return tuple(row.get(header, "") for header in self.headers)

    def _guarded(self, batches: Iterator[Any]) -> Iterator[Any]:
        try:
            yield from batches
        except MemoryError:
            # Arrow's own is an ArrowException too, and is no damage.
            raise
        except (pa.ArrowException, OSError) as error:
            raise FileError(f"The file is damaged: {error}") from error

    def _column(self, column: Any) -> list[Any]:
        if pa.types.is_timestamp(column.type):
            # Python's own moments end at microseconds.
            column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode(null_encoding="encode")
        values = column.dictionary.to_pylist()
        for value in values:
            if isinstance(value, str) and len(value) > self._limits.cell_chars_max:
                raise FileError(
                    f"A cell is longer than {self._limits.cell_chars_max:,} characters."
                )
        pool = np.array([*values, None], dtype=object)
        # A null of a dictionary's index points past the values, at the None.
        codes = column.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
        taken: list[Any] = pool[codes].tolist()
        return taken


class _Texts(Sequence[str]):
    """The rows of a batch as JSON text, made when one is asked for."""

    def __init__(self, headers: Sequence[str], columns: dict[int, list[Any]]) -> None:
        self._headers, self._columns = headers, columns

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), []))

    def __getitem__(self, at: Any) -> Any:
        row = {
            self._headers[position]: "" if cells[at] is None else text_of(cells[at])
            for position, cells in self._columns.items()
        }
        return msgspec.json.encode(row).decode()


def _check(file: Any, limits: Limits, file_bytes: int) -> None:
    names = file.schema_arrow.names
    if len(names) > limits.columns_max:
        raise FileError(
            f"The file has {len(names):,} columns; the limit is {limits.columns_max:,}."
        )
    if len(set(names)) < len(names):
        raise FileError("Two columns of the file have one name: rename one.")
    nested = [f.name for f in file.schema_arrow if pa.types.is_nested(f.type)]
    if nested:
        raise FileError(
            f"Column '{nested[0]}' holds lists or records, not plain cells."
        )
    _check_size(file.metadata, limits, file_bytes)


def _check_size(metadata: Any, limits: Limits, file_bytes: int) -> None:
    rows = metadata.num_rows
    dense = rows > max(ROWS_FREE, file_bytes * ROWS_PER_BYTE_MAX)
    if rows > limits.rows_max or dense:
        raise FileError(
            f"The file has {rows:,} rows in {file_bytes:,} bytes;"
            f" the limit is {limits.rows_max:,} rows."
        )
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    inflated = sum(group.total_byte_size for group in groups)
    packed = max(RATIO_FREE_BYTES, file_bytes * limits.ratio_max)
    if inflated > min(limits.inflated_bytes_max, packed):
        raise FileError(
            f"Unpacked, the file would have {inflated:,} bytes, far more than such"
            " files have."
        )
