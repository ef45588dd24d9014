"""The command line: one command a thing to do, each with help."""

import sys

from cyclopts import App, CycloptsError
from rich.console import Console
from rich.markup import escape

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
        app(exit_on_error=False, print_error=False)
    except (HabitueError, CycloptsError) as error:
        _fail(str(error))
    except OSError as error:
        if error.filename is None:
            raise
        _fail(f"Can't use '{error.filename}': {error.strerror}.")
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(sentence: str) -> None:
    # On one line, however narrow the terminal: others read it, too.
    Console(stderr=True).print(
        f"[bold red]habitue:[/] {escape(sentence)}", highlight=False, soft_wrap=True
    )
    sys.exit(1)
