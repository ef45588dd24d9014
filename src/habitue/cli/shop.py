"""habitue shop: in which time zone its days are, in which currency it reports."""

from typing import Any

from cyclopts import App
from rich.markup import escape

from habitue.app.calling.gateway import connect
from habitue.base.errors import InvalidError
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="shop")


@app.command
def show(*, data: Data = None, database: Database = None, json: Json = False) -> None:
    """Show what the log defines; the settings are what a new log begins with."""
    with connect(settings(data, database)) as client:
        _say(client.get("/api/v1/shop"), json=json)


@app.command(name="set")
def set_(
    *,
    time_zone: str | None = None,
    currency: str | None = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Change it; what is left out stays as it is.

    Parameters
    ----------
    time_zone
        Where the shop's day begins and ends, as Europe/Warsaw. State is computed again
        at the next start, all of history in that zone.
    currency
        The currency of reports, as EUR.

    """
    told = {"time_zone": time_zone, "currency": currency}
    wanted = {name: value for name, value in told.items() if value is not None}
    if not wanted:
        raise InvalidError("Say what to change: --time-zone, --currency, or both.")
    with connect(settings(data, database)) as client:
        _say(client.patch("/api/v1/shop", wanted), json=json)


def _say(told: dict[str, Any], *, json: bool) -> None:
    if json:
        print_json(told)
        return
    lines = [
        f"Time zone {told['time_zone']}, currency {told['currency']} (version"
        f" {told['version']})."
    ]
    if told["days_in"] != told["time_zone"]:
        lines.append(f"Until the next start days are those of {told['days_in']}.")
    if "effect" in told:
        lines.append(told["effect"])
    for line in lines:
        stdout.print(escape(line), highlight=False, soft_wrap=True)
