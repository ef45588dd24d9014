"""A fold under which segments answer, and events that are to be folded next."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from habitue.app.bench.ground import Ground
from habitue.app.bench.sessions import in_batches
from habitue.app.bench.stages import COMMIT_ITEMS
from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import open_fold, save
from habitue.app.projection.storage import Storage, open_storage
from habitue.base.errors import HabitueError
from habitue.base.settings import Settings
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.record import Record
from habitue.segment.condition import Condition
from habitue.segment.definition import SEGMENT, Segment, encode

SEGMENTS = 50
_NOBODY = msgspec.json.encode(Event(type="track", name="Tick", at_us=0))


def define(
    storage: Storage, fold: Fold, wanted: Sequence[Condition], now_us: int
) -> None:
    """Have segments answer in a log that holds nothing yet, before any event comes."""
    for at, condition in enumerate(wanted):
        name = f"s{at}"
        body = encode(Segment(segment_id=name, name=name, condition=condition))
        storage.truth.define(SEGMENT, name, body, now_us - 60_000_000)
    # Two ticks' time: there is nothing to be filled in.
    for at in (1, 2, 3):
        entry = Entry(source="bench", message_id=str(at), body=_NOBODY)
        storage.truth.commit([entry], now_us - 1_000_000 + at)
    for record in storage.truth.read(0, 10_000):
        fold.apply(record)
    storage.truth.fresh()
    if len(fold.segments.live.library.answering()) != len(wanted):
        raise HabitueError(f"Not all of {len(wanted)} segments answer.")


def under_segments(
    settings: Settings, wanted: Sequence[Condition], now_us: int
) -> None:
    """Have segments answer in a deployment that holds nothing yet, if it doesn't."""
    storage = open_storage(settings)
    try:
        if not storage.truth.head():
            fold = open_fold(storage.truth, storage.state, settings.state.rows_max)
            define(storage, fold, wanted, now_us)
            save(fold, storage.state)
    finally:
        storage.close()


@contextmanager
def folding(
    ground: Ground, entries: Sequence[Entry], wanted: Sequence[Condition], now_us: int
) -> Iterator[tuple[Fold, list[tuple[Record, Event]]]]:
    """Lend a fold under which segments answer, and what is to be folded next."""
    settings = ground.fresh()
    storage = open_storage(settings)
    try:
        fold = open_fold(storage.truth, storage.state, settings.state.rows_max)
        define(storage, fold, wanted, now_us)
        records: list[Record] = []
        for batch in in_batches(entries, COMMIT_ITEMS):
            storage.truth.commit(batch, now_us)
            records.extend(storage.truth.fresh())
        decode = msgspec.json.Decoder(Event).decode
        yield fold, [(one, decode(one.body or b"")) for one in records]
    finally:
        storage.close()
