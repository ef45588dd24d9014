"""habitue doctor: what ails this installation, and the way out."""

from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.base.errors import HabitueError
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="doctor")

MARKS = {
    "good": "[green]good[/]",
    "look": "[yellow]look[/]",
    "wrong": "[red]wrong[/]",
    "skipped": "[dim]skipped[/]",
}


class UnwellError(HabitueError):
    """Something is wrong; what it is, and the way out, is said above."""


@app.default
def doctor(
    *,
    backups: Annotated[
        Path | None, Parameter(help="The folder where backups lie.")
    ] = None,
    config: Annotated[Path | None, Parameter(help="habitue.toml to read.")] = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Look at disk, clock, proxy, keys, backups, files; exit code 1 if one is wrong."""
    from habitue.app.doctor.look_over import look_over
    from habitue.base.clock import SystemClock

    found = settings(data, database, config)
    findings = list(look_over(found, SystemClock(), backups))
    if json:
        print_json(msgspec.to_builtins(findings))
    else:
        table = Table.grid(padding=(0, 2))
        for one in findings:
            table.add_row(MARKS[one.grade], escape(one.what), escape(one.text))
        stdout.print(table)
    if any(one.grade == "wrong" for one in findings):
        raise UnwellError


@app.command
def egress(
    *,
    config: Annotated[Path | None, Parameter(help="habitue.toml to read.")] = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """List every address that is connected to by itself; none by default."""
    from habitue.app.operation.egress import outgoing

    addresses = outgoing(settings(data, database, config))
    if json:
        print_json(msgspec.to_builtins(addresses))
        return
    for one in addresses:
        told = f"{one.host}:{one.port}  {one.setting}  {one.purpose}"
        stdout.print(told, highlight=False, markup=False)
    if not addresses:
        stdout.print("Nothing is sent anywhere.")
