"""habitue doctor: what ails this installation, and the way out."""

from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.base.errors import HabitueError
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

if TYPE_CHECKING:
    from habitue.app.doctor.attack.attempt import Attempt

app = App(name="doctor")

MARKS = {
    "good": "[green]good[/]",
    "look": "[yellow]look[/]",
    "wrong": "[red]wrong[/]",
    "skipped": "[dim]skipped[/]",
}


FATES = {"held": "[green]held[/]", "in": "[red]came in[/]", "skipped": MARKS["skipped"]}


class UnwellError(HabitueError):
    """Something is wrong; what it is, and the way out, is said above."""


class OpenError(HabitueError):
    """An attack came in; which one, is said above. Report it: see SECURITY.md."""


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


@app.command
def attack(
    *,
    config: Annotated[Path | None, Parameter(help="habitue.toml to read.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Attack the server of this folder over loopback; exit code 1 if one comes in."""
    from habitue.app.doctor.attack.suite import attack as attempts
    from habitue.base.clock import SystemClock

    tried = list(attempts(settings(data, config=config), SystemClock()))
    came = [one for one in tried if one.fate == "in"]
    if json:
        print_json(msgspec.to_builtins(tried))
    else:
        _say_attempts(tried)
    if came:
        raise OpenError


def _say_attempts(tried: "list[Attempt]") -> None:
    """Say how many of each group were tried, and each that was not held off."""
    table = Table.grid(padding=(0, 2))
    for group, of_group in groupby(tried, key=lambda one: one.group):
        fates = Counter(one.fate for one in of_group)
        told = ", ".join(f"{many} {FATES[fate]}" for fate, many in fates.items())
        table.add_row(escape(group), told)
    stdout.print(table)
    for one in tried:
        if one.fate != "held":
            what = escape(f"{one.group}: {one.what}: {one.text}")
            stdout.print(f"{FATES[one.fate]}  {what}", soft_wrap=True)
    stdout.print(f"{len(tried)} attacks were tried.", highlight=False)
