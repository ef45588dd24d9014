"""habitue imports: files that were taken in, what became of them, taking them back."""

import time
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import Client, connect, segment
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="imports")

_LOOK_S = 0.5
_UNDER_WAY = ("undoing", "redoing")


@app.command(name="list")
def list_imports(
    *,
    limit: int = 20,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """List imports, the newest first.

    Parameters
    ----------
    limit
        How many, at the most 200.

    """
    with connect(settings(data, database)) as client:
        found = client.get("/api/v1/imports", limit=limit)["imports"]
    if json:
        print_json({"imports": found})
        return
    table = Table(box=None)
    for title in ("import", "when", "by", "source", "file", "lines", "taken", "status"):
        table.add_column(title)
    for one in found:
        lines = one["lines"]
        taken = lines.get("stored", 0) + lines.get("duplicate", 0)
        table.add_row(
            one["import_id"],
            one["begun_at"][:16].replace("T", " "),
            escape(one["by"]),
            escape(one["source"]),
            escape(one["file"]),
            f"{one['lines_total']:,}",
            f"{taken:,}",
            one["status"],
        )
    stdout.print(table)


@app.command
def show(
    import_id: str,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Show one import: its file, its lines by outcome, and why some were not taken."""
    with connect(settings(data, database)) as client:
        _print(client.get(f"/api/v1/imports/{segment(import_id)}"), json=json)


@app.command
def undo(
    import_id: str,
    *,
    reason: str,
    keep_withdrawals: Annotated[
        bool, Parameter(negative="--restore-withdrawals")
    ] = True,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Take back all that came with a file: values are what they were before it.

    Parameters
    ----------
    reason
        Why; it is kept with the import.
    keep_withdrawals
        Consents that the file withdrew stay withdrawn, where they would be granted
        again. --restore-withdrawals takes these back, too: the file was wrong.

    """
    told = {"reason": reason, "keep_withdrawals": keep_withdrawals}
    with connect(settings(data, database)) as client:
        _print(_turn(client, import_id, "undo", told), json=json)


@app.command
def redo(
    import_id: str,
    *,
    reason: str,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Let an import that was taken back count again.

    Parameters
    ----------
    reason
        Why; it is kept with the import.

    """
    with connect(settings(data, database)) as client:
        _print(_turn(client, import_id, "redo", {"reason": reason}), json=json)


def _turn(client: Client, import_id: str, verb: str, told: Any) -> dict[str, Any]:
    """Ask for it, and wait until it is done."""
    path = f"/api/v1/imports/{segment(import_id)}"
    run: dict[str, Any] = client.post(f"{path}/{verb}", told)
    while run["status"] in _UNDER_WAY:
        time.sleep(_LOOK_S)
        run = client.get(path)
    return run


def _print(run: dict[str, Any], *, json: bool) -> None:
    if json:
        print_json(run)
        return
    stdout.print(
        f"{escape(run['file'])}: {run['lines_total']:,} lines of"
        f" {escape(run['kind'] or 'something')} under {escape(run['source'])},"
        f" by {escape(run['by'])}: {run['status']}",
        highlight=False,
    )
    for fate, count in sorted(run["lines"].items()):
        stdout.print(f"  {count:,} {escape(fate)}", highlight=False)
    for why, count in run["reasons"].items():
        stdout.print(f"  {count:,} lines: {escape(why)}", highlight=False)
    undone = run["undone"]
    if undone is not None:
        stdout.print(
            f"Taken back by {escape(undone['by'])}: {escape(undone['reason'])}",
            highlight=False,
        )
        if undone["kept_withdrawals"]:
            stdout.print(
                f"{undone['kept_withdrawals']:,} consents that it withdrew stay"
                " withdrawn.",
                highlight=False,
            )
