"""habitue view: searches and filters on People under a name."""

from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect, segment
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="view")
PATH = "/api/v1/views"
Text = Annotated[str, Parameter("--text")]
Segment = Annotated[str, Parameter("--segment")]


@app.command(name="list")
def list_(*, data: Data = None, database: Database = None, json: Json = False) -> None:
    """List your own views and those of the team."""
    with connect(settings(data, database)) as client:
        found = client.get(PATH)["views"]
    if json:
        print_json(found)
        return
    table = Table("id", "name", "searches for", "of the segment", "kept by", "team")
    for one in found:
        shared = "yes" if one["shared"] else ""
        told = (one["name"], one["text"], one["segment"] or "", one["owner"])
        table.add_row(one["id"], *map(escape, told), shared)
    stdout.print(table)


@app.command
def add(
    name: str,
    *,
    text: Text = "",
    of: Segment = "",
    team: Annotated[bool, Parameter("--team", negative="")] = False,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Keep a search, or a segment to look through, under a name.

    Parameters
    ----------
    name
        What it is called.
    text
        What is searched for: words of a name, or an identifier.
    of
        The id of a segment: its people alone are looked through.
    team
        Show it to the whole team.

    """
    wanted = {"name": name, "text": text, "segment": of, "shared": team}
    with connect(settings(data, database)) as client:
        made = client.post(PATH, wanted)
    if json:
        print_json(made)
        return
    _say(f"{made['id']}: {made['name']}")


@app.command
def change(
    view_id: str,
    *,
    name: Annotated[str | None, Parameter("--name")] = None,
    text: Annotated[str | None, Parameter("--text")] = None,
    of: Annotated[str | None, Parameter("--segment")] = None,
    team: Annotated[bool | None, Parameter("--team", negative="--own")] = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Rename a view, share it with the team, or change what it looks for.

    Parameters
    ----------
    view_id
        Its id, as `view list` prints it.
    name
        What it is called from now on.
    text
        What is searched for.
    of
        The id of the segment that is looked through; '' for everybody.
    team
        --team shows it to the whole team, --own to you alone.

    """
    told = {"name": name, "text": text, "segment": of, "shared": team}
    wanted = {key: value for key, value in told.items() if value is not None}
    with connect(settings(data, database)) as client:
        made = client.patch(f"{PATH}/{segment(view_id)}", wanted)
    if json:
        print_json(made)
        return
    _say(f"{made['id']}: {made['name']}")


@app.command
def remove(view_id: str, *, data: Data = None, database: Database = None) -> None:
    """Keep a view no longer."""
    with connect(settings(data, database)) as client:
        made = client.delete(f"{PATH}/{segment(view_id)}")
    _say(f"The view '{made['name']}' is removed.")


@app.command
def people(
    view_id: str,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say whom a view shows now."""
    with connect(settings(data, database)) as client:
        found: list[dict[str, Any]] = client.get(f"{PATH}/{segment(view_id)}/people")[
            "people"
        ]
    if json:
        print_json(found)
        return
    table = Table("person", "name", "identifiers")
    for one in found:
        known = ", ".join(one["identifiers"][:4])
        table.add_row(str(one["person_id"]), escape(one["name"] or "-"), escape(known))
    stdout.print(table)


def _say(text: str) -> None:
    stdout.print(escape(text), highlight=False, soft_wrap=True)
