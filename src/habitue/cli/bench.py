"""habitue bench: each stage and the whole, beside a floor of the same run."""

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.base.clock import SystemClock
from habitue.base.errors import InvalidError
from habitue.cli.options import Json, print_json, stderr, stdout

if TYPE_CHECKING:
    from habitue.app.bench.kept import Measured
    from habitue.app.duplicates import labelled

app = App(name="bench")

PAGE, KEPT = Path("docs/benchmarks.md"), Path("docs/benchmarks")
# As app.bench.prepared has it, which a command that asks for help need not load.
CACHE = Path(".cache/bench")
_FIGURES = ("records", "people", "compared", "by", "precision", "recall", "F1")


@app.default
def bench(
    *,
    quick: Annotated[bool, Parameter(negative="")] = False,
    database: str | None = None,
    only: Annotated[
        tuple[str, ...], Parameter(consume_multiple=True, negative="")
    ] = (),
    lake_events: int = 0,
    journeys_events: int = 0,
    cache: Path = CACHE,
    shared: Annotated[Path | None, Parameter(env_var="HABITUE_SHARED")] = None,
    write: Annotated[bool, Parameter(negative="")] = False,
    json: Json = False,
) -> None:
    """Measure each stage and the whole; prints, never fails for being slow.

    Data lie in the folder for temporary files (TMPDIR), which should be a real disk.

    Parameters
    ----------
    quick
        A small run, to see that it works; its figures say little.
    database
        postgresql://... to measure there too, in databases made for it on that
        server and dropped afterwards.
    only
        Parts to measure: stages, segments, batches, singles, dialects, reading,
        pages, import, till, identity, lake, journeys.
    lake_events
        How many events the analytic copy is measured with, instead of 2 million;
        20 million take ten times as long.
    journeys_events
        How many events journeys are measured with, and a tenth of them; of more than
        20 million, 2 and 20 million too: 100 million, say, which take an hour. Their
        copies are kept in the cache: a run that broke off goes on from what it made.
    cache
        The folder of what habitue bench prepare made; taken where it fits.
    shared
        A folder with public data sets, whose file of paths attribution is measured on.
    write
        Keep the figures in docs/benchmarks and write docs/benchmarks.md of all that
        is kept; parts that are not measured now stay as they were.

    """
    from habitue.app.bench.run import Wanted, run, table
    from habitue.demo.history import history_plan

    if write and quick:
        raise InvalidError(
            "The figures of a small run are not kept: leave out --quick, or --write."
        )
    # Told to end, it ends its servers and clears its data away first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    clock = SystemClock()
    wanted = Wanted(
        clock=clock,
        quick=quick,
        database=database or "",
        only=only,
        history=history_plan(clock.now_us()),
        lake_events=lake_events,
        journeys_events=journeys_events,
        cache=cache,
        shared=shared,
    )
    figures = run(
        wanted,
        lambda text: stderr.print(text, style="dim"),
        _write if write else lambda _: None,
    )
    if json:
        print_json(msgspec.to_builtins(figures))
    else:
        stdout.print(table(figures))


def _write(one: "Measured") -> None:
    """Keep a part, and write the page of all that are kept."""
    from habitue.app.bench.kept import keep, kept
    from habitue.app.bench.page import page
    from habitue.app.bench.run import BACKENDS, PARTS

    keep(KEPT, one)
    PAGE.write_text(page(kept(KEPT, tuple(PARTS), BACKENDS)), encoding="utf-8")
    stderr.print(f"Written: {PAGE}")


@app.command
def prepare(
    *,
    events: int = 20_000_000,
    records: int = 1_000_000,
    cache: Path = CACHE,
    json: Json = False,
) -> None:
    """Make the large data sets once, for habitue bench and the torture to take.

    What is there already is left as it is; another release makes its own.

    Parameters
    ----------
    events
        Of the copies for analysis, twenty a person; one of a tenth is made beside each.
    records
        Of the log, a thousand bytes each.
    cache
        The folder where they are kept.

    """
    from habitue.app.bench import gallery, journey_rows, journeys
    from habitue.app.bench.prepared import Cache
    from habitue.app.bench.visits import LOG, make_log

    kept, now_us = Cache(cache), SystemClock().now_us()
    copies = [
        (part.NAME, one, maker.make_copy)
        for part, maker in ((journeys, journey_rows), (gallery, gallery))
        for one in part.sizes(events)
    ]
    wanted = (*copies, (LOG, records, make_log))
    # Each is named before the first is made, which may take minutes.
    for name, rows, _ in wanted:
        stderr.print(f"{name} of {rows:,} rows: {kept.place(name, rows)}", style="dim")
    found = [kept.prepare(name, rows, now_us, make) for name, rows, make in wanted]
    if json:
        print_json(msgspec.to_builtins(found))
        return
    for one in found:
        stdout.print(f"{one.name}: {one.rows:,} rows, {one.bytes / 1e6:,.0f} MB")


@app.command
def identity(
    *,
    data: Annotated[Path, Parameter("--data", help="A file or a folder of files.")],
    encoding: str | None = None,
    json: Json = False,
) -> None:
    """Measure the search for duplicates on people whose truth is known.

    Reads CSV, .csv.gz, Parquet and .xlsx. Columns are guessed by their headers; one of
    them (cluster, truth, entity, person ..) tells which records are one person. One
    setting for all files, and nothing is learnt from the truth.

    Parameters
    ----------
    data
        The file, or a folder whose files are measured one by one.
    encoding
        How the letters of CSV are encoded, as in windows-1250; found if unsaid.

    """
    from habitue.app.duplicates.labelled import files_in, measure

    found = [measure(one, encoding) for one in files_in(data)]
    if json:
        print_json([one.told() for one in found])
        return
    table = Table(title="Pairs, and each record by itself (B-cubed)")
    table.add_column("file", overflow="fold")
    for name in _FIGURES:
        # Where there is little room a file's name gives way, and never a figure.
        table.add_column(name, no_wrap=True)
    for one in found:
        counts = f"{one.records:,}", f"{one.people:,}", f"{one.reached:.2%}"
        table.add_row(escape(one.file), *counts, "pairs\nB-cubed", *_figures(one))
    stdout.print(table)
    stderr.print("compared: the share of true pairs that were compared at all.")


def _figures(one: "labelled.Measured") -> list[str]:
    """Give precision, recall and F1, of pairs above those of each record."""
    both = one.pairs, one.b_cubed
    told = ((score.precision, score.recall, score.f1) for score in both)
    return [
        "\n".join(f"{value:.4f}" for value in some) for some in zip(*told, strict=True)
    ]
