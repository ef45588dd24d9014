"""habitue import: a file of orders, receipts, returns, contacts or events."""

from pathlib import Path
from typing import Any

from cyclopts import App
from msgspec import structs
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

from habitue.app.feeding import Feeder
from habitue.app.gateway import connect
from habitue.app.importing import Importer, Summary, ensure_source, own_kinds
from habitue.base.errors import InvalidError, NotFoundError
from habitue.base.settings import Settings
from habitue.cli.options import (
    Data,
    Database,
    Json,
    print_json,
    settings,
    stderr,
    stdout,
)
from habitue.collect.files import FileKind, load_mapping, look
from habitue.collect.files.fields import FIGURES, GOODS

app = App(name="import")


@app.default
def import_file(
    file: Path,
    *,
    source: str = "import",
    what: FileKind | None = None,
    mapping: Path | None = None,
    country: str | None = None,
    live: bool = False,
    rejects: Path | None = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Import a file; again changes nothing, and every line has an outcome.

    Goods, prices, stock and stores go into the catalogue (see habitue catalog).

    Parameters
    ----------
    file
        CSV, Parquet or JSON lines, or .gz of these.
    source
        The source it comes from; made if there is none of that name.
    what
        What the lines tell; guessed from the headers if unsaid.
    mapping
        A TOML or JSON file that says which column is which field.
    country
        The country of phone numbers that come without a code, as in PL.
    live
        Let the events act as if they had just happened; otherwise they are history.
    rejects
        Where lines that were not taken go; FILE.rejects.csv if unsaid.

    """
    run_import(
        file,
        settings(data, database),
        source=source,
        what=what,
        mapping=mapping,
        country=country,
        live=live,
        rejects=rejects,
        json=json,
    )


def run_import(
    file: Path,
    where: Settings,
    *,
    source: str,
    what: FileKind | None,
    mapping: Path | None,
    live: bool,
    rejects: Path | None,
    json: bool,
    country: str | None = None,
    goods_only: bool = False,
) -> None:
    """Import a file and say what became of it."""
    if not file.is_file():
        raise NotFoundError(f"There is no file {file}.")
    given = None if mapping is None else load_mapping(mapping)
    target = rejects or file.with_name(file.name + ".rejects.csv")
    wanted: dict[str, Any] = {"kind": "server"}
    if country is not None:
        wanted["country"] = country.upper()
    with connect(where) as client, _bar() as bar:
        # What the file holds is known before anything is set up for it.
        own = own_kinds(client)
        plan = look(file, what, given, historical=not live, own_kinds=own)
        _check_kind(plan.kind, goods_only=goods_only)
        ensure_source(client, source, wanted)
        task = bar.add_task(escape(file.name), total=None)
        importer = Feeder if plan.kind in GOODS else Importer
        summary = importer(client, source).run(
            plan,
            target,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    _print(summary, target, plan.kind, json=json)


def _check_kind(kind: FileKind, *, goods_only: bool) -> None:
    if kind in FIGURES:
        raise InvalidError(
            "Figures to compare with are not imported: give them to 'habitue"
            " reconcile'."
        )
    if goods_only and kind not in GOODS:
        raise InvalidError(
            f"This looks like a file of {kind}; say --what it tells of:"
            f" {', '.join(GOODS)}."
        )


def _bar() -> Progress:
    return Progress(
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=stderr,
    )


def _print(summary: Summary, rejects: Path, kind: str, *, json: bool) -> None:
    bad = summary.lines_total - summary.lines["stored"] - summary.lines["duplicate"]
    if not bad:
        rejects.unlink(missing_ok=True)
    if json:
        told = {
            **structs.asdict(summary),
            "kind": kind,
            "lines_total": summary.lines_total,
        }
        print_json({**told, "rejects": str(rejects) if bad else None})
        return
    lines = summary.lines
    stdout.print(
        f"{summary.lines_total:,} lines of {kind} = {lines['stored']:,} stored"
        f" + {lines['duplicate']:,} duplicate + {lines['quarantined']:,} need fixing"
        f" + {lines['refused']:,} refused + {lines['rejected']:,} rejected,"
        f" in {summary.seconds:.1f} s",
        highlight=False,
    )
    items = sum(summary.items.values())
    stdout.print(f"They made {items:,} events.", highlight=False)
    for reason, count in summary.reasons.most_common(10):
        stdout.print(f"  {count:,} lines: {escape(reason)}", highlight=False)
    if bad:
        stdout.print(f"Lines to put right: {escape(str(rejects))}", highlight=False)
