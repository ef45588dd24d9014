"""habitue insights: how people come to buy, and what brought it about."""

from typing import Annotated

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.cli import experiments, geo, kpis, today
from habitue.cli.experiments import bounds, plain
from habitue.cli.insights_intent import handovers, intent
from habitue.cli.options import (
    Data,
    Database,
    Json,
    print_json,
    settings,
    stderr,
    stdout,
)

app = App(name="insights")
app.command(intent)
app.command(handovers)
app.command(today.today)
kpis.add_to(app)
experiments.add_to(app)
app.command(geo.app)

BASE = "/api/v1/insights"
Currency = Annotated[str | None, Parameter("--currency")]
_ONE = "Researched online, bought in a store"
_OTHER = "Tried in a store, bought online"


@app.command
def journeys(
    since: str,
    until: str,
    *,
    currency: Currency = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say how people came to buy, and by which paths most did.

    Parameters
    ----------
    since
        The first day of the shop's zone, as 2026-03-01.
    until
        The last day.
    currency
        Of which purchases; without it, the one in which most was bought.

    """
    told = {"from": since, "to": until, "currency": currency}
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


@app.command
def attribution(
    since: str,
    until: str,
    *,
    order: Annotated[int, Parameter("--order")] = 1,
    place: Annotated[str | None, Parameter("--place")] = None,
    currency: Currency = None,
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

    """
    told = {"from": since, "to": until, "order": order, "place": place}
    with connect(settings(data, database)) as client:
        found = client.get(f"{BASE}/attribution", **told, currency=currency)
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
    experiments.print_controls(found)


@app.command
def influence(
    since: str,
    until: str,
    *,
    days: Annotated[int, Parameter("--days")] = 10,
    experiment: Annotated[str | None, Parameter("--experiment")] = None,
    control: Annotated[str, Parameter("--control")] = "control",
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

    """
    told = {"from": since, "to": until, "days": days}
    if experiment:
        told |= {"experiment": experiment, "control": control}
    with connect(settings(data, database)) as client:
        found = client.get(f"{BASE}/influence", **told)
    if json:
        print_json(found)
        return
    seen, alike, cause = found["observed"], found["adjusted"], found["causal"]
    table = Table("tier", "for one unit online", "bounds", "")
    table.add_row("observed", seen["ratio"] or "-", "-", "arithmetic, not effect")
    told_alike = alike.get("because") or "association among alike people"
    table.add_row("adjusted", plain(alike["ratio"]), bounds(alike), told_alike)
    ratio = cause["ratio"] or {}
    told_cause = cause["because"] or "by an experiment"
    table.add_row("causal", plain(ratio.get("estimate")), bounds(ratio), told_cause)
    stdout.print(table)
    stderr.print(found["warning"])


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
