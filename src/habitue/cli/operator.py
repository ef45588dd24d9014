"""habitue operator: people with a token and a role of their own."""

from typing import Literal

from cyclopts import App
from rich.markup import escape

from habitue.app.gateway import connect
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="operator")


@app.command
def add(
    name: str,
    *,
    role: Literal["agent", "analyst", "administrator"],
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Give somebody a token of their own and print it, once.

    Parameters
    ----------
    name
        Who it is, as judgements and the log will name them: anna, or anna@shop.com.
    role
        agent reads people and judges who is who; analyst reads people, sources and
        quarantine; administrator may do everything.

    """
    with connect(settings(data, database)) as client:
        made = client.post("/api/v1/operators", {"name": name, "role": role})
    if json:
        print_json(made)
        return
    stdout.print(
        f"Operator [bold]{escape(name)}[/] is ready. The token is shown only now:"
    )
    stdout.print(made["token"], highlight=False)
