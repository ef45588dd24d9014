"""The analytic copy measured: sealing, and what questions cost those who send."""

import time
from collections.abc import Iterator

import numpy as np

from habitue.app.bench import lake_beside
from habitue.app.bench.figure import Figure, Say, less, more
from habitue.app.bench.ground import Ground
from habitue.app.bench.prepared import Cache
from habitue.backends.duckdb.lake import DuckLake, Limits
from habitue.base.clock import DAY_US, Clock
from habitue.lake.port import Lake, Seal, Tail
from habitue.lake.rows import EventRow, HoldingRow

SEED = 11
# Twenty events a person, as DESIGN's million people of twenty million.
EVENTS_A_PERSON = 20
SEAL_ROWS = 20_000
NAMES = ("Page Viewed", "Product Viewed", "Product Added", "Order Completed")
SHARES = (0.5, 0.35, 0.1, 0.05)
YEAR_US = 365 * DAY_US
_PROPERTIES = tuple(
    f'{{"product_id":"p{at}","plan":"{plan}"}}'
    for at in range(997)
    for plan in ("gold", "gold", "tin")
)


def measure(  # noqa: PLR0913 - what is measured, where, and how much of it
    ground: Ground,
    clock: Clock,
    say: Say,
    *,
    events: int,
    seconds: int,
    cache: Cache,
) -> list[Figure]:
    """Measure the copy by itself at so many events, and then under a server."""
    alone = _alone(ground, clock.now_us(), say, events)
    kept = lake_beside.prepared(ground, clock, say, cache, events)
    return [*alone, *lake_beside.measure(ground, clock, say, kept, seconds)]


def _alone(ground: Ground, now_us: int, say: Say, events: int) -> list[Figure]:
    say(f"lake: sealing {events:,} events")
    folder = ground.folder / "lake"
    folder.mkdir()
    lake = DuckLake(folder / "lake.duckdb", folder / "days", Limits(1_024, 120, 4_096))
    lake.open()
    try:
        took_s = _fill(lake, now_us, events)
        began = time.perf_counter()
        lake.settle()
        settled_s = time.perf_counter() - began
        lake.close()
        size = (folder / "lake.duckdb").stat().st_size
        lake.open()
        return [
            more(
                "lake: sealed",
                events / took_s,
                "events/s",
                note=f"batches of {SEAL_ROWS:,}; put in order in {settled_s:.1f} s",
            ),
            less("lake: on disk", size / events, "bytes/event"),
        ]
    finally:
        lake.close()


def _fill(lake: Lake, now_us: int, events: int) -> float:
    """Seal events of people by chance; give how long packing and sealing took."""
    people = max(1, events // EVENTS_A_PERSON)
    took_s, offset = 0.0, 0
    for rows in _rows(now_us, events, people):
        began = time.perf_counter()
        offset += len(rows)
        lake.seal(Seal(Tail(offset, (lake.pack("event", rows),))))
        took_s += time.perf_counter() - began
    held = [HoldingRow(one + 1, None, None, one) for one in range(people)]
    packed = [
        lake.pack("holding", held[at : at + SEAL_ROWS])
        for at in range(0, people, SEAL_ROWS)
    ]
    lake.seal(Seal(Tail(offset, holding=tuple(packed)), anew=True, whole=True))
    return took_s


def _rows(now_us: int, events: int, people: int) -> Iterator[list[EventRow]]:
    chance = np.random.default_rng(SEED)
    for first in range(0, events, SEAL_ROWS):
        count = min(SEAL_ROWS, events - first)
        who = chance.integers(1, people + 1, count).tolist()
        names = chance.choice(len(NAMES), count, p=SHARES).tolist()
        # In order, as they came; over a year.
        spread = np.sort(chance.integers(0, YEAR_US * count // events, count))
        start = now_us - YEAR_US + YEAR_US * first // events
        times = (start + spread).tolist()
        yield [
            EventRow(
                first + at + 1,
                times[at],
                times[at],
                who[at],
                "track",
                NAMES[names[at]],
                "web",
                None,
                "web",
                False,
                None,
                False,
                None,
                None,
                "EUR",
                1_000 + at,
                _PROPERTIES[at % len(_PROPERTIES)],
                None,
                None,
            )
            for at in range(count)
        ]
