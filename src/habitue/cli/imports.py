"""habitue import: a file of orders, receipts, returns, contacts, events, invoices."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from habitue.base.settings import Settings
from habitue.cli.importing import Wanted, run_import
from habitue.cli.options import (
    Constants,
    Data,
    Database,
    Json,
    print_json,
    settings,
    stdout,
)
from habitue.collect.files import FileKind

app = App(name="import")


@app.default
def import_file(
    file: Path,
    *,
    source: str = "import",
    what: FileKind | None = None,
    mapping: Path | None = None,
    constant: Constants = None,
    encoding: str | None = None,
    sheet: str | None = None,
    save_mapping: str | None = None,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    country: str | None = None,
    live: bool = False,
    rejects: Path | None = None,
    tag: Annotated[list[str] | None, Parameter(negative="")] = None,
    everything: Annotated[bool, Parameter(name="--all", negative="")] = False,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Import a file; again changes nothing, and every line has an outcome.

    Goods, prices, stock and stores go into the catalogue (see habitue catalog).

    Parameters
    ----------
    file
        CSV, .xlsx, Parquet, JSON lines, a UBL or KSeF invoice, EDIFACT; or .gz of
        these.
    source
        The source it comes from; made if there is none of that name.
    what
        What the lines tell; guessed from the headers if unsaid.
    mapping
        A TOML or JSON file that says which column is which field. Without it a
        mapping that is kept for the source and fits the headers is gone by.
    encoding
        How its letters are encoded, as in windows-1250; found if unsaid.
    sheet
        Of a spreadsheet: the sheet; the first with cells if unsaid.
    save_mapping
        Keep how this file is read, under this name, for the source's next ones.
    dry_run
        Show how it is read, the first events and the problems, and send nothing.
    country
        The country of phone numbers that come without a code, as in PL.
    live
        Let the events act as if they had just happened; otherwise they are history.
    rejects
        Where lines that were not taken go; FILE.rejects.csv if unsaid.
    tag
        What the import is to be found by; may be said several times.
    everything
        The file is a folder that 'habitue export --all' wrote; the data folder must
        be empty.

    """
    where = settings(data, database)
    if everything:
        _import_all(file, where, json=json)
        return
    wanted = Wanted(
        source=source,
        what=what,
        mapping=mapping,
        constants=tuple(constant or ()),
        encoding=encoding,
        sheet=sheet,
        save_mapping=save_mapping,
        dry_run=dry_run,
        country=country,
        live=live,
        rejects=rejects,
        tags=tuple(tag or ()),
        json=json,
    )
    run_import(file, where, wanted)


def _import_all(folder: Path, where: Settings, *, json: bool) -> None:
    from habitue.app.backup.everything import import_all

    told = import_all(where, folder)
    if json:
        print_json(told)
        return
    for name, value in told.items():
        stdout.print(f"{name}: {value}", highlight=False)
