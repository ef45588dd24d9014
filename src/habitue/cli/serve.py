"""habitue serve: collect, know, answer, until told to stop."""

import faulthandler
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from habitue.cli.options import Data, Database, loaded

app = App(name="serve")


@app.default
def serve(
    *,
    data: Data = None,
    port: Annotated[int | None, Parameter(help="The port to listen on.")] = None,
    host: Annotated[
        str | None, Parameter(help="The address; loopback if unsaid.")
    ] = None,
    database: Database = None,
    config: Annotated[Path | None, Parameter(help="habitue.toml to read.")] = None,
) -> None:
    """Run the server; SIGTERM ends it with nothing lost."""
    # Whatever breaks it, and SIGABRT, says where each thread stood: it needs no turn.
    faulthandler.enable()
    from habitue.app.serving.server import run

    told = loaded(
        data,
        database,
        server__port=port,
        server__host=host,
        config=config,
    )
    run(told.settings, told.origins)
