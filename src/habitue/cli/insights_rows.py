"""habitue insights rows: journeys, touchpoints, intents and purchases, a row each."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from rich.markup import escape

from habitue.cli.options import Data, Database, Json, settings, stderr, stdout

# So many rows are shown; files and --json have all of them.
SHOWN = 100


def rows(
    name: Literal["journeys", "touchpoints", "intents", "ropo"],
    since: str,
    until: str,
    *,
    window_days: Annotated[int | None, Parameter("--window-days")] = None,
    by: Annotated[str | None, Parameter("--by")] = None,
    parquet: Annotated[Path | None, Parameter("--parquet")] = None,
    arrow: Annotated[Path | None, Parameter("--arrow")] = None,
    csv: Annotated[Path | None, Parameter("--csv")] = None,
    json: Json = False,
    data: Data = None,
    database: Database = None,
) -> None:
    """Give each way to a purchase, each session, or each purchase with its ROPO.

    Parameters
    ----------
    name
        journeys: a purchase a row, with the way to it; touchpoints: a session a row;
        intents: the same, with what it was for; ropo: a purchase a row, with what is
        known of the other side.
    since
        The first day of the shop's zone, as 2026-03-01.
    until
        The last day.
    window_days
        Days before a purchase that count; the setting journeys.window_days without it.
    by
        Of ropo, what has to be the same: product,category,brand,visit.
    parquet
        A file to write the rows to, instead of showing them.
    arrow
        The same, as an Arrow stream.
    csv
        The same, as CSV. A field that starts like a formula is led by an apostrophe.

    """
    from habitue.client import asking, writing

    wished = {"window_days": window_days, "by": by}
    told = {key: one for key, one in wished.items() if one is not None}
    found = asking.rows(settings(data, database), name, since, until, **told)
    files = {
        writing.write_parquet: parquet,
        writing.write_arrow: arrow,
        writing.write_csv: csv,
    }
    for write, path in files.items():
        if path is not None:
            write(found.table, path)
    if json:
        from habitue.app.lake.arrow import to_json_lines

        sys.stdout.write(to_json_lines(found.table).decode())
    shows = not json and not any(files.values())
    if shows:
        _show(found.table)
    _tell(found, SHOWN if shows else found.table.num_rows)


def _show(table: Any) -> None:
    """Print a line a row: so many columns fit into no table of a terminal."""
    lines = [table.column_names]
    lines += [list(row.values()) for row in table.slice(0, SHOWN).to_pylist()]
    for line in lines:
        told = " | ".join(map(_written, line))
        stdout.print(escape(told), soft_wrap=True, highlight=False)


def _written(value: Any) -> str:
    """Write a value in a line; what is a list, one thing behind the other."""
    if isinstance(value, list):
        return " > ".join(map(str, value))
    return "" if value is None else str(value)


def _tell(found: Any, shown: int) -> None:
    count = found.table.num_rows
    less = f", of which {shown:,} are shown" if count > shown else ""
    more = "; there are more, ask for fewer days" if found.more else ""
    stderr.print(f"{count:,} rows{less}{more}, as of record {found.offset:,}")
