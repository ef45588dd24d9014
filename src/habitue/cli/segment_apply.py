"""Bringing segments to what a folder of files says."""

import sys
from typing import Annotated, Any

from cyclopts import Parameter

from habitue.app.calling.gateway import Client, segment
from habitue.base.errors import InvalidError
from habitue.cli.options import stdout
from habitue.cli.segment_files import Wanted, diff_of

PATH = "/api/v1/segments"
Yes = Annotated[
    bool, Parameter("--yes", negative="", help="Apply it; without, only show it.")
]


def bring(client: Client, changed: list[Wanted], gone: list[str]) -> None:
    """Put what changed in force, in this order, and delete what is gone."""
    for one in changed:
        client.put(f"{PATH}/{segment(one.segment_id)}", one.body)
    left = set(gone)
    while left:
        # Those that nobody asks for any more go first.
        before = len(left)
        for name in sorted(left):
            answer = client.raw("DELETE", f"{PATH}/{segment(name)}")
            if answer.status < 400:
                left.discard(name)
        if len(left) == before:
            raise InvalidError(f"Segments still asked for: {', '.join(sorted(left))}.")


def say_difference(
    changed: list[Wanted], held: dict[str, Any], gone: list[str]
) -> None:
    """Print what would change, line by line."""
    for one in changed:
        sys.stdout.write(diff_of(one, held))
    for name in gone:
        sys.stdout.write(f"--- {name} is deleted\n")


def say_applied(told: dict[str, Any]) -> None:
    """Print how much changed, or would."""
    changed, gone = len(told["changed"]), len(told["deleted"])
    says = f"{changed} new or changed, {gone} deleted, {told['same']} as they were."
    if changed + gone and not told["applied"]:
        says += " Nothing is applied yet: say --yes."
    stdout.print(says, highlight=False)
