"""habitue quarantine: what needs fixing."""

from pathlib import Path

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="quarantine")


@app.command(name="list")
def list_items(
    *,
    limit: int = 50,
    cursor: int = 0,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """List items that need fixing, oldest first."""
    with connect(settings(data, database)) as client:
        page = client.get("/api/v1/quarantine", limit=limit, cursor=cursor)
    if json:
        print_json(page)
        return
    table = Table("id", "received", "source", "reason", "what to do")
    for item in page["items"]:
        table.add_row(
            str(item["quarantine_id"]),
            item["received_at"],
            escape(item["source"]),
            escape(item["reason"]),
            escape(item["detail"]),
        )
    stdout.print(table)
    if page["next_cursor"] is not None:
        stdout.print(f"More: --cursor {page['next_cursor']}")


@app.command
def show(
    quarantine_id: int,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Show one item with its original text."""
    with connect(settings(data, database)) as client:
        item = client.get(f"/api/v1/quarantine/{quarantine_id}")
    if json:
        print_json(item)
        return
    stdout.print(f"[bold]{escape(item['reason'])}[/]: {escape(item['detail'])}")
    stdout.print(escape(repr(item["original"])), highlight=False)


@app.command
def replay(
    quarantine_id: int,
    *,
    fixed: Path | None = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Try an item again, as it came or from a file with its text put right.

    Parameters
    ----------
    fixed
        A file with the corrected JSON of the item.

    """
    text = None if fixed is None else fixed.read_text(encoding="utf-8")
    with connect(settings(data, database)) as client:
        result = client.post(
            f"/api/v1/quarantine/{quarantine_id}/replay", {"original": text}
        )
    if json:
        print_json(result)
    else:
        stdout.print(f"{result['outcome']}: {escape(result.get('detail') or 'done')}")
