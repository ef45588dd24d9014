"""habitue export: take everything out, in files that others can read."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from habitue.app.calling.export_files import write_exports
from habitue.app.calling.gateway import connect
from habitue.cli.options import Data, Database, settings, stderr

app = App(name="export")

Everything = Annotated[bool, Parameter(name="--all", negative="")]


@app.default
def export(
    folder: Path,
    *,
    form: Literal["parquet", "csv"] = "parquet",
    everything: Everything = False,
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
    everything
        The whole log as JSON lines, too, and the tables in both forms: what
        'habitue import --all' makes an equal system of.

    """
    found = settings(data, database)
    if everything:
        from habitue.app.backup.everything import export_all

        with connect(found) as client:
            told = export_all(found, client, folder)
        for what, count in told.items():
            stderr.print(f"{folder / what}: {count:,} rows")
        return
    with connect(found) as client:
        rows = write_exports(client, folder, form)
    for what, count in rows.items():
        path = folder / f"{what}.{form}"
        stderr.print(f"{path}: {count:,} rows, {path.stat().st_size:,} bytes")
