"""habitue export: take everything out, in files that others can read."""

from pathlib import Path
from typing import Literal

from cyclopts import App

from habitue.app.export_files import write_exports
from habitue.app.gateway import connect
from habitue.cli.options import Data, Database, settings, stderr

app = App(name="export")


@app.default
def export(
    folder: Path,
    *,
    form: Literal["parquet", "csv"] = "parquet",
    data: Data = None,
    database: Database = None,
) -> None:
    """Write events, people and purchases into a folder.

    Parameters
    ----------
    folder
        Where to write; made if it is not there.
    form
        parquet or csv. In CSV a field that starts like a formula is led by an
        apostrophe; take one apostrophe off on the way back.

    """
    with connect(settings(data, database)) as client:
        rows = write_exports(client, folder, form)
    for what, count in rows.items():
        path = folder / f"{what}.{form}"
        stderr.print(f"{path}: {count:,} rows, {path.stat().st_size:,} bytes")
