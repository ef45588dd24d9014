"""habitue insights today: visitors, receipts, and what was sold."""

from typing import Annotated, Any

from cyclopts import Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

PATH = "/api/v1/insights/today"


def today(
    day: str = "",
    *,
    sold: Annotated[bool, Parameter("--sold", negative="")] = False,
    receipts: Annotated[bool, Parameter("--receipts", negative="")] = False,
    known: Annotated[bool, Parameter("--known", negative="")] = False,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say how many visitors and receipts of stores a day has, and the usual.

    Parameters
    ----------
    day
        A day of the shop's zone, as 2026-03-01; without it, today.
    sold
        List what was sold in place of how many.
    receipts
        List receipts of stores alone.
    known
        List purchases of people we know alone.

    """
    told: dict[str, Any] = {"day": day}
    if sold or receipts or known:
        told["sort"] = "receipts" if receipts else "known" if known else "all"
    with connect(settings(data, database)) as client:
        found = client.get(f"{PATH}/sold" if "sort" in told else PATH, **told)
    if json:
        print_json(found)
    elif "sold" in found:
        _rows(found)
    else:
        _figures(found)


def _figures(found: dict[str, Any]) -> None:
    for name in ("visitors", "receipts"):
        one = found[name]
        count = "not known" if one["count"] is None else f"{one['count']:,}"
        usual = "not known" if one["usual"] is None else f"{one['usual']:,}"
        stdout.print(
            f"{name}: {count}; the usual of this weekday: {usual}", highlight=False
        )


def _rows(found: dict[str, Any]) -> None:
    table = Table("at", "what", "store", "amount", "person")
    for one in found["sold"]:
        table.add_row(
            one["at"],
            escape(f"{one['kind']} {one['object'].partition('/')[2]}"),
            escape(one["store"] or one["channel"]),
            f"{one['amount']} {one['currency']}",
            "-" if one["person_id"] is None else str(one["person_id"]),
        )
    stdout.print(table)
