"""habitue digest: the week in figures, as files."""

from typing import Annotated
from urllib.parse import quote

from cyclopts import App, Parameter

from habitue.app.calling.gateway import AnswerError, connect, detail_of
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="digest")
PATH = "/api/v1/digests"


@app.default
def make(*, data: Data = None, database: Database = None, json: Json = False) -> None:
    """Make the digest of the seven days before today, now, and say where it lies."""
    told = settings(data, database)
    with connect(told) as client:
        made = client.post(PATH, {})
    if json:
        print_json(made)
        return
    folder = told.data.folder / "digests" / made["id"]
    for form in made["forms"]:
        stdout.print(f"{folder}/digest.{form}", highlight=False, soft_wrap=True)


@app.command(name="list")
def list_digests(
    *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """List the digests there are, the newest first."""
    with connect(settings(data, database)) as client:
        found = client.get(PATH)
    if json:
        print_json(found)
        return
    for one in found["digests"]:
        stdout.print(f"{one['id']}  {one['made_at']}", highlight=False)


@app.command
def show(
    name: str,
    *,
    form: Annotated[str, Parameter("--form")] = "txt",
    data: Data = None,
    database: Database = None,
) -> None:
    """Print a digest.

    Parameters
    ----------
    name
        Its id, as 'list' tells it.
    form
        txt, csv or html.

    """
    with connect(settings(data, database)) as client:
        answer = client.raw("GET", f"{PATH}/{quote(name)}/{quote(form)}")
    if answer.status != 200:
        raise AnswerError(answer.status, detail_of(answer))
    stdout.print(answer.body.decode(), highlight=False, markup=False, soft_wrap=True)
