"""habitue channels: rules for channels, their costs, and what they brought."""

import json as jsonlib
from pathlib import Path
from typing import Any

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.base.errors import InvalidError
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout
from habitue.measure.costs import parse_costs

app = App(name="channels")

_CHUNK_ROWS = 2000


@app.command
def show(*, data: Data = None, database: Database = None) -> None:
    """Print the rules in force as JSON, as `channels set` takes them."""
    with connect(settings(data, database)) as client:
        print_json({"rules": client.get("/api/v1/channels")["rules"]})


@app.command(name="set")
def set_rules(file: Path, *, data: Data = None, database: Database = None) -> None:
    """Put the rules of a JSON file in force, for past reports, too.

    Parameters
    ----------
    file
        {"rules": [{"channel": "paid_search", "medium": ["cpc"]}, ..]}

    """
    try:
        told = jsonlib.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise InvalidError(f"'{file}' is no JSON: {error}.") from error
    with connect(settings(data, database)) as client:
        made = client.put("/api/v1/channels", told)
    stdout.print(f"{len(made['rules'])} rules are in force, for past reports, too.")


@app.command(name="try")
def try_url(
    url: str,
    *,
    referrer: str = "",
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say which channel an address comes to, and by which rule.

    Parameters
    ----------
    url
        The address that is opened, with its parameters.
    referrer
        The address of the page before.

    """
    with connect(settings(data, database)) as client:
        found = client.get("/api/v1/channels/try", url=url, referrer=referrer)
    if json:
        print_json(found)
        return
    because = f"rule {found['rule']}" if found["rule"] else "no rule"
    stdout.print(f"{found['channel']} ({because})", highlight=False)


@app.command
def costs(
    file: Path, *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """Keep what channels cost by day; a file sent again counts once.

    Parameters
    ----------
    file
        CSV with the columns date, channel, cost and currency.

    """
    rows = read_costs(file)
    changed = 0
    with connect(settings(data, database)) as client:
        for start in range(0, len(rows), _CHUNK_ROWS):
            part = {"costs": rows[start : start + _CHUNK_ROWS]}
            changed += client.put("/api/v1/channels/costs", part)["changed"]
    if json:
        print_json({"rows": len(rows), "changed": changed})
        return
    stdout.print(f"{len(rows)} costs by day and channel, {changed} of them new.")


def read_costs(file: Path) -> list[dict[str, str]]:
    """Read a file of costs; what it tells more than once of a day is added up."""
    try:
        return parse_costs(file.read_text("utf-8-sig"))
    except InvalidError as error:
        raise InvalidError(f"'{file}': {error}") from error


@app.command
def report(
    since: str,
    until: str,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Report visits, people, orders, revenue, cost and return by channel.

    Parameters
    ----------
    since
        The first day in the shop's time zone, as 2026-03-01.
    until
        The last day.

    """
    with connect(settings(data, database)) as client:
        query = {"from": since, "to": until}
        found = client.get("/api/v1/channels/report", **query)
    if json:
        print_json(found)
        return
    table = Table("channel", "visits", "people", "orders", "revenue", "cost", "ROI")
    for row in found["channels"]:
        table.add_row(
            escape(row["channel"]),
            *(str(row[name]) for name in ("visits", "people", "orders")),
            _lines(row, "revenue"),
            _lines(row, "cost"),
            "\n".join(one["roi"] or "-" for one in row["money"]),
        )
    stdout.print(table)


def _lines(row: dict[str, Any], name: str) -> str:
    return "\n".join(f"{one[name]} {one['currency']}" for one in row["money"])
