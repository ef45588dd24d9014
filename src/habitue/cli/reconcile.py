"""habitue reconcile: a source's months or documents beside ours."""

import sys
from pathlib import Path
from typing import Any, Literal

from cyclopts import App
from msgspec import structs
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.figures import Told, compare, read_figures
from habitue.app.calling.gateway import Client, connect
from habitue.app.desks.reconciling import report_view
from habitue.base.errors import NotFoundError
from habitue.catalog.reconcile import Basis
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout
from habitue.collect.files import (
    FileError,
    ImportPlan,
    Mapping,
    look,
)
from habitue.collect.files.mapping_file import load_mapping

app = App(name="reconcile")
SHOWN_MAX = 20


@app.default
def reconcile(
    file: Path,
    *,
    source: str | None = None,
    what: Literal["totals", "documents"] | None = None,
    basis: Literal["sales", "returns", "net"] = "sales",
    currency: str | None = None,
    mapping: Path | None = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Compare a source's figures with ours; exit code 1 where anything differs.

    Parameters
    ----------
    file
        CSV or Parquet: a line a month (month, revenue; count, store and currency if
        you like), or a line a document (number, date or month, amount).
    source
        Compare with what this source told; else with all that was told.
    what
        totals or documents; guessed from the headers if unsaid.
    basis
        What figures are of that don't say it themselves: sales, returns, or net.
    currency
        The currency of amounts that come without one.
    mapping
        A TOML or JSON file that says which column is which field.

    """
    if not file.is_file():
        raise NotFoundError(f"There is no file {file}.")
    with connect(settings(data, database)) as client:
        plan = _plan(file, what, mapping, client)
        told = read_figures(plan, Basis(basis), currency and currency.upper())
        report, zone = compare(client, told, source)
    view = {
        **report_view(report),
        "time_zone": zone,
        "rejected": [{"line": line, "reason": why} for line, why in told.rejected],
    }
    if json:
        print_json(view)
    else:
        _print(view, told)
    if not report.is_equal or told.rejected:
        sys.exit(1)


def _plan(
    file: Path,
    what: Literal["totals", "documents"] | None,
    mapping: Path | None,
    client: Client,
) -> ImportPlan:
    given = Mapping() if mapping is None else load_mapping(mapping)
    if given.time_zone is None:
        # A day of the file is a day of the shop.
        days_in = client.get("/api/v1/shop")["days_in"]
        given = structs.replace(given, time_zone=days_in)
    if what is not None:
        return look(file, what, given)
    try:
        return look(file, "documents", given)
    except FileError:
        return look(file, "totals", given)


def _print(view: dict[str, Any], told: Told) -> None:
    months, differences = view["months"], view["differences"]
    if differences:
        stdout.print(_table(differences))
    counts = view["documents"]["counts"]
    for word, name in (
        ("missing_here", "told and not counted here"),
        ("missing_there", "counted here and not told"),
    ):
        if counts[word]:
            numbers = [one["name"] for one in view["documents"][word][:SHOWN_MAX]]
            _say(f"{counts[word]:,} documents {name}: {', '.join(numbers)}")
    for one in view["documents"]["differing"][:SHOWN_MAX]:
        theirs, ours = one["told"], one["ours"]
        _say(
            f"{ours['name']}: told {_shown(theirs)}; here {_shown(ours)}",
        )
    for line, why in told.rejected[:SHOWN_MAX]:
        _say(f"Line {line} could not be used: {why}")
    equal = len(months) - len(differences)
    _say(f"{equal:,} of {len(months):,} figures are equal, in {view['time_zone']}.")


def _table(differences: list[dict[str, Any]]) -> Table:
    table = Table("month", "of", "store", "told", "here", "difference")
    for one in differences:
        table.add_row(
            *(one["month"], one["basis"], escape(str(one["store_id"] or "all"))),
            *(_cell(one[side], one["currency"]) for side in ("told", "ours")),
            _cell(one["difference"], one["currency"]),
        )
    return table


def _cell(side: dict[str, Any], currency: str) -> str:
    count = "" if side["count"] is None else f" ({side['count']:,})"
    return f"{side['revenue']} {currency}{count}"


def _shown(document: dict[str, Any]) -> str:
    store = f", store {document['store_id']}" if document["store_id"] else ""
    money = f"{document['amount']} {document['currency']}"
    return f"{money} in {document['month']}{store}"


def _say(sentence: str) -> None:
    stdout.print(escape(sentence), highlight=False, soft_wrap=True)
