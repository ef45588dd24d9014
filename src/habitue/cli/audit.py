"""habitue audit: what team members did, and whether that stands as it was written."""

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="audit")


@app.command
def verify(*, data: Data = None, database: Database = None, json: Json = False) -> None:
    """Check the chain of the whole log, in which the audit's entries stand."""
    with connect(settings(data, database)) as client:
        told = client.get("/api/v1/audit/verify")
    if json:
        print_json(told)
    else:
        stdout.print(
            f"{told['entries']} entries in {told['records']} records: all stand as"
            " they were written."
        )


@app.command(name="list")
def list_(
    *,
    limit: int = 50,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """List what team members did, newest first.

    Parameters
    ----------
    limit
        How many entries at most, up to 500.

    """
    with connect(settings(data, database)) as client:
        told = client.get("/api/v1/audit", limit=limit)["entries"]
    if json:
        print_json(told)
        return
    table = Table("when", "who", "role", "what", "to", "why")
    for one in told:
        cells = ("at", "operator", "role", "action", "object", "reason")
        table.add_row(*(escape(str(one[cell])) for cell in cells))
    stdout.print(table)
