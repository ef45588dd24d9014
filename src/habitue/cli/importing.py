"""What all commands share that take a file in: how it is to be read, and the run."""

from pathlib import Path
from typing import Any

from msgspec import Struct, structs
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

from habitue.app.calling.feeding import Feeder
from habitue.app.calling.gateway import Client, connect
from habitue.app.calling.importing import (
    Importer,
    Summary,
    ensure_source,
    keep_mapping,
    kept_mappings,
    own_kinds,
)
from habitue.base.errors import InvalidError, NotFoundError
from habitue.base.settings import Settings
from habitue.cli.dry_run import show
from habitue.cli.options import constants_of, print_json, stderr, stdout
from habitue.collect.files import (
    FileKind,
    ImportPlan,
    Mapping,
    assumptions,
    look,
    stream,
    to_keep,
)
from habitue.collect.files.fields import FIGURES, GOODS
from habitue.collect.files.mapping_file import load_mapping
from habitue.collect.files.trying import try_out


class Wanted(Struct, frozen=True, kw_only=True):
    """How a file is to be taken in, as the command line says."""

    source: str
    what: FileKind | None = None
    mapping: Path | None = None
    constants: tuple[str, ...] = ()
    encoding: str | None = None
    sheet: str | None = None
    save_mapping: str | None = None
    dry_run: bool = False
    country: str | None = None
    live: bool = False
    rejects: Path | None = None
    tags: tuple[str, ...] = ()
    json: bool = False
    goods_only: bool = False


def run_import(file: Path, where: Settings, wanted: Wanted) -> None:
    """Import a file and say what became of it."""
    if not file.is_file():
        raise NotFoundError(f"There is no file {file}.")
    target = wanted.rejects or file.with_name(file.name + ".rejects.csv")
    with connect(where) as client, _bar() as bar:
        # What the file holds is known before anything is set up for it.
        plan = _look(file, wanted, client)
        if wanted.dry_run:
            trial = try_out(stream(plan))
            bar.stop()
            show(plan, trial, json=wanted.json)
            return
        _say(plan)
        _set_up(plan, wanted, client)
        task = bar.add_task(escape(file.name), total=None)
        if plan.kind in GOODS:
            importer: Feeder | Importer = Feeder(client, wanted.source)
        else:
            importer = Importer(client, wanted.source, tags=wanted.tags)
        summary = importer.run(
            plan,
            target,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    _print(summary, target, plan.kind, json=wanted.json)


def _look(file: Path, wanted: Wanted, client: Client) -> ImportPlan:
    plan = look(
        file,
        wanted.what,
        _given(wanted),
        historical=not wanted.live,
        own_kinds=own_kinds(client),
        saved=() if wanted.mapping else kept_mappings(client, wanted.source),
        time_zone=client.get("/api/v1/shop")["time_zone"],
    )
    _check_kind(plan.kind, goods_only=wanted.goods_only)
    return plan


def _set_up(plan: ImportPlan, wanted: Wanted, client: Client) -> None:
    source: dict[str, Any] = {"kind": "server"}
    if wanted.country is not None:
        source["country"] = wanted.country.upper()
    ensure_source(client, wanted.source, source)
    if wanted.save_mapping is not None:
        mapping = to_keep(plan, wanted.save_mapping, sheet=wanted.sheet)
        keep_mapping(client, wanted.source, mapping)


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


def _given(wanted: Wanted) -> Mapping | None:
    """Give the mapping file, with what the command line says on top."""
    path = wanted.mapping
    rules = Mapping() if path is None else load_mapping(path)
    told: dict[str, Any] = {"encoding": wanted.encoding, "sheet": wanted.sheet}
    changes = {name: value for name, value in told.items() if value is not None}
    if wanted.constants:
        changes["constants"] = rules.constants | constants_of([*wanted.constants])
    if path is None and not changes:
        return None
    return structs.replace(rules, **changes)


def _say(plan: ImportPlan) -> None:
    """Tell what was assumed, where it might be otherwise."""
    if plan.encoding_certainty < 100 or plan.encoding != "utf-8" or plan.saved:
        for sentence in assumptions(plan):
            stderr.print(escape(sentence), style="dim", highlight=False)


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
    if summary.import_id:
        stdout.print(
            f"Import {summary.import_id}: 'habitue imports undo' takes it back.",
            highlight=False,
        )
    if bad:
        stdout.print(f"Lines to put right: {escape(str(rejects))}", highlight=False)
