"""Journeys measured on a copy of so many events and of a tenth of them.

Each question stands beside plain SQL over the same rows that finds less (no rules for
channels, no campaigns, no latest reports), so the floor is of one run. Growth is how
many times as long ten times the events take.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from habitue.app.bench.credit import credit
from habitue.app.bench.figure import Figure, Say, less
from habitue.app.bench.ground import Ground
from habitue.app.bench.prepared import Cache, Kept
from habitue.app.lake.arrow import goods_table
from habitue.app.lake.keeping import PEOPLE
from habitue.backends.duckdb.lake import DuckLake, Limits
from habitue.base.clock import DAY_US, MINUTE_US, Clock
from habitue.base.sql import named_statements, read_sql
from habitue.journey.asking import Asked, query, sessions
from habitue.journey.handover import Handover
from habitue.lake.port import Lake, Question, Seal, Sessions, Sort, Tail
from habitue.lake.rows import EventRow, HoldingRow, LineRow
from habitue.measure.channels import default_rules
from habitue.measure.channels_sql import channel_sql
from habitue.measure.kpi import asking as kpi
from habitue.segment.compile_comparison import Bound

# How the data set is called where it is kept.
NAME = "journeys"
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
# What the issue asks for, of so many events on two cores.
BAR_EVENTS = 20_000_000
KEEPING, TURN = "keeping sessions", "a turn of it"
BYTES, WHOLE = "bytes of sessions", "bytes of all else"


class Asking(NamedTuple):
    """A question, the plain SQL beside it, and how long it may take (seconds)."""

    name: str
    table: str
    floor: str = ""
    bar_s: float | None = None


# What people did in order, as key figures count it.
STEPS = ("Product Viewed", "Product Added", "Receipt Issued")
QUESTIONS = (
    Asking("sessions", "touch", "plain_sessions", 0.8),
    Asking("ordered funnel", "step", "plain_funnel", 1.0),
    Asking("top paths", "top_path", "plain_paths", 1.0),
    Asking("ROPO", "ropo_all", "plain_ropo", 3.0),
    Asking("intentions", "intent_all"),
    Asking("hand-overs", "handover_all", "plain_handovers"),
)


def sizes(events: int) -> tuple[int, int]:
    """Say at how many events all is measured: a tenth of them, and all."""
    return max(events // 10, EVENTS_A_PERSON), events


def measure(
    ground: Ground, clock: Clock, say: Say, *, events: int, cache: Cache
) -> list[Figure]:
    """Measure journeys at a tenth of so many events, and then at all of them.

    A copy that was prepared is taken from the cache; else one is made for the time.
    """
    made = Cache(ground.folder / "made")
    small, large = (
        _measured(ground.folder / f"journeys-{size}", say, *kept)
        for size in sizes(events)
        for kept in [_copy(cache, made, clock, say, size)]
    )
    return [
        *(_figure(asking, small, large, events) for asking in QUESTIONS),
        _of_keeping(small, large, events),
        credit(say),
    ]


def _figure(
    asking: Asking, small: Mapping[str, float], large: Mapping[str, float], events: int
) -> Figure:
    growth = large[asking.name] / small[asking.name]
    note = f"{events:,} events; of ten times the events {growth:.1f} times as long"
    if asking.floor:
        plain = large[asking.floor] / small[asking.floor]
        note += f" (plain SQL {plain:.1f} times)"
    return less(
        f"journeys: {asking.name}",
        large[asking.name],
        "s",
        floor=large.get(asking.floor),
        bar=asking.bar_s if events >= BAR_EVENTS else None,
        note=note,
    )


def _of_keeping(
    small: Mapping[str, float], large: Mapping[str, float], events: int
) -> Figure:
    growth = large[KEEPING] / small[KEEPING]
    note = (
        f"all of {events:,} events once, in turns of {PEOPLE:,} people, the longest"
        f" {large[TURN]:.1f} s; of ten times the events {growth:.1f} times as long;"
        f" {large[BYTES] / events:.0f} bytes an event, all else"
        f" {large[WHOLE] / events:.0f}"
    )
    return less(f"journeys: {KEEPING}", large[KEEPING], "s", note=note)


def _copy(
    cache: Cache, made: Cache, clock: Clock, say: Say, events: int
) -> tuple[Cache, Kept]:
    """Give the copy of so many events, and where it is kept."""
    found = cache.find(NAME, events)
    if found is not None:
        say(f"journeys: {events:,} events, as prepared")
        return cache, found
    say(f"journeys: sealing {events:,} events")
    return made, made.prepare(NAME, events, clock.now_us(), make_copy)


def make_copy(folder: Path, events: int, now_us: int) -> None:
    """Fill a copy with so many events of the year before now, twenty a person."""
    lake = _lake(folder)
    lake.open()
    try:
        _fill(lake, now_us - YEAR_US, events)
        lake.settle()
    finally:
        lake.close()


def _lake(folder: Path) -> DuckLake:
    return DuckLake(folder / "lake.duckdb", folder / "days", Limits(1_024, 120, 4_096))


def _measured(folder: Path, say: Say, cache: Cache, kept: Kept) -> dict[str, float]:
    cache.lend(kept, folder)
    say(f"journeys: asking {kept.rows:,} events")
    lake = _lake(folder)
    lake.open()
    try:
        plain = named_statements(read_sql("habitue.app.bench", "journeys.sql"))
        asked = _asked(kept.now_us)
        found = _kept(lake, folder / "lake.duckdb", sessions(asked))
        for one in QUESTIONS:
            made = _made(asked, one.table)
            found[one.name] = _timed(lake, made.sql, made.values)
            if one.floor:
                found[one.floor] = _timed(lake, plain[one.floor], {})
        return found
    finally:
        lake.close()


def _made(asked: Asked, table: str) -> Any:
    """Make the query of a question: about journeys, or of key figures."""
    last = f"SELECT count(*) AS n FROM {table}"
    if table != "step":
        return query(asked, last)
    span = (asked.since_us, asked.until_us)
    return kpi.query(
        kpi.Asked(
            since_us=span[0],
            until_us=span[1],
            months_since_us=span[0],
            months_until_us=span[1],
            now_us=span[1],
            steps=STEPS,
        ),
        last,
    )


def _kept(lake: DuckLake, path: Path, made: Sessions) -> dict[str, float]:
    """Have all sessions kept; give how long it took, and what it takes on disk."""
    before, turns = _size(lake, path), [0.0]
    while lake.stamp != made.stamp or lake.stale:
        began = time.perf_counter()
        lake.keep_sessions(made, PEOPLE)
        turns.append(time.perf_counter() - began)
    after = _size(lake, path)
    return {KEEPING: sum(turns), TURN: max(turns), BYTES: after - before, WHOLE: before}


def _size(lake: DuckLake, path: Path) -> float:
    """Give the bytes of the file, without any that are of nothing."""
    lake.scrub()
    return path.stat().st_size


def _timed(lake: Lake, sql: str, values: dict[str, Any]) -> float:
    """Give how long a question takes that is answered the second time, in seconds."""
    tables = {"goods": goods_table([])} if "goods" in sql else {}
    question = Question(sql=sql, values=values, tables=tables, trusted=True)
    took = 0.0
    for _ in range(2):
        asking = lake.begin(Tail(lake.offset))
        began = time.perf_counter()
        try:
            asking.answer(question)
        finally:
            asking.close()
        took = time.perf_counter() - began
    return took


def _asked(now_us: int) -> Asked:
    bound, lost = Bound(), Handover()
    return Asked(
        since_us=now_us - YEAR_US,
        until_us=now_us,
        channel=channel_sql(default_rules(), bound),
        values=bound.values,
        more={
            "currency": "EUR",
            "paths_max": 100,
            "bags_max": 20_000,
            "signs": list(lost.events),
            "shown_in": list(lost.contacts),
            "missing_in": list(lost.awaited),
            "for_purchase": False,
            "days_us": lost.days_us,
            "now_us": now_us,
        },
    )


# -- rows ---------------------------------------------------------------------------


def _fill(lake: Lake, since_us: int, events: int) -> None:
    """Seal sessions of people by chance, as columns."""
    chance, people = np.random.default_rng(SEED), max(1, events // EVENTS_A_PERSON)
    for first in range(0, events, CHUNK):
        count = min(CHUNK, events - first)
        told, lines = _chunk(lake, chance, since_us, (first, count, people))
        lake.seal(Seal(Tail(first + count, (told,), (lines,))))
    strands = np.arange(1, people + 1)
    row = HoldingRow(1, None, None, 1)
    held = _packed(
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
        "name": _picked((*NAMES, "Receipt Issued"), names),
        "channel": _picked(("web", "pos"), bought.astype(int)),
        "store": _picked((None, "s1"), bought.astype(int)),
        "object": pa.array(
            [f"r/tills/{one}" if is_bought else None for one, is_bought in zip(
                offsets.tolist(), bought.tolist(), strict=True)],
            pa.string(),
        ),
        "came": _picked(CAME, np.where(step == 0, came, 0)),
    }  # fmt: skip
    lines = {
        "log_offset": offsets,
        "product": _picked([f"p{one}" for one in range(GOODS)], product),
        "category": _picked(
            [f"c{one}" for one in range(CATEGORIES)], product % CATEGORIES
        ),
    }
    return (
        _packed(lake, "event", _EVENT, count, told),
        _packed(lake, "line", _LINE, count, lines),
    )


_EVENT = EventRow(
    *(1, 0, 0, 1, "track", "", "web", None, "web", False, None, True, None, None),
    *("EUR", 1_000, "{}", None, "mobile"),
)
_LINE = LineRow(1, 0, "", "", "", "", 1_000, 1_000, 1_000, "EUR")


def _picked(values: Any, places: Any) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(places))


def _packed(
    lake: Lake, sort: Sort, row: tuple[Any, ...], count: int, told: dict[str, Any]
) -> Any:
    """Lay out rows as the copy packs them: columns told, the rest as in one row."""
    one = lake.pack(sort, [row])
    first = pa.array(np.zeros(count, np.int64))
    return pa.RecordBatch.from_arrays(
        [
            _column(told[field.name], field.type)
            if field.name in told
            else one.column(place).take(first)
            for place, field in enumerate(one.schema)
        ],
        schema=one.schema,
    )


def _column(values: Any, sort: pa.DataType) -> pa.Array:
    return (values if isinstance(values, pa.Array) else pa.array(values)).cast(sort)
