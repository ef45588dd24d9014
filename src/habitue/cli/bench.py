"""habitue bench: each stage and the whole, beside a floor of the same run."""

import signal
import sys
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from habitue.base.clock import SystemClock
from habitue.base.errors import InvalidError
from habitue.cli.options import Json, print_json, stderr, stdout

app = App(name="bench")

PAGE = Path("docs/benchmarks.md")


@app.default
def bench(
    *,
    quick: Annotated[bool, Parameter(negative="")] = False,
    database: str | None = None,
    only: Annotated[
        tuple[str, ...], Parameter(consume_multiple=True, negative="")
    ] = (),
    lake_events: int = 0,
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
        import, till, identity, lake.
    lake_events
        How many events the analytic copy is measured with, instead of 2 million;
        20 million take ten times as long.
    write
        Keep the figures in docs/benchmarks.md; of a whole run only.

    """
    from habitue.app.bench.page import machine, page
    from habitue.app.bench.run import Wanted, run, table
    from habitue.demo.history import history_plan

    if write and (quick or only):
        raise InvalidError(
            "Only a whole run is kept: leave out --quick and --only, or --write."
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
    )
    figures = run(wanted, lambda text: stderr.print(text, style="dim"))
    if write:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(figures, machine(), clock.now_us()), encoding="utf-8")
        stderr.print(f"Written: {PAGE}")
    if json:
        print_json(msgspec.to_builtins(figures))
    else:
        stdout.print(table(figures))
