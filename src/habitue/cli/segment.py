"""habitue segment: who is meant, how many, who is in, and why."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import Client, connect, segment
from habitue.base.errors import NotFoundError
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout
from habitue.cli.segment_apply import bring, say_applied, say_difference
from habitue.cli.segment_figures import print_figures
from habitue.cli.segment_files import Wanted, as_toml, diff_of, in_order, read_folder

app = App(name="segment")

_PATH = "/api/v1/segments"
_PAGE = 5_000
Yes = Annotated[
    bool, Parameter("--yes", negative="", help="Apply it; without, only show it.")
]
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
        found = client.get(_PATH)["segments"]
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
        found = client.get(f"{_PATH}/templates")["templates"]
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
        held = {one["id"]: one for one in client.get(_PATH)["segments"]}
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
        found = client.post(f"{_PATH}/preview", body)
    if json:
        print_json(found)
        return
    stdout.print(escape(found["words"]), highlight=False, soft_wrap=True)
    stdout.print(f"{found['count']} of {found['people']} people", highlight=False)
    _print_people(found["sample"])


@app.command
def members(
    segment_id: str,
    *,
    form: Literal["csv", "json"] | None = None,
    limit: int | None = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """List who is in a segment.

    Parameters
    ----------
    segment_id
        Its id.
    form
        csv or json, on standard output, for other programs.
    limit
        How many at most; all without it.

    """
    with connect(settings(data, database)) as client:
        found = _members(client, segment_id, limit)
    if json or form == "json":
        print_json(found)
    elif form == "csv":
        sys.stdout.write(_as_csv(found))
    else:
        _print_people(found)


def _members(client: Client, segment_id: str, limit: int | None) -> list[Any]:
    found: list[Any] = []
    cursor: int | None = 0
    while cursor is not None and (limit is None or len(found) < limit):
        left = _PAGE if limit is None else min(_PAGE, limit - len(found))
        path = f"{_PATH}/{segment(segment_id)}/members"
        page = client.get(path, limit=left, cursor=cursor)
        found += page["members"]
        cursor = page["next_cursor"]
    return found


def _as_csv(found: list[Any]) -> str:
    from habitue.app.segments.member_forms import encode_members

    return encode_members(found, None, "csv").decode()


def _print_people(found: list[Any]) -> None:
    table = Table("person", "name")
    for one in found:
        table.add_row(str(one["person_id"]), escape(one["name"] or ""))
    stdout.print(table)


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
        path = f"{_PATH}/{segment(segment_id)}/figures"
        found = client.get(path, purpose=purpose, days=days)
    if json:
        print_json(found)
        return
    print_figures(found)


@app.command
def why(
    segment_id: str,
    who: str,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say why somebody is in a segment, or why not, clause by clause.

    Parameters
    ----------
    segment_id
        Its id.
    who
        A person id, or an identifier such as email:anna@example.com.

    """
    with connect(settings(data, database)) as client:
        person_id = _person_id(client, who)
        path = f"/api/v1/people/{person_id}/segments"
        found = client.get(path, segment=segment_id)
    if json:
        print_json(found)
        return
    stdout.print(
        f"Person {person_id} is {'in' if found['in'] else 'not in'} {segment_id}:",
        highlight=False,
    )
    for clause in found["because"]:
        mark = "yes" if clause["holds"] else "no"
        told = f" ({clause['found']})" if clause["found"] else ""
        stdout.print(f"  {mark}: {escape(clause['clause'] + told)}", highlight=False)


def _person_id(client: Client, who: str) -> int:
    if who.isascii() and who.isdigit():
        return int(who)
    people = client.get("/api/v1/people", identifier=who)["people"]
    if not people:
        raise NotFoundError(f"Nobody holds '{who}'.")
    return int(people[0]["person_id"])


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
        found = client.delete(f"{_PATH}/{segment(segment_id)}")
    if json:
        print_json(found)
    else:
        stdout.print(f"{segment_id} is deleted.", highlight=False)


def _read(client: Client, segment_id: str) -> Any:
    return client.get(f"{_PATH}/{segment(segment_id)}")


def _template(client: Client, name: str) -> Any:
    for one in client.get(f"{_PATH}/templates")["templates"]:
        if one["id"] == name:
            return one
    raise NotFoundError(
        f"There is no template '{name}'; see habitue segment templates."
    )
