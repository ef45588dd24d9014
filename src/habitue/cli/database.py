"""habitue database: a schema of one role, used by another that may less."""

from typing import Annotated

from cyclopts import App, Parameter
from rich.markup import escape

from habitue.app.operation.preparing import prepare as make_ready
from habitue.base.clock import SystemClock
from habitue.cli.options import Data, Database, settings, stdout

app = App(name="database")


@app.command
def prepare(
    *,
    role: Annotated[str, Parameter("--for")],
    data: Data = None,
    database: Database = None,
) -> None:
    """Make or upgrade the schema as its owner, for servers that run as another role.

    Run it before the first start, and at each upgrade, while no server runs.

    Parameters
    ----------
    role
        Whom servers run as: it may read and write rows, and nothing else.

    """
    besides = make_ready(settings(data, database), role, SystemClock())
    stdout.print(
        f"Ready: '{escape(role)}' may read and write rows, and changes no table.",
        highlight=False,
    )
    for one in besides:
        stdout.print(f"It may more than it needs: {escape(one)}.", highlight=False)
