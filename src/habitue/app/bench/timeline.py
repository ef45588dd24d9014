"""How soon a page of somebody's timeline is there, read as their card reads it.

The log and the state are filled as imports fill them, and opened anew: rows are read
from disk, each person's for the first time.
"""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from habitue.app.bench.figure import Figure, Say, less, quantile
from habitue.app.bench.ground import Ground
from habitue.app.bench.reading import put
from habitue.app.bench.sessions import in_batches
from habitue.app.desks.people_desk import PeopleDesk
from habitue.app.projection.rebuild import open_fold
from habitue.app.projection.storage import Storage, open_storage
from habitue.base.clock import DAY_US, Clock, to_iso
from habitue.base.errors import HabitueError

SEED = 23
EVENTS_A_PERSON, PAGE = 20, 50
# One of them did so much more; read again and again.
BUSY, BUSY_EVENTS = "busy", 10_000
READS, BUSY_READS = 2_000, 200
BAR_MS = 5.0
SPAN_US = 365 * DAY_US
# More take hours, and tell nothing else: a person's page does not grow with others'.
TOLD_MAX = 2_000_000
_BATCH = 20_000


def measure(ground: Ground, clock: Clock, say: Say, *, events: int) -> list[Figure]:
    """Fold a tenth of so many events, which takes minutes where the copy takes none."""
    told = min(max(events // 10, EVENTS_A_PERSON), TOLD_MAX)
    busy = min(events // 100, BUSY_EVENTS)
    settings = ground.fresh()
    say(f"journeys: folding {told:,} events for timelines")
    storage = open_storage(settings)
    try:
        fold = open_fold(storage.truth, storage.state, settings.state.rows_max)
        for batch in in_batches(_items(told, busy, clock.now_us()), _BATCH):
            put(storage, fold, batch, clock.now_us())
    finally:
        storage.close()
    storage = open_storage(settings)
    try:
        people, again = _read(storage, clock, settings.state.rows_max, told)
    finally:
        storage.close()
    note = (
        f"{told:,} events folded, {len(people):,} people of {EVENTS_A_PERSON} each read"
        f" for the first time; a page of {PAGE} of one of {busy:,} events, p99"
        f" {quantile(again, 0.99):.2f} ms"
    )
    return [
        less("journeys: single timeline, p50", quantile(people, 0.5), "ms", note=note),
        less(
            "journeys: single timeline, p99",
            quantile(people, 0.99),
            "ms",
            bar=BAR_MS,
            note=note,
        ),
    ]


def _items(events: int, busy: int, now_us: int) -> Iterator[dict[str, Any]]:
    """Give visits in the order of time, everybody's among those of the others."""
    people, step_us = max(events // EVENTS_A_PERSON, 1), SPAN_US // events
    for number in range(events):
        yield _seen(f"device-{number % people}", number, now_us - SPAN_US, step_us)
    for number in range(busy):
        yield _seen(BUSY, events + number, now_us - SPAN_US, step_us)


def _seen(device: str, number: int, since_us: int, step_us: int) -> dict[str, Any]:
    return {
        "type": "track",
        "event": "Product Viewed",
        "anonymousId": device,
        "messageId": f"t{number}",
        "timestamp": to_iso(since_us + number * step_us),
        "properties": {"product_id": f"p{number % 997}"},
    }


def _read(
    storage: Storage, clock: Clock, rows_max: int, events: int
) -> tuple[list[float], list[float]]:
    """Give how long pages took in milliseconds: of people by chance, of the busy."""
    fold = open_fold(storage.truth, storage.state, rows_max)
    desk = PeopleDesk(fold, storage.truth, clock)
    people = max(events // EVENTS_A_PERSON, 1)
    chosen = np.random.default_rng(SEED).permutation(people)[:READS].tolist()
    names = [f"device-{number}" for number in chosen]
    return (
        [_page_ms(desk, name) for name in names],
        [_page_ms(desk, BUSY) for _ in range(BUSY_READS)],
    )


def _page_ms(desk: PeopleDesk, device: str) -> float:
    person_id = desk.find(f"anonymous_id:{device}") or 0
    began = time.perf_counter()
    found = desk.timeline(person_id, None, PAGE)
    took = time.perf_counter() - began
    if not found or not found[0]:
        raise HabitueError(f"{device} was folded and has no timeline.")
    return took * 1_000
