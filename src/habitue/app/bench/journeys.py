"""Journeys measured on a copy of so many events, of a tenth of them, and of more.

Each question stands beside plain SQL over the same rows that finds less (no rules for
channels, no campaigns, no latest reports), so the floor is of one run. Growth is how
many times as long so many times the events take.
"""

import time
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from habitue.app.bench import memory, timeline
from habitue.app.bench.credit import credit
from habitue.app.bench.figure import Figure, Say, less
from habitue.app.bench.ground import Ground
from habitue.app.bench.journey_asking import (
    QUESTIONS,
    Asking,
    asked_at,
    cut,
    plain,
    put,
    timed,
)
from habitue.app.bench.journey_rows import (
    EVENTS_A_PERSON,
    LIMITS,
    make_copy,
    open_copy,
)
from habitue.app.bench.prepared import Cache, DataSet, Kept
from habitue.app.lake.keeping import PEOPLE
from habitue.backends.duckdb.lake import DuckLake
from habitue.base.clock import Clock
from habitue.journey.asking import sessions
from habitue.lake.port import NotAnsweredError, Sessions

# How the data set is called where it is kept.
NAME = "journeys"
# What the issue asks for, of so many events on two cores.
BAR_EVENTS = 20_000_000
KEEPING, TURN = "keeping sessions", "a turn of it"
BYTES, WHOLE = "bytes of sessions", "bytes of all else"
PEAK, PEAK_KEEPING = "memory of questions", "memory of keeping"
# Of each event: made, lent and written anew, with room to sort and to spill.
BYTES_AN_EVENT = 200


class At(NamedTuple):
    """What was measured of so many events: seconds, bytes and MB, by their names."""

    events: int
    found: Mapping[str, float]

    def as_long(self, before: "At", name: str) -> str:
        """Say how many times as much it is as it was before, of fewer events."""
        return f"{self.found[name] / before.found[name]:.1f} times"


def sizes(events: int) -> tuple[int, ...]:
    """Say at how many events all is measured, the fewest first.

    They are a tenth and all; of more than the bars are of, these and a tenth of them.

    >>> sizes(2_000_000), sizes(100_000_000)
    ((200000, 2000000), (2000000, 20000000, 100000000))
    """
    most = min(events, BAR_EVENTS)
    more = (events,) if events > most else ()
    return (max(most // 10, EVENTS_A_PERSON), most, *more)


def measure(  # noqa: PLR0913 - what is measured, where, and of how much
    ground: Ground,
    clock: Clock,
    say: Say,
    *,
    events: int,
    cache: Cache,
    shared: Path | None = None,
) -> list[Figure]:
    """Measure journeys at a tenth of so many events, and then at all of them.

    A copy that was prepared is taken from the cache; else one is made, for the time
    unless the cache keeps what is made. shared: the folder of public data sets, if any.
    """
    memory.want_room(ground.folder, sum(sizes(events)) * BYTES_AN_EVENT)
    made = cache if cache.keeps else Cache(ground.folder / "made")
    measured = [
        At(size, _measured(ground.folder / f"journeys-{size}", say, *kept))
        for size in sizes(events)
        for wanted in [DataSet(NAME, size, clock.now_us(), make_copy)]
        for kept in [cache.taken(made, wanted, say)]
    ]
    return [
        *(one for before, at in pairwise(measured) for one in figures(before, at)),
        *timeline.measure(ground, clock, say, events=events),
        *credit(ground, say, shared),
    ]


def figures(before: At, at: At) -> list[Figure]:
    """Give what was measured, and how it grew from fewer events."""
    answered = [
        one for one in QUESTIONS if one.name in before.found and one.name in at.found
    ]
    return [
        *(_figure(asking, before, at) for asking in answered),
        _of_keeping(before, at),
        _of_memory(before, at),
    ]


def _figure(asking: Asking, before: At, at: At) -> Figure:
    note = f"{_grown(before, at)} {at.as_long(before, asking.name)} as long"
    if asking.floor in before.found and asking.floor in at.found:
        note += f" (plain SQL {at.as_long(before, asking.floor)})"
    note += asking.note
    return less(
        _called(asking.name, at),
        at.found[asking.name],
        "s",
        floor=at.found.get(asking.floor),
        bar=asking.bar_s if at.events == BAR_EVENTS else None,
        note=note,
    )


def _of_keeping(before: At, at: At) -> Figure:
    note = (
        f"{_grown(before, at)} {at.as_long(before, KEEPING)} as long; each once, in"
        f" turns of {PEOPLE:,} people, the longest {at.found[TURN]:.1f} s;"
        f" {at.found[BYTES] / at.events:.0f} bytes an event, all else"
        f" {at.found[WHOLE] / at.events:.0f}"
    )
    return less(_called(KEEPING, at), at.found[KEEPING], "s", note=note)


def _of_memory(before: At, at: At) -> Figure:
    # Where the system does not tell, there is nothing to compare.
    grown = f" {at.as_long(before, PEAK)} as much;" if before.found[PEAK] else ""
    note = (
        "of the process, all questions one after the other;"
        f" {_grown(before, at)}{grown} keeping sessions"
        f" {at.found[PEAK_KEEPING]:.0f} MB, {PEOPLE:,} people at a time. Bound: the"
        f" engine takes {LIMITS.memory_mb:,} MB, and what is more goes to the disk"
    )
    return less(_called("memory at most", at), at.found[PEAK], "MB", note=note)


def _called(name: str, at: At) -> str:
    """Say what a figure is of; of more than bars are of, it is another figure."""
    of = f" of {at.events:,} events" if at.events > BAR_EVENTS else ""
    return f"journeys: {name}{of}"


def _grown(before: At, at: At) -> str:
    return f"{at.events:,} events; of {at.events / before.events:g} times the events"


def _measured(folder: Path, say: Say, cache: Cache, kept: Kept) -> dict[str, float]:
    cache.lend(kept, folder)
    say(f"journeys: asking {kept.rows:,} events")
    memory.forget_peak()
    lake = open_copy(folder)
    try:
        asked = asked_at(kept.now_us)
        found = _kept(lake, folder / "lake.duckdb", sessions(asked))
        found[PEAK_KEEPING] = memory.peak_mb()
        memory.forget_peak()
        # Where people are cut is found out in a hundredth of the time of a part.
        spans = cut(lake, asked)
        for one in QUESTIONS:
            asks = [(one.name, put(asked, one, spans))]
            if one.floor:
                asks.append((one.floor, plain(one.floor)))
            for name, made in asks:
                # One that takes too much takes the other figures not along.
                try:
                    found[name] = timed(lake, made)
                except NotAnsweredError as error:
                    say(f"journeys: {name} of {kept.rows:,} events: {error}")
        found[PEAK] = memory.peak_mb()
        return found
    finally:
        lake.close()


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
