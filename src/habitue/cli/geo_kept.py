"""habitue insights geo keep, tests, show, end: tests by region under a name."""

from typing import Annotated, Any
from urllib.parse import quote

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

KEPT = "/api/v1/insights/geo/tests"
# How tests by region name where something is done, and what it may reach.
Regions = Annotated[list[str], Parameter("--region", negative=())]
Neighbours = Annotated[list[str] | None, Parameter("--neighbour", negative=())]
By = Annotated[str, Parameter("--by")]


def keep(
    name: str,
    since: str,
    start: str,
    until: str,
    *,
    region: Regions,
    neighbour: Neighbours = None,
    by: By = "region",
    note: Annotated[str, Parameter("--note")] = "",
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Write a test by region down; it does not change any more, and can only end.

    Parameters
    ----------
    name
        What it is called: small letters, figures, - and _.
    since
        The first of the days before it, of the shop's zone, as 2026-03-01.
    start
        The first day of the action.
    until
        The last day of it, as planned.
    region
        Where it is done, again for each region.
    neighbour
        What it may reach, too: compared with nobody, and read by itself.
    by
        What a region is: region, as the catalogue has it of stores, or store.
    note
        What is done there.

    """
    told: dict[str, Any] = {"since": since, "start": start, "until": until, "by": by}
    told |= {"regions": region, "neighbours": neighbour or [], "note": note}
    with connect(settings(data, database)) as client:
        found = client.put(f"{KEPT}/{quote(name, safe='')}", told)
    if json:
        print_json(found)
        return
    stdout.print(f"Kept as {escape(name)}.", highlight=False)


def kept_tests(
    *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """List the tests by region that are kept."""
    with connect(settings(data, database)) as client:
        found = client.get(KEPT)
    if json:
        print_json(found)
        return
    table = Table("name", "regions", "start", "last day", "state")
    for one in found["tests"]:
        regions = ", ".join(one["regions"])
        days = one["start"], one["until"]
        table.add_row(escape(one["name"]), escape(regions), *days, one["state"])
    stdout.print(table)


def show(
    name: str, *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """Say what a test by region that is kept brought.

    Parameters
    ----------
    name
        What it is called.

    """
    with connect(settings(data, database)) as client:
        found = client.get(f"{KEPT}/{quote(name, safe='')}/result")
    if json:
        print_json(found)
        return
    print_reading(found)


def end(
    name: str,
    *,
    day: Annotated[str, Parameter("--day")] = "",
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """End a test by region earlier than planned.

    Parameters
    ----------
    name
        What it is called.
    day
        The last day of what was done; today without it.

    """
    with connect(settings(data, database)) as client:
        found = client.post(f"{KEPT}/{quote(name, safe='')}/end", {"day": day})
    if json:
        print_json(found)
        return
    stdout.print(f"{escape(name)} ends with {found['until']}.", highlight=False)


def print_reading(found: dict[str, Any]) -> None:
    """Print what an action brought in its regions, and in those it may have reached."""
    amount = found["in_all"]["amount"]
    bounds = f"{_amount(found['in_all_low'])} .. {_amount(found['in_all_high'])}"
    stdout.print(
        f"{_percent(found['lift'])} more than the other regions let expect:"
        f" {amount} {found['currency']} in all ({bounds}); by chance"
        f" {found['p']:.1%}, by rank among all regions {found['rank_p']:.1%}.",
        highlight=False,
        soft_wrap=True,
    )
    for one in found["neighbours"]:
        stdout.print(
            f"Neighbour {escape(one['region'])}: {_percent(one['lift'])} more,"
            f" {_amount(one['in_all'])} in all; by chance {one['p']:.1%}.",
            highlight=False,
            soft_wrap=True,
        )


def _amount(told: dict[str, Any] | None) -> str:
    return "-" if told is None else str(told["amount"])


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def add_to(app: App) -> None:
    """Add these commands to others over tests by region."""
    for command in (keep, show, end):
        app.command(command)
    app.command(kept_tests, name="tests")
