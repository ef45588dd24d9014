"""habitue insights kpis, people, segment: key figures, and whom each number counts."""

from typing import Annotated, Any

import msgspec
from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

BASE = "/api/v1/insights/kpis"
COHORT_MONTHS = 12


def kpis(
    since: str,
    until: str,
    *,
    segment: Annotated[str | None, Parameter("--segment")] = None,
    currency: Annotated[str | None, Parameter("--currency")] = None,
    loyal: Annotated[int, Parameter("--loyal")] = 3,
    steps: Annotated[str, Parameter("--steps")] = "",
    steps_by: Annotated[str, Parameter("--steps-by")] = "",
    same: Annotated[str, Parameter("--same")] = "",
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say key figures: buyers, cohorts, value, conversion, what it costs.

    Parameters
    ----------
    since
        The first day of the shop's zone, as 2026-03-01.
    until
        The last day.
    segment
        Of the people of this segment alone.
    currency
        Of tenths, cohorts and costs; without it, the one in which most was bought.
    loyal
        Who bought so often is called loyal.
    steps
        Names of events with commas between; $purchase is a purchase.
    steps_by
        The property of the first step that ways are told apart by; $way is the channel
        that led there by the rules (email, paid_search, ..); without it, the channel
        of contact (web, app, store, ..).
    same
        A property that is the same in all steps, as campaign_id.

    """
    told = {"from": since, "to": until, "segment": segment, "currency": currency}
    told |= {"steps": steps, "steps_by": steps_by, "same": same}
    with connect(settings(data, database)) as client:
        found = client.get(BASE, **told, loyal=loyal)
    if json:
        print_json(found)
        return
    _whole(found)
    _months(found)
    _came_back(found)
    _steps(found["steps"])
    _costs(found)


def _whole(found: dict[str, Any]) -> None:
    whole = found["all"]
    stdout.print(
        f"{whole['buyers']:,} buyers: {whole['new']:,} new, {whole['returning']:,}"
        f" returning; {whole['repeat']:,} bought twice or more, {whole['loyal']:,}"
        f" {found['loyal_from']} times or more. {whole['purchases']:,} purchases,"
        f" {whole['unknown']:,} by whom nobody knows.",
        highlight=False,
        soft_wrap=True,
    )
    for one in whole["money"]:
        stdout.print(
            f"{one['amount']} {one['currency']}, {one['net']} after what came back;"
            f" {one['average'] or '-'} a purchase; {one['unknown_amount']} by whom"
            " nobody knows.",
            highlight=False,
            soft_wrap=True,
        )


def _months(found: dict[str, Any]) -> None:
    table = Table("month", "buyers", "new", "returning", "purchases", "unknown")
    for one in found["months"]:
        counts = ("buyers", "new", "returning", "purchases", "unknown")
        table.add_row(one["month"], *(f"{one[name]:,}" for name in counts))
    stdout.print(table)


def _came_back(found: dict[str, Any]) -> None:
    table = Table("first bought", *(f"+{after}" for after in range(COHORT_MONTHS)))
    for one in found["cohorts"]:
        told = one["months"][:COHORT_MONTHS]
        table.add_row(one["month"], *(f"{cell['people']:,}" for cell in told))
    stdout.print(table)


def _steps(told: dict[str, Any]) -> None:
    table = Table(told["by"], *told["names"])
    for part, way in [("all", told["all"])] + [
        (one["part"] or "-", one["steps"]) for one in told["parts"]
    ]:
        table.add_row(escape(part), *(_taken(one, told["same"]) for one in way))
    stdout.print(table)


def _taken(one: dict[str, Any], same: str | None) -> str:
    ways = f" on {one['ways']:,} ways" if same else ""
    return f"{one['people']:,}{ways} ({one['of_first'] or 0:.2%})"


def _costs(found: dict[str, Any]) -> None:
    if found["costs_because"]:
        stdout.print(found["costs_because"], highlight=False, soft_wrap=True)
        return
    table = Table("channel", "cost", "reached", "each", "purchases", "each")
    for one in found["costs"]:
        table.add_row(
            escape(one["channel"]) or "-",
            one["cost"] or "-",
            f"{one['reached']:,}",
            _each(one["cost_per_reached"]),
            f"{one['purchases']:,}",
            _each(one["cost_per_purchase"]),
        )
    stdout.print(table)


def _each(told: dict[str, Any] | None) -> str:
    return "-" if told is None else str(told["amount"])


def people(
    cell: str,
    *,
    after: Annotated[int, Parameter("--after")] = 0,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say who stands behind a number of a report.

    Parameters
    ----------
    cell
        The number's cell, as a report tells it with --json.
    after
        The person id to go on behind.

    """
    with connect(settings(data, database)) as client:
        about = client.get(f"{BASE}/cell", cell=cell, sample=0)
        found = client.get(f"{BASE}/people", cell=cell, after=after)
    if json:
        print_json({**about, **found})
        return
    words = about["words"] or "by no condition: a segment of them is a fixed list"
    stdout.print(f"{about['count']:,} people: {escape(words)}", highlight=False)
    for one in found["people"]:
        stdout.print(str(one["person_id"]), highlight=False)


def segment(
    segment_id: str,
    cell: str,
    *,
    name: Annotated[str, Parameter("--name")] = "",
    data: Data = None,
    database: Database = None,
) -> None:
    """Make a segment of the people behind a number of a report.

    Parameters
    ----------
    segment_id
        The id it is to have.
    cell
        The number's cell, as a report tells it with --json.
    name
        What it is called.

    """
    told = {"id": segment_id, "name": name, "cell": msgspec.json.decode(cell)}
    with connect(settings(data, database)) as client:
        made = client.post(f"{BASE}/segments", told)
    stdout.print(f"{made['id']}: {escape(made['words'])}", highlight=False)


def add_to(app: App) -> None:
    """Add these commands to others over insights."""
    for command in (kpis, people, segment):
        app.command(command)
