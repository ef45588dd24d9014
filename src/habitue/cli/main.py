"""The command line: one command a thing to do, each with help."""

import sys

from cyclopts import App
from rich.console import Console

from habitue import __version__
from habitue.base.errors import HabitueError
from habitue.cli import (
    bench,
    config,
    demo,
    export,
    imports,
    person,
    quarantine,
    rebuild,
    serve,
    source,
)

app = App(
    name="habitue",
    help="One live view of each customer, across every channel.",
    version=__version__,
)
for command in (
    serve.app,
    demo.app,
    imports.app,
    person.app,
    source.app,
    quarantine.app,
    rebuild.app,
    export.app,
    bench.app,
    config.app,
):
    app.command(command)


def main() -> None:
    """Run the command line; an expected failure is one sentence and exit code 1."""
    try:
        app()
    except HabitueError as error:
        Console(stderr=True).print(f"[bold red]habitue:[/] {error}", highlight=False)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
