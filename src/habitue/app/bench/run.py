"""The whole benchmark: which parts there are, how large, and in what order."""

import gc
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from habitue.app.bench import (
    dialects,
    files,
    gallery,
    graph,
    journeys,
    lake,
    reading,
    segments,
    shared,
    shown,
    stages,
    till,
    whole,
)
from habitue.app.bench.figure import Figure, Say, table
from habitue.app.bench.ground import Ground, ground
from habitue.app.bench.kept import Measured
from habitue.app.bench.page import machine
from habitue.app.bench.prepared import CACHE, Cache
from habitue.base.clock import Clock
from habitue.base.errors import HabitueError, InvalidError
from habitue.collect.files import ImportPlan

__all__ = ["PARTS", "Size", "Wanted", "run", "table"]


class Size(Struct, frozen=True, kw_only=True):
    """How much of everything: as large as shows, in the time there is."""

    stage_items: int = 100_000
    segment_items: int = 30_000
    batch_items: int = 300_000
    few_segments: int = shared.FEW
    single_items: int = 80_000
    dialect_items: int = 50_000
    profiles: int = 1_000_000
    profiles_on_server: int = 100_000
    heavy_events: int = 100_000
    rate_s: int = 10
    contacts: int = 60_000
    till_rows: int = 1_000_000
    till_s: int = 15
    edges: int = 10_000_000
    nodes: int = graph.COMPONENT_NODES
    arrivals: int = 100_000
    tries: int = 50
    lake_events: int = 2_000_000


QUICK = Size(
    stage_items=5_000,
    segment_items=2_000,
    batch_items=10_000,
    few_segments=5,
    single_items=3_000,
    dialect_items=2_000,
    profiles=3_000,
    profiles_on_server=1_000,
    heavy_events=3_000,
    rate_s=1,
    contacts=3_000,
    till_rows=2_000,
    till_s=1,
    edges=400_000,
    nodes=300,
    arrivals=5_000,
    tries=10,
    lake_events=20_000,
)


class Wanted(Struct, frozen=True, kw_only=True):
    """What to measure: only the parts named, or all; database on that server too.

    history: the file of receipts to import; left out without it, and in a quick run.
    lake_events: how many events the analytic copy is measured with; 0 for as many as
    the size says. journeys_events: how many journeys are measured with instead; their
    copies are kept in the cache, so that what broke off is gone on with. cache: where
    data sets lie that were prepared; shared: where public ones lie, if anywhere.
    """

    clock: Clock
    quick: bool = False
    database: str = ""
    only: tuple[str, ...] = ()
    history: ImportPlan | None = None
    lake_events: int = 0
    journeys_events: int = 0
    cache: Path = CACHE
    shared: Path | None = None


Part = Callable[[Ground, Wanted, Size, Say], list[Figure]]


def _stages(on: Ground, wanted: Wanted, size: Size, say: Say) -> list[Figure]:
    return stages.measure(on, wanted.clock, say, items=size.stage_items)


def _segments(on: Ground, wanted: Wanted, size: Size, say: Say) -> list[Figure]:
    return segments.measure(on, wanted.clock, say, items=size.segment_items)


def _batches(on: Ground, wanted: Wanted, size: Size, say: Say) -> list[Figure]:
    return [
        *whole.measure_batches(on, wanted.clock, say, items=size.batch_items),
        *shared.measure(
            on, wanted.clock, say, items=size.batch_items, few=size.few_segments
        ),
    ]


def _singles(on: Ground, wanted: Wanted, size: Size, say: Say) -> list[Figure]:
    return whole.measure_singles(on, wanted.clock, say, items=size.single_items)


def _dialects(on: Ground, wanted: Wanted, size: Size, say: Say) -> list[Figure]:
    return dialects.measure(on, wanted.clock, say, items=size.dialect_items)


def _reading(on: Ground, wanted: Wanted, size: Size, say: Say) -> list[Figure]:
    how_many = _people(on, size)
    return reading.measure(on, wanted.clock, say, size=how_many, seconds=size.rate_s)


def _pages(on: Ground, wanted: Wanted, size: Size, say: Say) -> list[Figure]:
    return shown.measure(on, wanted.clock, say, size=_people(on, size))


def _people(on: Ground, size: Size) -> reading.Size:
    return reading.Size(
        profiles=size.profiles_on_server if on.database else size.profiles,
        heavy_events=size.heavy_events,
    )


def _import(on: Ground, wanted: Wanted, size: Size, say: Say) -> list[Figure]:
    contacts = files.measure_contacts(on, say, lines=size.contacts)
    events = files.measure_events(on, say, wanted.clock, lines=size.contacts)
    if wanted.quick or wanted.history is None:
        return [*contacts, *events]
    return [*files.measure_history(on, say, wanted.history), *contacts, *events]


def _till(on: Ground, wanted: Wanted, size: Size, say: Say) -> list[Figure]:
    return till.measure(on, say, rows=size.till_rows, seconds=size.till_s)


def _identity(on: Ground, wanted: Wanted, size: Size, say: Say) -> list[Figure]:
    return [
        *graph.measure_bulk(say, edges=size.edges),
        *graph.measure_component(on, say, nodes=size.nodes, tries=size.tries),
        *graph.measure_arrivals(on, say, items=size.arrivals),
    ]


def _lake(on: Ground, wanted: Wanted, size: Size, say: Say) -> list[Figure]:
    events = wanted.lake_events or size.lake_events
    cache = Cache(wanted.cache)
    return [
        *lake.measure(
            on, wanted.clock, say, events=events, seconds=size.rate_s, cache=cache
        ),
        *gallery.measure(on, wanted.clock, say, events=events, cache=cache),
    ]


def _journeys(on: Ground, wanted: Wanted, size: Size, say: Say) -> list[Figure]:
    events = wanted.journeys_events or wanted.lake_events or size.lake_events
    cache = Cache(wanted.cache, keeps=bool(wanted.journeys_events))
    return journeys.measure(
        on, wanted.clock, say, events=events, cache=cache, shared=wanted.shared
    )


# Identity's figures are of numpy and of memory: no backend changes them.
PARTS: dict[str, Part] = {
    "stages": _stages,
    "segments": _segments,
    "batches": _batches,
    "singles": _singles,
    "dialects": _dialects,
    "reading": _reading,
    "pages": _pages,
    "import": _import,
    "till": _till,
    "identity": _identity,
    "lake": _lake,
    "journeys": _journeys,
}
BACKENDS = ("SQLite", "PostgreSQL")
ON_SERVER = (
    "stages", "batches", "singles", "dialects", "reading", "pages", "import",
    "till",
)  # fmt: skip


Keep = Callable[[Measured], None]


def run(wanted: Wanted, say: Say, keep: Keep = lambda _: None) -> list[Figure]:
    """Measure what is wanted, on SQLite and then on the database; give the figures.

    keep: is given each part as soon as it is measured, but none that broke off.
    """
    unknown = sorted(set(wanted.only) - PARTS.keys())
    if unknown:
        raise InvalidError(
            f"There is no part '{unknown[0]}' to measure; there are {', '.join(PARTS)}."
        )
    size = QUICK if wanted.quick else Size()
    names = wanted.only or tuple(PARTS)
    found: list[Figure] = []
    for database in ("", wanted.database) if wanted.database else ("",):
        with ground(database) as on:
            for name in names:
                if on.database and name not in ON_SERVER:
                    continue
                one = _measured(on, name, wanted, size, say)
                if one.figures:
                    keep(one)
                found += one.figures
    return found


def _measured(on: Ground, name: str, wanted: Wanted, size: Size, say: Say) -> Measured:
    """Measure a part; of one that breaks off there are no figures."""
    say(f"{name} on {on.backend}")
    figures: list[Figure] = []
    try:
        figures = PARTS[name](on, wanted, size, say)
    except (HabitueError, OSError) as error:
        # What the others measured in these minutes is not thrown away for it.
        say(f"{name} on {on.backend} broke off: {error}")
    finally:
        # What a part prepared was kept from the collector of cycles.
        gc.unfreeze()
        gc.collect()
    return Measured(
        part=name,
        backend=on.backend,
        at_us=wanted.clock.now_us(),
        machine=machine(),
        figures=tuple(figures),
    )
