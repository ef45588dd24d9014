"""habitue plan: what a source's events have to hold."""

import json as jsonlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.base.errors import InvalidError
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="plan")


@app.command
def show(source: str, *, data: Data = None, database: Database = None) -> None:
    """Print a source's plan as JSON."""
    with connect(settings(data, database)) as client:
        print_json(client.get(f"/api/v1/sources/{source}/plan"))


@app.command
def seen(
    source: str, *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """Print what a source's events tell, and what they break: to plan by.

    Of each event its newest are read; no value is shown.
    """
    with connect(settings(data, database)) as client:
        found = client.get(f"/api/v1/sources/{source}/events")
    if json:
        print_json(found)
        return
    table = Table("event", "property", "types", "in", "breaks the plan")
    for event in found["events"]:
        for row in _seen(event):
            table.add_row(*map(escape, row))
    stdout.print(table)


def _seen(event: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    broken = {
        one["property"]: f"marked {one['marked']}, aside {one['quarantined']}"
        for one in event["breaches"]
    }
    yield event["event"], "", "", f"{event['events']:,} events", broken.pop("", "")
    for one in event["properties"]:
        among = f"{one['events']} of {event['looked_at']}"
        types = ", ".join(one["types"])
        yield "", one["name"], types, among, broken.pop(one["name"], "")
    # What a plan asks for, and none of the newest told.
    yield from (("", name, "", "", told) for name, told in broken.items())


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
