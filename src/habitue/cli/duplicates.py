"""habitue duplicates: who is likely one person, and what somebody says to it."""

from typing import Annotated, Any, Literal
from urllib.parse import quote

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.base.errors import HabitueError
from habitue.cli.options import (
    Data,
    Database,
    Json,
    print_json,
    settings,
    stderr,
    stdout,
)

app = App(name="duplicates")

BASE = "/api/v1/duplicates"
# A look over many people takes minutes; it is asked after as often as this.
WAIT_S = 30
_AGREE = {
    "same": "same",
    "swapped": "swapped",
    "close": "nearly the same",
    "alike": "alike",
    "differ": "[red]differs[/]",
}
Verdict = Literal["same", "not_same", "later"]


class LookError(HabitueError):
    """Duplicates could not be looked for."""


@app.command(name="list")
def list_(
    *,
    limit: Annotated[int, Parameter("--limit")] = 20,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """List the likeliest pairs that nobody judged yet.

    Parameters
    ----------
    limit
        How many at most, 1 to 100.

    """
    with connect(settings(data, database)) as client:
        found = client.get(BASE, limit=limit)
    if json:
        print_json(found)
        return
    for one in found["duplicates"]:
        _print(one)
    if not found["duplicates"]:
        stdout.print("Nobody waits to be judged.")
    if found["more"]:
        stderr.print("There are more; judge these, or list more with --limit.")
    _print_look(found["look"])


@app.command
def find(*, data: Data = None, database: Database = None, json: Json = False) -> None:
    """Look for duplicates anew, and wait for it."""
    with connect(settings(data, database)) as client:
        told = client.post(f"{BASE}/find?wait_s={WAIT_S}", {})
        while told["running"]:
            told = client.get(f"{BASE}/look", wait_s=WAIT_S)
    if told["fault"]:
        raise LookError(told["fault"])
    if json:
        print_json(told)
    else:
        _print_look(told)


@app.command
def judge(
    left: int,
    right: int,
    verdict: Verdict,
    *,
    reason: Annotated[str, Parameter("--reason")] = "",
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say whether two are one.

    Parameters
    ----------
    left
        The number of one of the two.
    right
        The number of the other.
    verdict
        same joins them, not_same keeps them apart for good, later asks again.
    reason
        Why; whoever looks at it later reads it.

    """
    body = {"left": left, "right": right, "verdict": verdict, "reason": reason}
    with connect(settings(data, database)) as client:
        told = client.post(f"{BASE}/judge", body)
    if json:
        print_json(told)
    elif told["command"] is None:
        stdout.print(f"Asked again from {told['until']} on.")
    else:
        stdout.print(
            f"Done. To take it back: habitue duplicates undo {told['command']}",
            highlight=False,
            soft_wrap=True,
        )


@app.command
def undo(
    command: str, *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """Take back what was judged.

    Parameters
    ----------
    command
        What judge named when it was done.

    """
    path = f"/api/v1/commands/{quote(command, safe='')}/undo"
    with connect(settings(data, database)) as client:
        told = client.post(path, {"reason": "undone on the command line"})
    if json:
        print_json(told)
    else:
        stdout.print("Taken back: all is as it was before.")


def _print(one: dict[str, Any]) -> None:
    left, right = one["left"], one["right"]
    title = f"{one['likely'].replace('_', ' ')}, {one['percent']} %"
    table = Table("", f"{left['person_id']}", f"{right['person_id']}", "", title=title)
    for name in dict.fromkeys([*left["traits"], *right["traits"]]):
        sides = (str(side["traits"].get(name, "-")) for side in (left, right))
        table.add_row(name, *map(escape, sides), _agreement(name, one["agree"]))
    stdout.print(table)


def _agreement(trait: str, agree: dict[str, str]) -> str:
    fields = {
        "name": ("last", "first"),
        "birthday": ("birth",),
        "postal_code": ("postcode",),
        "national_id": ("number",),
    }.get(trait, (trait,))
    told = [_AGREE[agree[one]] for one in fields if agree.get(one) in _AGREE]
    return ", ".join(dict.fromkeys(told))


def _print_look(told: dict[str, Any]) -> None:
    if told["at"] is None:
        stderr.print("Nobody has looked yet: habitue duplicates find.")
        return
    by = "a model trained on them" if told["trained"] else "starting values"
    stderr.print(
        f"Looked at {told['at']}: {told['people']:,} people, {told['compared']:,} pairs"
        f" alike enough to compare, {told['found']:,} suggested, by {by}.",
        highlight=False,
        soft_wrap=True,
    )
