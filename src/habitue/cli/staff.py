"""habitue staff: what is the shop's own, and never counts."""

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="staff")


@app.command(name="list")
def list_staff(
    *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """List what is the shop's own: what it does is shown, and never counted."""
    with connect(settings(data, database)) as client:
        found = client.get("/api/v1/staff")["staff"]
    if json:
        print_json(found)
        return
    table = Table("what", "form", "note")
    for one in found:
        table.add_row(escape(one["what"]), one["form"], escape(one["note"]))
    stdout.print(table)


@app.command
def add(
    what: str,
    *,
    note: str = "",
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say that something is the shop's own.

    Parameters
    ----------
    what
        device_id:till-4 or another kind:value; @shop.example for all addresses of a
        domain; an address or a network, as 192.0.2.0/24.
    note
        Who or where that is.

    """
    with connect(settings(data, database)) as client:
        made = client.put("/api/v1/staff", {"what": what, "note": note})
    _say(made, json=json)


@app.command
def remove(
    what: str,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Take something off the list, written as it was added."""
    with connect(settings(data, database)) as client:
        made = client.delete("/api/v1/staff", what=what)
    _say(made, json=json)


def _say(made: dict[str, str], *, json: bool) -> None:
    if json:
        print_json(made)
        return
    stdout.print(
        f"{escape(made['what'])}: {escape(made['effect'])}",
        highlight=False,
        soft_wrap=True,
    )
