"""habitue bench: each stage and the whole, beside a floor of the same run."""

from cyclopts import App

from habitue.cli.options import Json, print_json, stdout

app = App(name="bench", help="Measure this machine: ratios against a floor.")


@app.default
def bench(
    *, quick: bool = False, database: str | None = None, json: Json = False
) -> None:
    """Measure each stage and the whole; prints, never fails.

    Parameters
    ----------
    quick
        A small run, to see that it works.
    database
        postgresql://... to measure that backend.

    """
    from habitue.app.bench.run import run, table

    rows = run(quick=quick, database=database or "")
    if json:
        print_json(rows)
    else:
        stdout.print(table(rows))
