"""habitue sql: one SELECT over the analytic copy."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.cli.options import Data, Database, Json, settings, stderr, stdout

app = App(name="sql")

# So many rows are shown where nobody says otherwise.
SHOWN = 100


@app.default
def sql(
    query: str,
    *,
    rows: Annotated[int | None, Parameter("--rows")] = None,
    parquet: Annotated[Path | None, Parameter("--parquet")] = None,
    csv: Annotated[Path | None, Parameter("--csv")] = None,
    json: Json = False,
    data: Data = None,
    database: Database = None,
) -> None:
    """Ask events, lines, holding and person_events; nothing can be changed.

    Parameters
    ----------
    query
        One SELECT, as "select name, count(*) from events group by all"; - reads it
        from standard input.
    rows
        How many rows to give at most.
    parquet
        A file to write the rows to, instead of showing them.
    csv
        The same, as CSV. A field that starts like a formula is led by an apostrophe.

    """
    from habitue.client.asking import ask
    from habitue.client.writing import write_csv, write_parquet

    text = sys.stdin.read() if query == "-" else query
    shows = parquet is None and csv is None
    limit = rows or (SHOWN if shows and not json else None)
    found = ask(settings(data, database), text, limit)
    if parquet is not None:
        write_parquet(found.table, parquet)
    if csv is not None:
        write_csv(found.table, csv)
    if json:
        from habitue.app.lake.arrow import to_json_lines

        sys.stdout.write(to_json_lines(found.table).decode())
    elif shows:
        shown = Table(*map(escape, found.table.column_names))
        for row in found.table.to_pylist():
            shown.add_row(
                *("" if one is None else escape(str(one)) for one in row.values())
            )
        stdout.print(shown)
    more = "; there are more" if found.more else ""
    stderr.print(f"{found.table.num_rows:,} rows{more}, as of record {found.offset:,}")
