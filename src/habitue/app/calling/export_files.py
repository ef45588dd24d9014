"""Writes exports as files that others can read: Parquet and CSV."""

import csv
import json as jsonlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from habitue.app.calling.gateway import AnswerError, Client
from habitue.base.cells import guard

WHATS = ("events", "people", "purchases")


def write_exports(
    client: Client, folder: Path, form: Literal["parquet", "csv"]
) -> dict[str, int]:
    """Write events, people and purchases into a folder; give the rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    write = _write_parquet if form == "parquet" else _write_csv
    return {
        what: write(folder / f"{what}.{form}", pages(client, what)) for what in WHATS
    }


def pages(client: Client, what: str) -> Iterator[list[dict[str, Any]]]:
    """Read an export page by page, each row flat: nested values as JSON text."""
    cursor: str | None = "0"
    while cursor is not None:
        answer = client.raw("GET", f"/api/v1/export/{what}?limit=5000&cursor={cursor}")
        if answer.status != 200:
            raise AnswerError(
                answer.status, f"Export of {what} failed: {answer.body!r}"
            )
        yield [_flat(jsonlib.loads(line)) for line in answer.body.splitlines() if line]
        cursor = answer.headers.get("x-next-cursor")


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: jsonlib.dumps(value, ensure_ascii=False)
        if isinstance(value, (dict, list))
        else value
        for name, value in row.items()
    }


def _write_parquet(path: Path, found: Iterator[list[dict[str, Any]]]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = 0
    writer: Any = None
    for page in found:
        if not page and writer is not None:
            continue
        schema = None if writer is None else writer.schema
        table = pa.Table.from_pylist(page, schema=schema)
        if writer is None:
            writer = pq.ParquetWriter(path, _nullable(table.schema), compression="zstd")
            table = pa.Table.from_pylist(page, schema=writer.schema)
        writer.write_table(table)
        rows += len(page)
    if writer is not None:
        writer.close()
    return rows


def _nullable(schema: Any) -> Any:
    import pyarrow as pa

    # A column that is empty on the first page may hold text on a later one.
    return pa.schema(
        [
            pa.field(
                field.name, pa.string() if pa.types.is_null(field.type) else field.type
            )
            for field in schema
        ]
    )


def _write_csv(path: Path, found: Iterator[list[dict[str, Any]]]) -> int:
    rows = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer: csv.DictWriter[str] | None = None
        for page in found:
            if writer is None:
                names = list(page[0]) if page else []
                writer = csv.DictWriter(file, names)
                writer.writeheader()
            for row in page:
                writer.writerow({name: guard(value) for name, value in row.items()})
            rows += len(page)
    return rows
