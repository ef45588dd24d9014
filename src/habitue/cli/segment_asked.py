"""habitue segment overlap, versions: who is in several, and what one meant before."""

from typing import Any

from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect, segment
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout
from habitue.cli.segment_apply import PATH


def overlap(
    *segment_ids: str, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """Count who is in which of two or three segments, and in which of them at once.

    Parameters
    ----------
    segment_ids
        Their ids.

    """
    with connect(settings(data, database)) as client:
        found = client.post(f"{PATH}/overlap", {"segments": [*segment_ids]})
    if json:
        print_json(found)
        return
    table = Table("in", "people")
    for one in found["parts"]:
        table.add_row(escape(", ".join(one["in"]) or "none of them"), str(one["count"]))
    stdout.print(table)
    stdout.print(f"of {found['people']} people ({as_of(found)})", highlight=False)


def versions(
    segment_id: str,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """List all versions of a segment: who wrote each, when, and whom it means."""
    with connect(settings(data, database)) as client:
        found = client.get(f"{PATH}/{segment(segment_id)}/versions")["versions"]
    if json:
        print_json(found)
        return
    table = Table("version", "defined", "by", "name", "who is meant")
    for one in found:
        if one["deleted"]:
            table.add_row(*_written(one), "", "deleted")
            continue
        table.add_row(*_written(one), escape(one["name"]), escape(one["words"]))
    stdout.print(table)


def _written(one: Any) -> tuple[str, str, str]:
    return str(one["version"]), one["defined_at"], escape(one["by"] or "")


def as_of(found: Any) -> str:
    """Say at which offset of the log an answer is true."""
    if found["offset"] is None:
        return "of no one offset: people were judged one by one while more came in"
    return f"offset {found['offset']}"
