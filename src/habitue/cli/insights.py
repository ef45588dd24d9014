"""habitue insights: how people come to buy, and what brought it about."""

from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.cli import experiments, geo, insights_cause, kpis, today
from habitue.cli.insights_intent import handovers, intent
from habitue.cli.insights_rows import rows
from habitue.cli.options import (
    Data,
    Database,
    Json,
    print_json,
    settings,
    stdout,
)
from habitue.measure.wanted import AFTER_DAYS, PATHS

app = App(name="insights")
app.command(intent)
app.command(handovers)
app.command(rows)
app.command(today.today)
kpis.add_to(app)
insights_cause.add_to(app)
experiments.add_to(app)
app.command(geo.app)

BASE = "/api/v1/insights"
Currency = Annotated[str | None, Parameter("--currency")]
WindowDays = Annotated[int | None, Parameter("--window-days")]
_ONE = "Researched online, bought in a store"
_OTHER = "Tried in a store, bought online"


@app.command
def journeys(
    since: str,
    until: str,
    *,
    currency: Currency = None,
    window_days: WindowDays = None,
    paths: Annotated[int, Parameter("--paths")] = PATHS,
    after_days: Annotated[int, Parameter("--after-days")] = AFTER_DAYS,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say how people came to buy, by which paths most did, and what came after.

    Parameters
    ----------
    since
        The first day of the shop's zone, as 2026-03-01.
    until
        The last day.
    currency
        Of which purchases; without it, the one in which most was bought.
    window_days
        Days before a purchase that count; the setting journeys.window_days without it.
    paths
        So many paths, those most went; 100 at most.
    after_days
        Days in which the next purchase is waited for.

    """
    told = {"from": since, "to": until, "currency": currency, "paths": paths}
    told |= {"window_days": window_days, "after_days": after_days}
    with connect(settings(data, database)) as client:
        found = client.get(f"{BASE}/journeys", **told)
    if json:
        print_json(found)
        return
    for one in found["places"]:
        stdout.print(
            f"{one['place']}: {one['purchases']:,} purchases, {one['with_touches']:,}"
            f" with touchpoints before; {_percent(one['alone_share'])} of these walked"
            " alone",
            highlight=False,
            soft_wrap=True,
        )
    table = Table("path", "purchases", "amount")
    for one in found["paths"]:
        path = " > ".join(one["channels"]) or "-"
        table.add_row(escape(path), f"{one['purchases']:,}", one["amount"])
    stdout.print(table)
    _print_after(found)


def _print_after(found: dict[str, Any]) -> None:
    for one in found["after"]:
        then = "".join(
            f" {told['purchases']:,} {told['place']} ({_percent(told['share'])}, after"
            f" {told['median_days']:g} days),"
            for told in one["next"]
        )
        stdout.print(
            f"{one['place']}, next within {found['after_days']} days:{then}"
            f" {one['none']:,} none, {one['open']:,} still open",
            highlight=False,
            soft_wrap=True,
        )
    for one in found["first_contact"]:
        days = one["median_days"]
        stdout.print(
            f"First came by {escape(one['channel'] or '(nothing known)')}:"
            f" {one['people']:,} new buyers"
            + ("" if days is None else f", {days:g} days before"),
            highlight=False,
            soft_wrap=True,
        )


@app.command
def ropo(
    since: str,
    until: str,
    *,
    days: Annotated[int | None, Parameter("--days")] = None,
    by: Annotated[str | None, Parameter("--by")] = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say what was researched online and bought in stores, and the other way.

    Parameters
    ----------
    since
        The first day of the shop's zone, as 2026-03-01.
    until
        The last day.
    days
        Days before a purchase that count; the setting journeys.window_days without it.
    by
        What has to be the same: product,category,brand,visit. All without it.

    """
    told = {"from": since, "to": until, "window_days": days, "by": by}
    with connect(settings(data, database)) as client:
        found = client.get(f"{BASE}/ropo", **told)
    if json:
        print_json(found)
        return
    for name, words in (("ropo", _ONE), ("showrooming", _OTHER)):
        one = found[name]["purchases"]
        stdout.print(
            f"{words}: {one['yes']:,} purchases, {one['no']:,} not, {one['unknown']:,}"
            f" unknown; {_percent(one['low'])} to {_percent(one['high'])} of all,"
            f" {_percent(one['share_known'])} of those known",
            highlight=False,
            soft_wrap=True,
        )
    for one in found["showrooming"]["tried_by_store"]:
        stdout.print(
            f"Tried in {escape(one['store'] or '(no store told)')}, bought online:"
            f" {one['purchases']:,}, {_percent(one['share'])} of all online",
            highlight=False,
        )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
