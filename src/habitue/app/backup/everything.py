"""Everything out, in files that others can read, and into a system that is empty."""

from pathlib import Path

from habitue.app.backup.bundle import scratch_folder
from habitue.app.backup.lines import LinesTold, write_lines
from habitue.app.backup.logs import copy_log, fill_log, open_file
from habitue.app.backup.manifest import TRUTH
from habitue.app.backup.place import drafted, empty_place
from habitue.app.calling.export_files import write_exports
from habitue.app.calling.gateway import Client
from habitue.app.projection.rebuild import rebuild
from habitue.app.projection.storage import open_storage
from habitue.base.errors import ConflictError
from habitue.base.settings import Settings


def export_all(settings: Settings, client: Client, folder: Path) -> dict[str, int]:
    """Write the log as JSON lines, and tables as Parquet and CSV; give the rows.

    The log is of one moment; the tables are read after it, so may tell a little more.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ConflictError(f"The folder {folder} is not empty. Name a new one.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with scratch_folder(folder / ".copy") as scratch:
        copy_log(settings, scratch / TRUTH)
        contents = open_file(scratch / TRUTH)
        try:
            records = write_lines(contents, folder)
        finally:
            contents.close()
    rows = write_exports(client, folder, "parquet")
    write_exports(client, folder, "csv")
    return {"log": records, **rows}


def import_all(settings: Settings, folder: Path) -> dict[str, str | int]:
    """Take a full export into an empty place; give its records and state's checksum.

    Every digest and link of the log is checked, so a line that was changed is refused.
    """
    target = empty_place(settings)
    told = LinesTold(folder)
    with drafted(settings, target) as draft:
        fill_log(draft, Path(draft.data.folder), told)
        storage = open_storage(draft)
        try:
            storage.truth.verify()
        finally:
            storage.close()
        return rebuild(draft)
