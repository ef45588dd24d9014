"""habitue catalog: goods, their prices and stock, and stores."""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect, segment
from habitue.cli.importing import Wanted, run_import
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="catalog")
PATH = "/api/v1/catalog"
Source = Annotated[
    str | None,
    Parameter("--source", help="Whose catalogue; else of those that tell the first."),
]
At = Annotated[
    str | None, Parameter("--at", help="As of this moment, as 2026-03-01T00:00:00Z.")
]


@app.command(name="import")
def import_feed(
    file: Path,
    *,
    source: str = "erp",
    what: Literal["products", "prices", "stock", "stores"] | None = None,
    mapping: Path | None = None,
    history: Annotated[bool, Parameter("--history", negative="")] = False,
    rejects: Path | None = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Feed a file of goods: what is new is stored, the rest changes nothing.

    Parameters
    ----------
    file
        CSV, .xlsx or Parquet, or .gz of these. What says no time of its own holds since
        the file was written.
    source
        The source whose goods these are; made if there is none of that name.
    what
        What the lines tell; guessed from the headers if unsaid.
    mapping
        A TOML or JSON file that says which column is which field.
    history
        Tell of falling prices and goods that are back to nobody.
    rejects
        Where lines that were not taken go; FILE.rejects.csv if unsaid.

    """
    wanted = Wanted(
        source=source,
        what=what,
        mapping=mapping,
        live=not history,
        rejects=rejects,
        json=json,
        goods_only=True,
    )
    run_import(file, settings(data, database), wanted)


@app.command(name="list")
def list_products(
    *,
    limit: int = 50,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """List products with what they cost now."""
    with connect(settings(data, database)) as client:
        page = client.get(f"{PATH}/products", limit=limit)
    if json:
        print_json(page)
        return
    table = Table("source", "product", "name", "price", "stock")
    for one in page["products"]:
        table.add_row(
            *(escape(one["source"]), escape(one["product_id"])),
            escape(str(one["name"] or "")),
            ", ".join(map(_price, one["prices"])),
            ", ".join(map(_stock, one["stock"])),
        )
    stdout.print(table)


@app.command
def show(
    product_id: str,
    *,
    source: Source = None,
    at: At = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Show a product: its fields, its prices with the lowest of 30 days, its stock."""
    with connect(settings(data, database)) as client:
        path = f"{PATH}/products/{segment(product_id)}"
        found = client.get(path, source=source, at=at)
    if json:
        print_json(found)
        return
    stdout.print(f"[bold]{escape(product_id)}[/] of {escape(found['source'])}")
    for name, value in found["fields"].items():
        stdout.print(f"  {escape(name)}: {escape(str(value))}", highlight=False)
    for price in found["prices"]:
        line = f"{_price(price)} since {price['since']}"
        if price["fell"]:
            fell = price["fell"]
            line += (
                f", before {fell['price_before']}; lowest of the 30 days before"
                f" {fell['lowest_30_days_before']}"
            )
        stdout.print(f"  {escape(line)}", highlight=False)
    for stock in found["stock"]:
        stdout.print(f"  {_stock(stock)} since {stock['since']}", highlight=False)


@app.command
def prices(
    product_id: str,
    *,
    source: Source = None,
    store: str | None = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Show every change of a product's prices that is kept, the newest first.

    Parameters
    ----------
    product_id
        The product, as its source calls it.
    store
        Prices of this store alone.

    """
    with connect(settings(data, database)) as client:
        path = f"{PATH}/products/{segment(product_id)}/prices"
        found = client.get(path, source=source, store=store)
    if json:
        print_json(found)
        return
    table = Table("since", "price", "store")
    for one in found["prices"]:
        money = f"{one['price']} {one['currency']}"
        table.add_row(one["since"], money, escape(one["store_id"] or "all"))
    stdout.print(table)


@app.command
def stores(
    *,
    limit: int = 200,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """List stores with their regions and time zones."""
    with connect(settings(data, database)) as client:
        page = client.get(f"{PATH}/stores", limit=limit)
    if json:
        print_json(page)
        return
    table = Table("source", "store", "name", "region", "country", "time zone")
    for one in page["stores"]:
        told = (one["source"], one["store_id"], one["name"], one["region"])
        table.add_row(*map(escape, (*told, one["country"], one["time_zone"])))
    stdout.print(table)


def _price(one: dict[str, Any]) -> str:
    at = f" in {one['store_id']}" if one["store_id"] else ""
    return escape(f"{one['price']} {one['currency']}{at}")


def _stock(one: dict[str, Any]) -> str:
    at = f" in {one['store_id']}" if one["store_id"] else ""
    counted = one["quantity"] is not None
    return escape(f"{one['quantity'] if counted else 'some'} there{at}")
