"""habitue operator: team members, what each may do, and how they get in."""

from typing import Any, Literal

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect, segment
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="operator")
RoleName = Literal[
    "administrator",
    "marketer",
    "analyst",
    "agent",
    "store",
    "steward",
    "auditor",
    "director",
]
PATH = "/api/v1/operators"


@app.command
def add(
    name: str,
    *,
    role: RoleName,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Add a team member; print their invitation to the console, and a token, once.

    Parameters
    ----------
    name
        Who it is, as judgements and the log will name them: anna, or anna@shop.com.
    role
        What they may do, as docs/console.md lists it: agent finds people and judges
        who is who, steward puts right what is wrong, administrator may do everything.

    """
    with connect(settings(data, database)) as client:
        made = client.post(PATH, {"name": name, "role": role})
    if json:
        print_json(made)
        return
    stdout.print(f"[bold]{escape(name)}[/] is one of the team. Shown only now:")
    _say_invitation(made)
    stdout.print(f"  token for the API: {escape(made['token'])}", highlight=False)


@app.command(name="list")
def list_(*, data: Data = None, database: Database = None, json: Json = False) -> None:
    """List team members, what they may do, and who is out."""
    with connect(settings(data, database)) as client:
        told = client.get(PATH)["operators"]
    if json:
        print_json(told)
        return
    table = Table("name", "role", "sees", "signs in with", "tokens", "state")
    for one in told:
        table.add_row(
            escape(one["name"]),
            one["role"],
            _seen(one),
            "password and code" if one["needs_code"] else "password",
            str(one["tokens"]),
            "out" if one["disabled"] else "in",
        )
    stdout.print(table)


@app.command
def scope(
    name: str,
    *,
    store: list[str] | None = None,
    region: list[str] | None = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Keep an agent or a store to the people of some stores; of all, if none is named.

    They see who bought there, was there or prefers one; sessions end.

    Parameters
    ----------
    name
        The team member, whose role is agent or store.
    store
        A store by its id; say it once for each.
    region
        All stores of a region, as the catalogue of stores tells it; once for each.

    """
    wanted = {"stores": store or [], "regions": region or []}
    with connect(settings(data, database)) as client:
        made = client.patch(f"{PATH}/{segment(name)}", {"scope": wanted})
    if json:
        print_json(made)
        return
    stdout.print(f"[bold]{escape(name)}[/] sees {_seen(made)}; sessions have ended.")


@app.command
def disable(
    name: str, *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """Take a team member out: their sessions and tokens end at once."""
    with connect(settings(data, database)) as client:
        made = client.patch(f"{PATH}/{segment(name)}", {"disabled": True})
    if json:
        print_json(made)
    else:
        stdout.print(f"[bold]{escape(name)}[/] is out; sessions and tokens have ended.")


@app.command
def reset(
    name: str, *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """Have a team member choose a password and codes anew; sessions end at once."""
    with connect(settings(data, database)) as client:
        made = client.post(f"{PATH}/{segment(name)}/reset", {})
    if json:
        print_json(made)
    else:
        _say_invitation(made)


def _seen(one: dict[str, Any]) -> str:
    scope = one["scope"]
    names = ", ".join((*scope["stores"], *scope["regions"]))
    return escape(f"people of {names}") if names else "people of all stores"


def _say_invitation(made: dict[str, str]) -> None:
    link, hours = escape(made["invitation"]), made["hours"]
    stdout.print(
        f"  link to choose a password (works once, {hours} hours): {link}",
        highlight=False,
        soft_wrap=True,
    )
