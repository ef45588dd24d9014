"""habitue scores: the rules people are scored by, and who stands where."""

import json as jsonlib
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.base.errors import InvalidError
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="scores")

_SHOWN = ("engagement", "stage", "persona", "need")


@app.command
def rules(*, data: Data = None, database: Database = None) -> None:
    """Print the rules in force as JSON; `scores set` takes what stands in "rules"."""
    with connect(settings(data, database)) as client:
        print_json(client.get("/api/v1/scores/rules"))


@app.command(name="set")
def set_rules(file: Path, *, data: Data = None, database: Database = None) -> None:
    """Put the rules of a JSON file in force; all scores are by them at once.

    Parameters
    ----------
    file
        {"currency": "EUR", "rfm": {"purchases": [2, 3, 5, 10]}, ..}; whatever it does
        not name is as Habitué comes with it.

    """
    try:
        told = jsonlib.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise InvalidError(f"'{file}' is no JSON: {error}.") from error
    with connect(settings(data, database)) as client:
        made = client.put("/api/v1/scores/rules", told)
    stdout.print(f"Version {made['version']} of the rules is in force.")


@app.command
def cut(*, keep: bool = False, data: Data = None, database: Database = None) -> None:
    """Compute RFM's cuts from today's people: five parts, equal values together.

    Parameters
    ----------
    keep
        Put them in force. They stand still until somebody cuts again.

    """
    with connect(settings(data, database)) as client:
        print_json(client.post(f"/api/v1/scores/cuts?keep={str(keep).lower()}", None))


@app.command
def summary(
    *,
    at: str | None = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Count people by engagement, stage, persona and need for contact.

    Parameters
    ----------
    at
        The moment, as in 2026-03-01T00:00:00Z; without it, now.

    """
    asked = {} if at is None else {"at": at}
    with connect(settings(data, database)) as client:
        found = client.get("/api/v1/scores/summary", **asked)
    if json:
        print_json(found)
        return
    table = Table("what", "where", "people")
    for name in _SHOWN:
        for place, people in found.get(name, {}).items():
            table.add_row(name, place, f"{people:,}")
    stdout.print(table)


@app.command
def rfm(
    *,
    category: str = "",
    store: str = "",
    fifths: bool = False,
    at: str | None = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Count who bought of a category, or in a store, by the persona of that part.

    Parameters
    ----------
    category
        Of this category alone.
    store
        In this store alone.
    fifths
        By cuts that part these buyers into fifths, not by the rules in force.
    at
        The moment, as in 2026-03-01T00:00:00Z; without it, now.

    """
    asked = {"category": category, "store": store, "fifths": str(fifths).lower()}
    told = asked if at is None else {**asked, "at": at}
    with connect(settings(data, database)) as client:
        found = client.get("/api/v1/scores/rfm", **told)
    if json:
        print_json(found)
        return
    table = Table("persona", "people")
    for persona, people in found["persona"].items():
        table.add_row(persona, f"{people:,}")
    stdout.print(table)


@app.command
def migration(
    since: Annotated[str, Parameter(name="--from")],
    until: Annotated[str, Parameter(name="--to")],
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Count who moved from one RFM persona to another between two moments.

    Parameters
    ----------
    since
        The first moment, as in 2026-03-01T00:00:00Z.
    until
        The second moment.

    """
    asked = {"from": since, "to": until}
    with connect(settings(data, database)) as client:
        found = client.get("/api/v1/scores/migration", **asked)
    if json:
        print_json(found)
        return
    _print_moves(found["moves"])


def _print_moves(moves: list[dict[str, Any]]) -> None:
    table = Table("from", "to", "people")
    for one in moves:
        table.add_row(one["from"], one["to"], f"{one['people']:,}")
    stdout.print(table)
