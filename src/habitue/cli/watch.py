"""habitue watch: folders whose files are imported, with the hour one is due."""

from pathlib import Path
from typing import Any, Literal

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect, segment
from habitue.base.errors import InvalidError
from habitue.cli.options import (
    Constants,
    Data,
    Database,
    Json,
    constants_of,
    print_json,
    settings,
    stdout,
)

app = App(name="watch")

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@app.command
def add(
    source: str,
    folder: Path,
    *,
    name: str | None = None,
    pattern: str = "*",
    expect: str | None = None,
    days: str = "mon-sun",
    early_hours: int = 12,
    what: Literal["orders", "receipts", "returns", "contacts", "events"]
    | Literal["invoices", "sales"]
    | None = None,
    mapping: str | None = None,
    constant: Constants = None,
    live: bool = False,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Watch a folder: what is dropped there is imported under a source, once.

    Parameters
    ----------
    source
        The source its files come from; made with the first file if there is none.
    folder
        Below the folder that the setting watch.root names (incoming in the data
        folder, if unset).
    name
        What the watch is called; as the source if unsaid.
    pattern
        Which files, as in receipts-*.csv.
    expect
        The hour by which a file has to have come, in the shop's zone, as in 06:00.
    days
        The days on which one is due, as in mon-fri or mon,wed.
    early_hours
        A file that comes so long before its hour, or later, counts for that hour.
    what
        What the lines tell; guessed from the headers if unsaid.
    mapping
        The kept mapping (import --save-mapping) that all its files go by.
    live
        Let the events act as if they had just happened; otherwise they are history.

    """
    wanted: dict[str, Any] = {
        "source": source,
        "folder": str(folder),
        "pattern": pattern,
        "days": days_of(days),
        "earlyHours": early_hours,
        "constants": constants_of(constant),
        "live": live,
    }
    told = {"expect": expect, "what": what, "mapping": mapping}
    wanted |= {key: value for key, value in told.items() if value is not None}
    with connect(settings(data, database)) as client:
        made = client.put(f"/api/v1/watches/{segment(name or source)}", wanted)
    if json:
        print_json(made)
        return
    due = f"; the next is due at {made['next_at']}" if made["next_at"] else ""
    stdout.print(
        f"Files in {escape(made['folder'])} are imported as of"
        f" {escape(made['source'])}{due}.",
        highlight=False,
    )


def days_of(text: str) -> list[int]:
    """Read days of the week.

    >>> days_of("mon-fri"), days_of("sat,mon"), days_of("fri-mon")
    ([0, 1, 2, 3, 4], [0, 5], [0, 4, 5, 6])
    """
    found: set[int] = set()
    for part in text.lower().split(","):
        first, sign, last = (word.strip() for word in part.partition("-"))
        if first not in DAYS or (sign and last not in DAYS):
            raise InvalidError(
                f"'{text}' names no days; write them like mon-fri or mon,wed."
            )
        start = DAYS.index(first)
        count = (DAYS.index(last) - start) % 7 if sign else 0
        found.update((start + on) % 7 for on in range(count + 1))
    return sorted(found)


@app.command(name="list")
def list_watches(
    *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """List watched folders: what came last, and what did not come by its hour."""
    with connect(settings(data, database)) as client:
        watches = client.get("/api/v1/watches")["watches"]
    if json:
        print_json({"watches": watches})
        return
    table = Table("watch", "source", "folder", "due", "last file", "state")
    for one in watches:
        last = one["last"]
        table.add_row(
            *(escape(one[field]) for field in ("name", "source", "folder")),
            _due(one),
            f"{escape(last['name'])}, {last['at']}" if last else "none yet",
            escape(_state(one)),
        )
    stdout.print(table)


def _due(one: dict[str, Any]) -> str:
    if one["expect"] is None:
        return ""
    days = ",".join(DAYS[day] for day in one["days"])
    return f"{one['expect']} {days} ({one['time_zone']})"


def _state(one: dict[str, Any]) -> str:
    if one["missing"]:
        return f"MISSING since {one['missing_since']}"
    if one["problem"]:
        return str(one["problem"])
    failed, last = one["last_failed"], one["last"]
    if failed and (last is None or failed["at"] > last["at"]):
        return f"FAILED: {failed['name']}: {failed['reason']}"
    return f"{len(one['waiting'])} waiting" if one["waiting"] else "good"


@app.command
def remove(name: str, *, data: Data = None, database: Database = None) -> None:
    """Watch a folder no longer; files that lie there stay."""
    with connect(settings(data, database)) as client:
        client.delete(f"/api/v1/watches/{segment(name)}")
    stdout.print(f"{escape(name)} is watched no more.", highlight=False)
