"""habitue privacy scrub: leave no erased byte in the tables of a database."""

from typing import Any

from cyclopts import App
from rich.markup import escape

from habitue.app.calling.gateway import connect
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="scrub")


@app.default
def scrub(
    *,
    look: bool = False,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Rewrite the tables of PostgreSQL, so that they hold nothing that was erased.

    Each table is locked while it is rewritten; items wait that long.

    Parameters
    ----------
    look
        Only say what is not rewritten yet.

    """
    with connect(settings(data, database)) as client:
        path = "/api/v1/privacy/scrub"
        told = client.get(path) if look else client.post(path, {})
    if json:
        print_json(told)
        return
    for line in _lines(told):
        stdout.print(line, highlight=False)


def _lines(told: dict[str, Any]) -> list[str]:
    if not told["needed"]:
        return ["Nothing is to be rewritten: files are overwritten as it is erased."]
    last, waiting, expired = told["last"], len(told["waiting"]), told["expired"]
    lines = [f"Not rewritten since: {waiting} erasures"]
    if expired:
        lines.append(f"Nor since classes of retention expired: {', '.join(expired)}")
    if last is not None:
        lines.append(
            f"Last: {last['began_at']} by {escape(last['by'])}, {last['tables']} tables"
            f" of {last['bytes'] / 1_000_000:.1f} MB, one locked for"
            f" {last['locked_s']} s at most"
        )
        lines += [f"Left: {escape(one)}" for one in last["left"]]
    return lines
