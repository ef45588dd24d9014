"""habitue config: what is set, and by whom."""

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.shop_held import shop_held
from habitue.app.projection.reckoned import as_shown
from habitue.cli.options import Data, Json, loaded, print_json, stdout

app = App(name="config")


@app.command
def show(*, origin: bool = False, data: Data = None, json: Json = False) -> None:
    """Show every setting; secrets are never printed.

    Parameters
    ----------
    origin
        Say where each value comes from.

    """
    told = loaded(data)
    rows = as_shown(told, shop_held(told.settings))
    if json:
        print_json([row if origin else row[:2] for row in rows])
        return
    table = Table("setting", "value")
    if origin:
        table.add_column("from")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in (row if origin else row[:2])))
    stdout.print(table)
