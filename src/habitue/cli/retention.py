"""habitue privacy retention: how long the text of events is kept, by class."""

from typing import Any

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect, segment
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="retention", help="How long the text of events is kept, by class.")
_PATH = "/api/v1/privacy/retention"


@app.command
def show(*, data: Data = None, database: Database = None, json: Json = False) -> None:
    """List the classes, each with its last run."""
    with connect(settings(data, database)) as client:
        told = client.get(_PATH)
    if json:
        print_json(told)
        return
    table = Table("class", "days", "events", "types", "last run", "expired then")
    for one in told["classes"]:
        run = one["last_run"] or {"at": "", "expired": ""}
        words = (
            *(one["name"], str(one["days"]), ", ".join(one["events"])),
            *(", ".join(one["types"]), run["at"], str(run["expired"])),
        )
        table.add_row(*map(escape, words))
    stdout.print(table)


@app.command(name="set")
def set_class(
    name: str,
    *,
    days: int,
    event: list[str] | None = None,
    type: list[str] | None = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Have the text of a class of events expire; runs by themselves take it away.

    Parameters
    ----------
    name
        How the class is called, as browsing.
    days
        How long after its receipt the text is kept.
    event
        An event of the class by its name; again for each.
    type
        A type of events: page, screen, track and so on; again for each.

    """
    wanted = {"days": days, "events": event or [], "types": type or []}
    with connect(settings(data, database)) as client:
        client.put(f"{_PATH}/{segment(name)}", wanted)
    stdout.print(f"{escape(name)}: the text is kept for {days} days.", highlight=False)


@app.command
def drop(name: str, *, data: Data = None, database: Database = None) -> None:
    """Keep a class's text for ever again; what has expired stays gone.

    Parameters
    ----------
    name
        The class's name.

    """
    with connect(settings(data, database)) as client:
        client.delete(f"{_PATH}/{segment(name)}")
    stdout.print(f"{escape(name)}: the text is kept for ever.", highlight=False)


@app.command
def preview(
    *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """Count the events whose text a run would take away now."""
    with connect(settings(data, database)) as client:
        told = client.get(f"{_PATH}/preview")
    _print(told, "expires", "would expire", as_json=json)


@app.command
def run(*, data: Data = None, database: Database = None, json: Json = False) -> None:
    """Take away what has expired, now; there is no undo."""
    with connect(settings(data, database)) as client:
        told = client.post(f"{_PATH}/run", {})
    _print(told, "expired", "expired", as_json=json)


def _print(told: dict[str, Any], field: str, words: str, *, as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    for name, count in sorted(told[field].items()):
        stdout.print(f"{escape(name)}: {count} {words}", highlight=False)
    if not told[field]:
        stdout.print("No class is defined: nothing expires.")
