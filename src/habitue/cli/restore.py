"""habitue restore: from a backup to a data folder, or a database, that is empty."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from msgspec import to_builtins

from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="restore")


@app.default
def restore(
    backup: Path,
    *,
    until: Annotated[int | None, Parameter(name="--until")] = None,
    erasures: str | None = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Restore a backup; nothing is written over, and what was erased stays erased.

    Parameters
    ----------
    backup
        The folder or the .tar file of the backup.
    until
        The offset of the last record to take; those behind it are left out.
    erasures
        Where the same log is as it went on after the backup: a data folder, a newer
        backup, or a postgresql:// address. What was erased there is erased here
        before anybody can read it.

    """
    from habitue.app.backup.restore import restore as restore_backup
    from habitue.base.clock import SystemClock

    found = restore_backup(
        settings(data, database), backup, SystemClock(), until=until, newer=erasures
    )
    if json:
        print_json(to_builtins(found))
        return
    for name, value in to_builtins(found).items():
        stdout.print(f"{name}: {value}", highlight=False)
