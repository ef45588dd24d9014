"""habitue insights geo: tests by region, planned and read."""

from typing import Annotated, Any
from urllib.parse import urlencode

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.cli.geo_kept import By, Neighbours, Regions, add_to, print_reading
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="geo", help="Tests by region: where, how long, and what it brought.")
BASE = "/api/v1/insights/geo"


@app.command
def design(
    since: str,
    until: str,
    *,
    count: Annotated[int, Parameter("--count")] = 1,
    lift: Annotated[float, Parameter("--lift")] = 0.05,
    days: Annotated[list[int] | None, Parameter("--days", negative=())] = None,
    power: Annotated[float, Parameter("--power")] = 0.8,
    seed: Annotated[str, Parameter("--seed")] = "",
    by: By = "region",
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say in which regions, and how long, an action is best tested.

    Parameters
    ----------
    since
        The first of the days that are over, of the shop's zone, as 2026-03-01.
    until
        The last of them; nothing like the action was done in these days.
    count
        In how many regions.
    lift
        The lift that is to be seen, as 0.05.
    days
        How long it may last, again for each length; 14, 21 and 28 without it.
    power
        How often a lift that is there is to be seen.
    seed
        Decides between sets of regions that serve equally well.
    by
        What a region is: region, as the catalogue has it of stores, or store.

    """
    told: list[tuple[str, Any]] = [("from", since), ("to", until), ("count", count)]
    told += [("lift", lift), ("power", power), ("seed", seed), ("by", by)]
    told += [("days", one) for one in days or ()]
    with connect(settings(data, database)) as client:
        found = client.get(f"{BASE}/design?{urlencode(told)}")
    if json:
        print_json(found)
        return
    table = Table("regions", "days", "power", "smallest lift seen", "share of sales")
    for one in found["options"]:
        least = one["smallest_lift"]
        table.add_row(
            escape(", ".join(one["regions"])),
            str(one["days"]),
            f"{one['power']:.0%}",
            "-" if least is None else f"{least:.1%}",
            f"{one['share_of_sales'] or 0:.1%}",
        )
    stdout.print(table)
    taken = found["chosen"]
    if taken is None:
        stdout.print("None has the power that is asked for: longer, or more regions.")
        return
    stdout.print(
        f"By the seed: {escape(', '.join(taken['regions']))}, {taken['days']} days.",
        highlight=False,
        soft_wrap=True,
    )


@app.command
def read(
    since: str,
    start: str,
    until: str,
    *,
    region: Regions,
    neighbour: Neighbours = None,
    by: By = "region",
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say what an action brought in its regions.

    Parameters
    ----------
    since
        The first of the days before it, of the shop's zone, as 2026-03-01.
    start
        The first day of the action.
    until
        The last day of it.
    region
        Where it was done, again for each region.
    neighbour
        What it may have reached, too: compared with nobody, and read by itself.
    by
        What a region is: region, as the catalogue has it of stores, or store.

    """
    told = [("from", since), ("to", until), ("start", start), ("by", by)]
    told += [("region", one) for one in region]
    told += [("neighbour", one) for one in neighbour or ()]
    with connect(settings(data, database)) as client:
        found = client.get(f"{BASE}/read?{urlencode(told)}")
    if json:
        print_json(found)
        return
    print_reading(found)


add_to(app)
