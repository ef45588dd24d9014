"""habitue plan: what a source's events have to hold."""

import json as jsonlib
from pathlib import Path
from typing import Any

from cyclopts import App
from rich.markup import escape

from habitue.app.calling.gateway import connect
from habitue.base.errors import InvalidError
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="plan")


@app.command
def show(source: str, *, data: Data = None, database: Database = None) -> None:
    """Print a source's plan as JSON."""
    with connect(settings(data, database)) as client:
        print_json(client.get(f"/api/v1/sources/{source}/plan"))


@app.command(name="set")
def set_plan(
    source: str, file: Path, *, data: Data = None, database: Database = None
) -> None:
    """Put the plan of a JSON file in force, in place of the one before.

    Parameters
    ----------
    source
        The source whose events it is about.
    file
        {"events": {"Order Completed": {JSON Schema of its properties}}, "breach":
        "quarantine" or "mark", "unplanned": "take", "mark" or "quarantine"}

    """
    with connect(settings(data, database)) as client:
        made = client.put(f"/api/v1/sources/{source}/plan", _read(file))
    stdout.print(f"{len(made['events'])} events are planned. {made['effect']}")


@app.command(name="try")
def try_plan(
    file: Path,
    event: Path,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say what would become of an event by a plan, before it is put in force.

    Parameters
    ----------
    file
        The plan, as `plan set` takes it.
    event
        The event as JSON: {"event": "Order Completed", "properties": {..}}

    """
    body = {"plan": _read(file), "event": _read(event)}
    with connect(settings(data, database)) as client:
        found = client.post("/api/v1/plans/try", body)
    if json:
        print_json(found)
        return
    stdout.print(f"It would be {found['outcome']}.", highlight=False)
    for breach in found["breaches"]:
        stdout.print(f"  {escape(breach)}", highlight=False, soft_wrap=True)


@app.command
def remove(source: str, *, data: Data = None, database: Database = None) -> None:
    """Take a source's plan away: all its events are taken from then on."""
    with connect(settings(data, database)) as client:
        made = client.delete(f"/api/v1/sources/{source}/plan")
    stdout.print(made["effect"])


def _read(file: Path) -> Any:
    try:
        return jsonlib.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise InvalidError(f"'{file}' is no JSON: {error}.") from error
