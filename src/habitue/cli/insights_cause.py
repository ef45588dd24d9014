"""habitue insights attribution, influence: who gets the credit, and what is cause."""

from collections.abc import Sequence
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.cli.experiments import bounds, plain, print_controls
from habitue.cli.options import (
    Data,
    Database,
    Json,
    print_json,
    settings,
    stderr,
    stdout,
)

BASE = "/api/v1/insights"
Currency = Annotated[str | None, Parameter("--currency")]
Region = Annotated[list[str] | None, Parameter("--region", negative=())]
Neighbour = Annotated[list[str] | None, Parameter("--neighbour", negative=())]
Start = Annotated[str | None, Parameter("--start")]
_BY = {"experiment": "by an experiment", "regions": "by a test of regions"}
_KNOWN = {
    "money_before": "money spent in stores before",
    "receipts_before": "receipts before",
    "orders_before": "orders before",
}
Days = Annotated[int | None, Parameter("--window-days")]


def attribution(
    since: str,
    until: str,
    *,
    order: Annotated[int, Parameter("--order")] = 1,
    place: Annotated[str | None, Parameter("--place")] = None,
    currency: Currency = None,
    half_life: Annotated[int, Parameter("--half-life")] = 7,
    window_days: Days = None,
    region: Region = None,
    neighbour: Neighbour = None,
    start: Start = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Hand out what was bought to channels, by seven models.

    Parameters
    ----------
    since
        The first day of the shop's zone, as 2026-03-01.
    until
        The last day.
    order
        How many channels make a state of the Markov chain, 1 to 4.
    place
        Purchases made online or store; both without it.
    currency
        Of which purchases; without it, the one in which most was bought.
    half_life
        Days that halve a touchpoint's part in time decay.
    window_days
        Days before a purchase that count; the setting journeys.window_days without it.
    region
        Where something was done to lead people: a test by region, again for each.
    neighbour
        What that may have reached, too, again for each.
    start
        Its first day; its last is the last asked for.

    """
    told = {"from": since, "to": until, "order": order, "place": place}
    told |= {"currency": currency, "half_life_days": half_life}
    told |= {"window_days": window_days, "start": start}
    with connect(settings(data, database)) as client:
        found = client.get(
            f"{BASE}/attribution", **told, region=region, neighbour=neighbour
        )
    if json:
        print_json(found)
        return
    models = list(found["channels"][0]["models"]) if found["channels"] else []
    table = Table("channel", "cost", *models)
    for one in found["channels"]:
        credit = (told["revenue"] for told in one["models"].values())
        table.add_row(escape(one["channel"]), one["cost"], *credit)
    stdout.print(table)
    stdout.print(f"Each model hands out {found['revenue']} {found['currency']}.")
    stderr.print("Credit is not cause: a control group says what a channel brought.")
    print_controls(found)
    if found["region_test"]:
        _print_tested(found["region_test"], found["currency"])


def influence(
    since: str,
    until: str,
    *,
    days: Annotated[int, Parameter("--days")] = 10,
    experiment: Annotated[str | None, Parameter("--experiment")] = None,
    control: Annotated[str, Parameter("--control")] = "control",
    shares: Annotated[str, Parameter("--shares")] = "",
    region: Region = None,
    neighbour: Neighbour = None,
    start: Start = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say what followed in stores for a unit spent online, in three tiers.

    Parameters
    ----------
    since
        The first day of the shop's zone, as 2026-03-01.
    until
        The last day.
    days
        Within so many days after the order.
    experiment
        The experiment that led some people online and not others, by chance.
    control
        Its variation that was not led.
    shares
        How large its arms were planned, as control:0.1,led:0.9.
    region
        Where something was done to lead people: a test by region, again for each.
    neighbour
        What that may have reached, too, again for each.
    start
        Its first day; its last is the last asked for.

    """
    told = {"from": since, "to": until, "days": days, "shares": shares}
    if experiment:
        told |= {"experiment": experiment, "control": control}
    told |= {"start": start}
    with connect(settings(data, database)) as client:
        found = client.get(
            f"{BASE}/influence", **told, region=region, neighbour=neighbour
        )
    if json:
        print_json(found)
        return
    seen, alike, cause = found["observed"], found["adjusted"], found["causal"]
    table = Table("tier", "for one unit online", "bounds", "")
    told_seen = seen["because"] or "arithmetic, not effect"
    table.add_row("observed", seen["ratio"] or "-", "-", told_seen)
    told_alike = alike.get("because") or "association among alike people"
    table.add_row("adjusted", plain(alike["ratio"]), bounds(alike), told_alike)
    ratio = cause["ratio"] or {}
    told_cause = cause["because"] or _BY[cause["way"]]
    table.add_row("causal", plain(ratio.get("estimate")), bounds(ratio), told_cause)
    stdout.print(table)
    _print_balance(alike.get("balance", ()))
    stderr.print(found["warning"])


def _print_balance(told: Sequence[dict[str, Any]]) -> None:
    """Print how far apart the people compared are, in deviations of each."""
    if not told:
        return
    table = Table("how alike", "all", "those compared", "")
    for one in told:
        alike = "alike" if one["balanced"] else "not alike"
        figures = (plain(one["before"]), plain(one["after"]))
        table.add_row(_KNOWN[one["known"]], *figures, alike)
    stdout.print(table)


def _print_tested(told: dict[str, Any], currency: str) -> None:
    low, high = (
        "-" if told[name] is None else told[name]["amount"]
        for name in ("in_all_low", "in_all_high")
    )
    stdout.print(
        f"Where it was done ({escape(', '.join(told['regions']))}):"
        f" {told['in_all']['amount']} {currency} beyond what other regions let expect"
        f" ({low} .. {high}); by chance {told['p']:.1%}.",
        highlight=False,
        soft_wrap=True,
    )


def add_to(app: App) -> None:
    """Add these commands to others over insights."""
    for command in (attribution, influence):
        app.command(command)
