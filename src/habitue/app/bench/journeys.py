"""Journeys measured on a copy of so many events and of a tenth of them.

Each question stands beside plain SQL over the same rows that finds less (no rules for
channels, no campaigns, no latest reports), so the floor is of one run. Growth is how
many times as long ten times the events take.
"""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from habitue.app.bench import memory, timeline
from habitue.app.bench.credit import credit
from habitue.app.bench.figure import Figure, Say, less
from habitue.app.bench.ground import Ground
from habitue.app.bench.journey_rows import (
    EVENTS_A_PERSON,
    LIMITS,
    YEAR_US,
    make_copy,
    open_copy,
)
from habitue.app.bench.prepared import Cache, DataSet, Kept
from habitue.app.lake.arrow import goods_table
from habitue.app.lake.keeping import PEOPLE
from habitue.backends.duckdb.lake import DuckLake
from habitue.base.clock import Clock
from habitue.base.sql import named_statements, read_sql
from habitue.journey.asking import Asked, Query, Span, sessions
from habitue.journey.handover import Handover
from habitue.journey.parts import Parts, by_parts, cuts, parts_of, spans_of
from habitue.lake.port import Lake, NotAnsweredError, Question, Sessions, Tail
from habitue.measure.channels import default_rules
from habitue.measure.channels_sql import channel_sql
from habitue.measure.kpi import asking as kpi
from habitue.segment.compile_comparison import Bound

# How the data set is called where it is kept.
NAME = "journeys"
# What the issue asks for, of so many events on two cores.
BAR_EVENTS = 20_000_000
KEEPING, TURN = "keeping sessions", "a turn of it"
BYTES, WHOLE = "bytes of sessions", "bytes of all else"
PEAK, PEAK_KEEPING = "memory of questions", "memory of keeping"
# Of each event: made, lent and written anew, with room to sort and to spill.
BYTES_AN_EVENT = 200


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

    A copy that was prepared is taken from the cache; else one is made, for the time
    unless the cache keeps what is made.
    """
    memory.want_room(ground.folder, sum(sizes(events)) * BYTES_AN_EVENT)
    made = cache if cache.keeps else Cache(ground.folder / "made")
    small, large = (
        _measured(ground.folder / f"journeys-{size}", say, *kept)
        for size in sizes(events)
        for wanted in [DataSet(NAME, size, clock.now_us(), make_copy)]
        for kept in [cache.taken(made, wanted, say)]
    )
    answered = [one for one in QUESTIONS if one.name in small and one.name in large]
    return [
        *(_figure(asking, small, large, events) for asking in answered),
        _of_keeping(small, large, events),
        _of_memory(small, large, events),
        *timeline.measure(ground, clock, say, events=events),
        credit(say),
    ]


def _figure(
    asking: Asking, small: Mapping[str, float], large: Mapping[str, float], events: int
) -> Figure:
    growth = large[asking.name] / small[asking.name]
    note = f"{events:,} events; of ten times the events {growth:.1f} times as long"
    if asking.floor in small and asking.floor in large:
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


def _of_memory(
    small: Mapping[str, float], large: Mapping[str, float], events: int
) -> Figure:
    growth = large[PEAK] / small[PEAK] if small[PEAK] else 0.0
    note = (
        f"of the process, all questions one after the other over {events:,} events;"
        f" of ten times the events {growth:.1f} times as much; keeping sessions"
        f" {large[PEAK_KEEPING]:.0f} MB, {PEOPLE:,} people at a time. Bound: the engine"
        f" takes {LIMITS.memory_mb:,} MB, and what is more goes to the disk"
    )
    return less("journeys: memory at most", large[PEAK], "MB", note=note)


def _measured(folder: Path, say: Say, cache: Cache, kept: Kept) -> dict[str, float]:
    cache.lend(kept, folder)
    say(f"journeys: asking {kept.rows:,} events")
    memory.forget_peak()
    lake = open_copy(folder)
    try:
        plain = named_statements(read_sql("habitue.app.bench", "journeys.sql"))
        asked = _asked(kept.now_us)
        found = _kept(lake, folder / "lake.duckdb", sessions(asked))
        found[PEAK_KEEPING] = memory.peak_mb()
        memory.forget_peak()
        # Where people are cut is found out in a hundredth of the time of a part.
        spans = _spans(lake, asked)
        for one in QUESTIONS:
            asks = [(one.name, _made(asked, one.table, spans))]
            if one.floor:
                asks.append((one.floor, Parts((), Query(plain[one.floor], {}))))
            for name, made in asks:
                # One that takes too much takes the other figures not along.
                try:
                    found[name] = _timed(lake, made)
                except NotAnsweredError as error:
                    say(f"journeys: {name} of {kept.rows:,} events: {error}")
        found[PEAK] = memory.peak_mb()
        return found
    finally:
        lake.close()


def _spans(lake: Lake, asked: Asked) -> list[Span]:
    """Cut people as the product does, by the size of the copy."""
    parts = parts_of(lake, asked, LIMITS.memory_mb)
    if parts == 1:
        return spans_of(None)
    asking = lake.begin(Tail(lake.offset))
    try:
        found = asking.answer(Question(sql=cuts(parts), trusted=True))
        return spans_of(found.table["cuts"][0].as_py())
    finally:
        asking.close()


def _made(asked: Asked, table: str, spans: Sequence[Span]) -> Parts:
    """Make the query of a question: about journeys, or of key figures."""
    last = f"SELECT count(*) AS n FROM {table}"
    if table != "step":
        return by_parts(asked, last, spans)
    span = (asked.since_us, asked.until_us)
    made = kpi.query(
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
    return Parts((), Query(made.sql, made.values))


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


def _timed(lake: Lake, made: Parts) -> float:
    """Give how long a question takes that is answered the second time, in seconds."""
    told = " ".join((made.last.sql, *(one.sql for one in made.each)))
    tables = {"goods": goods_table([])} if "goods" in told else {}
    question = made.asked(Question(sql="", tables=tables, trusted=True))
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
