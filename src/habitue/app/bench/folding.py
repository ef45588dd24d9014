"""A fold under which segments answer, and events that are to be folded next."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from habitue.app.bench.ground import Ground
from habitue.app.bench.sessions import in_batches
from habitue.app.bench.stages import COMMIT_ITEMS
from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import open_fold
from habitue.app.projection.storage import open_storage
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.record import Record
from habitue.segment.condition import Condition
from habitue.segment.definition import SEGMENT, Segment, encode

_NOBODY = msgspec.json.encode(Event(type="track", name="Tick", at_us=0))


@contextmanager
def folding(
    ground: Ground, entries: Sequence[Entry], wanted: Sequence[Condition], now_us: int
) -> Iterator[tuple[Fold, list[tuple[Record, Event]]]]:
    """Lend a fold under which segments answer, and what is to be folded next."""
    settings = ground.fresh()
    storage = open_storage(settings)
    try:
        for at, condition in enumerate(wanted):
            name = f"s{at}"
            body = encode(Segment(segment_id=name, name=name, condition=condition))
            storage.truth.define(SEGMENT, name, body, now_us - 60_000_000)
        # Two ticks' time: what is defined answers before the first event comes.
        for at in (1, 2, 3):
            entry = Entry(source="bench", message_id=str(at), body=_NOBODY)
            storage.truth.commit([entry], now_us - 1_000_000 + at)
        fold = open_fold(storage.truth, storage.state, settings.state.rows_max)
        for record in storage.truth.read(0, 10_000):
            fold.apply(record)
        storage.truth.fresh()
        records: list[Record] = []
        for batch in in_batches(entries, COMMIT_ITEMS):
            storage.truth.commit(batch, now_us)
            records.extend(storage.truth.fresh())
        decode = msgspec.json.Decoder(Event).decode
        yield fold, [(one, decode(one.body or b"")) for one in records]
    finally:
        storage.close()
