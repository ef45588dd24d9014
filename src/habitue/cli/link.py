"""habitue link: a fresh way onto the page."""

from pathlib import Path

from cyclopts import App

from habitue.app.calling.gateway import connect
from habitue.app.serving.owner import find_owner
from habitue.base.errors import HabitueError
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="link")


class NoServerError(HabitueError):
    """No server runs here; 'habitue serve' starts one, and prints a link itself."""


@app.default
def link(*, data: Data = None, database: Database = None, json: Json = False) -> None:
    """Print a link to the page of the server that runs; it works once, and soon."""
    told = settings(data, database)
    if find_owner(Path(told.data.folder)) is None:
        raise NoServerError
    with connect(told) as client:
        made = client.post("/api/v1/sessions/start-link", {})
    if json:
        print_json(made)
    else:
        stdout.print(made["link"], highlight=False, soft_wrap=True)
