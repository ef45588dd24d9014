"""habitue segment: who is meant, how many, who is in, and why."""

import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import Client, connect, segment
from habitue.base.errors import NotFoundError
from habitue.cli import segment_asked, segment_export, segment_listen
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout
from habitue.cli.segment_apply import PATH, Yes, bring, say_applied, say_difference
from habitue.cli.segment_figures import print_figures
from habitue.cli.segment_files import Wanted, as_toml, diff_of, in_order, read_folder
from habitue.cli.segment_members import members, print_people, why
from habitue.cli.segment_of import of
from habitue.cli.segment_put import put

app = App(name="segment")
app.command(members)
app.command(why)
app.command(of)
app.command(put)
app.command(segment_export.export)
app.command(segment_export.ask_export)
app.command(segment_export.export_requests)
app.command(segment_export.answer_export)
app.command(segment_asked.overlap)
app.command(segment_asked.versions)
for command in (
    segment_listen.listen,
    segment_listen.listeners,
    segment_listen.unlisten,
):
    app.command(command)

Prune = Annotated[
    bool,
    Parameter("--prune", negative="", help="Delete segments the folder has not."),
]


@app.command(name="list")
def list_segments(
    *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """List the segments in force, each with its condition in words."""
    with connect(settings(data, database)) as client:
        found = client.get(PATH)["segments"]
    if json:
        print_json(found)
        return
    table = Table("id", "name", "who is meant", "version")
    for one in found:
        table.add_row(
            one["id"], escape(one["name"]), escape(one["words"]), str(one["version"])
        )
    stdout.print(table)


@app.command
def show(
    segment_id: str,
    *,
    template: bool = False,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Print a segment as the TOML file that `habitue segment apply` takes.

    Parameters
    ----------
    segment_id
        Its id.
    template
        Print a template of this name instead.

    """
    with connect(settings(data, database)) as client:
        found = _template(client, segment_id) if template else _read(client, segment_id)
    if json:
        print_json(found)
        return
    sys.stdout.write(as_toml(found))


@app.command
def templates(
    *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """List segments to start from, each with its written definition."""
    with connect(settings(data, database)) as client:
        found = client.get(f"{PATH}/templates")["templates"]
    if json:
        print_json(found)
        return
    table = Table("template", "name", "definition")
    for one in found:
        table.add_row(one["id"], escape(one["name"]), escape(one["description"]))
    stdout.print(table)


@app.command
def apply(
    folder: Path,
    *,
    yes: Yes = False,
    prune: Prune = False,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Show what TOML files would change of the segments; with --yes, change it.

    Parameters
    ----------
    folder
        A file a segment, named by its id: vip.toml.

    """
    wanted = read_folder(folder)
    with connect(settings(data, database)) as client:
        held = {one["id"]: one for one in client.get(PATH)["segments"]}
        changed = [one for one in in_order(wanted) if diff_of(one, held)]
        gone = sorted(held.keys() - {one.segment_id for one in wanted}) if prune else []
        if not json:
            say_difference(changed, held, gone)
        if yes:
            bring(client, changed, gone)
    told = {
        "changed": [one.segment_id for one in changed],
        "deleted": gone,
        "same": len(wanted) - len(changed),
        "applied": yes,
    }
    if json:
        print_json(told)
    else:
        say_applied(told)


@app.command
def preview(
    file: Path,
    *,
    sample: int = 10,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Count exactly who satisfies the condition of a TOML file, and name some.

    Parameters
    ----------
    file
        As `habitue segment apply` takes it.
    sample
        How many to name.

    """
    wanted = Wanted.read(file)
    body = {"condition": wanted.body["condition"], "sample": sample}
    with connect(settings(data, database)) as client:
        found = client.post(f"{PATH}/preview", body)
    if json:
        print_json(found)
        return
    stdout.print(escape(found["words"]), highlight=False, soft_wrap=True)
    stdout.print(f"{found['count']} of {found['people']} people", highlight=False)
    print_people(found["sample"])


@app.command
def figures(
    segment_id: str,
    *,
    purpose: str = "marketing",
    days: int = 30,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say what a segment's members are worth, how they are reached, and its trend.

    Parameters
    ----------
    segment_id
        Its id.
    purpose
        For which members are to be written to.
    days
        How many days of trend, up to today.

    """
    with connect(settings(data, database)) as client:
        path = f"{PATH}/{segment(segment_id)}/figures"
        found = client.get(path, purpose=purpose, days=days)
    if json:
        print_json(found)
        return
    print_figures(found)


@app.command
def delete(
    segment_id: str,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Take a segment out of force; its versions stay in the log."""
    with connect(settings(data, database)) as client:
        found = client.delete(f"{PATH}/{segment(segment_id)}")
    if json:
        print_json(found)
    else:
        stdout.print(f"{segment_id} is deleted.", highlight=False)


def _read(client: Client, segment_id: str) -> Any:
    return client.get(f"{PATH}/{segment(segment_id)}")


def _template(client: Client, name: str) -> Any:
    for one in client.get(f"{PATH}/templates")["templates"]:
        if one["id"] == name:
            return one
    raise NotFoundError(
        f"There is no template '{name}'; see habitue segment templates."
    )
