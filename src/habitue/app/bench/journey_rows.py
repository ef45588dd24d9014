"""The copy that journeys are measured on: people by chance, of a year, as columns.

Each part of it has a chance of its own, so a copy that broke off is gone on with from
where it stands, and becomes what it would have been.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from habitue.app.bench.columns import packed, picked
from habitue.backends.duckdb.lake import DuckLake, Limits
from habitue.base.clock import DAY_US, MINUTE_US
from habitue.lake.port import Lake, Seal, Tail
from habitue.lake.rows import EventRow, HoldingRow, LineRow

SEED = 17
EVENTS_A_PERSON, EVENTS_A_SESSION = 20, 5
YEAR_US = 365 * DAY_US
CHUNK = 200_000
GOODS, CATEGORIES = 997, 31
# The last of a session is, by this chance, a receipt on the day after.
RECEIPTS = 0.08
NAMES = ("Product Viewed", "Products Searched", "Product Compared", "Product Added")
RECEIPT = len(NAMES)
CAME = (None, '{"source":"newsletter","medium":"email"}', '{"referrer":"google.pl"}')
# What the engine may take: megabytes of memory and seconds; megabytes of disk beside.
LIMITS = Limits(1_024, 120, 4_096)


def make_copy(folder: Path, events: int, now_us: int) -> None:
    """Fill a copy with so many events of the year before now, twenty a person.

    What is in the folder already is gone on with.
    """
    lake = open_copy(folder)
    try:
        _fill(lake, now_us - YEAR_US, events)
        lake.settle()
    finally:
        lake.close()


def open_copy(folder: Path) -> DuckLake:
    """Open the copy that lies in a folder; a new one where there is none."""
    lake = DuckLake(folder / "lake.duckdb", folder / "days", LIMITS)
    lake.open()
    return lake


def _fill(lake: Lake, since_us: int, events: int) -> None:
    """Seal sessions of people by chance, as columns, from where the copy stands."""
    people = max(1, events // EVENTS_A_PERSON)
    for first in range(lake.offset, events, CHUNK):
        count, chance = min(CHUNK, events - first), np.random.default_rng([SEED, first])
        told, lines = _chunk(lake, chance, since_us, (first, count, people))
        lake.seal(Seal(Tail(first + count, (told,), (lines,))))
    strands = np.arange(1, people + 1)
    row = HoldingRow(1, None, None, 1)
    held = packed(
        lake, "holding", row, people, {"strand": strands, "person_id": strands}
    )
    lake.seal(Seal(Tail(events, holding=(held,)), anew=True, whole=True))


def _chunk(
    lake: Lake, chance: np.random.Generator, since_us: int, size: tuple[int, int, int]
) -> tuple[Any, Any]:
    """Give some events, and their lines; size: the first, how many, of how many."""
    first, count, people = size
    at = np.arange(count)
    session, step = at // EVENTS_A_SESSION, at % EVENTS_A_SESSION
    sessions = int(session[-1]) + 1
    who = chance.integers(1, people + 1, sessions)[session]
    began = chance.integers(0, YEAR_US - 2 * DAY_US, sessions)[session]
    came = chance.integers(0, len(CAME), sessions)[session]
    names = chance.integers(0, len(NAMES), count)
    bought = (step == EVENTS_A_SESSION - 1) & (chance.random(count) < RECEIPTS)
    names[bought] = RECEIPT
    times = since_us + began + step * 3 * MINUTE_US + bought * DAY_US
    offsets = first + at + 1
    product = chance.integers(0, GOODS, count)
    told = {
        "log_offset": offsets,
        "happened_at": times,
        "received_at": times,
        "strand": who,
        "name": picked((*NAMES, "Receipt Issued"), names),
        "channel": picked(("web", "pos"), bought.astype(int)),
        "store": picked((None, "s1"), bought.astype(int)),
        "object": pa.array(
            [f"r/tills/{one}" if is_bought else None for one, is_bought in zip(
                offsets.tolist(), bought.tolist(), strict=True)],
            pa.string(),
        ),
        "came": picked(CAME, np.where(step == 0, came, 0)),
    }  # fmt: skip
    lines = {
        "log_offset": offsets,
        "product": picked([f"p{one}" for one in range(GOODS)], product),
        "category": picked(
            [f"c{one}" for one in range(CATEGORIES)], product % CATEGORIES
        ),
    }
    return (
        packed(lake, "event", _EVENT, count, told),
        packed(lake, "line", _LINE, count, lines),
    )


_EVENT = EventRow(
    *(1, 0, 0, 1, "track", "", "web", None, "web", False, None, True, None, None),
    *("EUR", 1_000, "{}", None, "mobile"),
)
_LINE = LineRow(1, 0, "", "", "", "", 1_000, 1_000, 1_000, "EUR")
