"""habitue size: how much disk so many people and events will take."""

from pathlib import Path
from typing import Any

import msgspec
from cyclopts import App
from rich.table import Table

from habitue.base.settings import Settings
from habitue.cli.options import Data, Json, print_json, settings, stdout

app = App(name="size")

GIB = 1024**3


@app.default
def size(*, people: str, events: str, data: Data = None, json: Json = False) -> None:
    """Say how much disk and memory so many will take, and how that is known.

    Parameters
    ----------
    people
        How many people the shop will know, as in 250k or 2M.
    events
        How many events will be kept, as in 300M.

    """
    from habitue.app.doctor.size import number

    told = _told(settings(data), number(people), number(events))
    if json:
        print_json(told)
        return
    table = Table("store", "bytes an event", "bytes a person", "GiB", "by")
    for one in told["stores"]:
        table.add_row(
            one["store"],
            f"{one['event_bytes']:.0f}",
            f"{one['person_bytes']:.0f}",
            f"{one['bytes'] / GIB:.2f}",
            told["by"],
        )
    stdout.print(table)
    stdout.print(
        f"Beside them {told['beside_bytes'] / GIB:.2f} GiB for write-ahead logs, the"
        " reserve, and the copy for analysis while it is written anew:"
        f" {told['disk_bytes'] / GIB:.2f} GiB in all.",
        f"In memory {told['index_bytes'] / GIB:.2f} GiB find what was sent before,"
        " beside what the settings bound (state.rows_max, people.kept_bytes_max).",
        sep="\n",
        highlight=False,
    )


def _told(found: Settings, people: int, events: int) -> dict[str, Any]:
    from habitue.app.doctor.size import (
        INDEX_BYTES,
        MIB,
        WRITE_AHEAD_BYTES,
        copy_forecast,
        forecast,
    )

    here = _here(found)
    copies = [copy_forecast(events)] if found.lake.enabled else []
    stores = forecast(people, events, here) + copies
    # An erasure writes the copy for analysis a second time, beside the first.
    again = sum(one.bytes for one in copies)
    beside = WRITE_AHEAD_BYTES + found.data.reserve_mb * MIB + again
    measured = here is not None and here.tells
    return {
        "people": people,
        "events": events,
        "by": "what is here" if measured else "reference",
        "here": msgspec.to_builtins(here),
        "stores": msgspec.to_builtins(stores),
        "reference": msgspec.to_builtins(forecast(people, events) + copies),
        "beside_bytes": beside,
        "disk_bytes": sum(one.bytes for one in stores) + beside,
        "index_bytes": events * INDEX_BYTES,
    }


def _here(found: Settings) -> Any:
    """Measure the data folder; None where there is none, or a database keeps all."""
    from habitue.app.calling.gateway import connect
    from habitue.app.doctor.size import present

    folder = Path(found.data.folder).absolute()
    if found.database.url or not (folder / "truth.db").exists():
        return None
    with connect(found) as client:
        return present(folder, client)
