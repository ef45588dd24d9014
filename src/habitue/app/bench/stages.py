"""Each stage alone, in this process and on one core: what an event costs where."""

import gc
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from habitue.app.bench.figure import Figure, Say, less, more
from habitue.app.bench.ground import Ground
from habitue.app.bench.sessions import KINDS, Shop, Told, in_batches, uuids
from habitue.app.projection.evidence import evidence_of
from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import open_fold
from habitue.app.projection.storage import open_storage
from habitue.base.clock import Clock
from habitue.base.ids import new_id
from habitue.collect.arrive import make_arrival
from habitue.collect.body import Envelope
from habitue.collect.handover import Handover
from habitue.collect.item import Arrival, Rules
from habitue.collect.pipeline import Taken, take
from habitue.collect.port import Credential, Subject, TokenFault
from habitue.collect.wire import Wire
from habitue.identity.kinds import default_policy, normalise
from habitue.log.port import Entry, Truth
from habitue.model.event import Event
from habitue.model.evidence import Evidence
from habitue.model.record import Record
from habitue.model.source import Source, Writer

SEED = 20_260_301
COMMIT_ITEMS = 500


class NoKeys:
    """Fills the port Credentials where items are taken without a request."""

    def credential(self, key: str) -> Credential | None:
        return None

    def subject(self, token: str, source: str, now_us: int) -> Subject | TokenFault:
        return TokenFault("unsigned")


def arrivals(now_us: int) -> dict[str, Arrival]:
    """Give for each source of the sessions how its items arrive."""
    rules = Rules(
        policy=default_policy(),
        normalise=normalise,
        credentials=NoKeys(),
        new_id=new_id,
    )
    return {
        name: make_arrival(
            rules,
            Credential(
                source=Source(name=name, kind=Writer(kind)), writer=Writer(kind)
            ),
            Envelope(items=()),
            now_us,
        )
        for name, kind in KINDS.items()
    }


def measure(ground: Ground, clock: Clock, say: Say, *, items: int) -> list[Figure]:
    """Measure the stages over so many items of sessions."""
    now_us = clock.now_us()
    say(f"stages: making {items:,} items of sessions")
    shop = Shop(SEED, customers=max(100, items // 30), now_us=now_us)
    stream = list(shop.stream(items))
    took, taken = _take(stream, now_us)
    entries = [one.entry for one in taken]
    say("stages: commit, observe, fold, snapshot")
    settings = ground.fresh()
    storage = open_storage(settings)
    try:
        committed, records = _commit(storage.truth, entries, ground, now_us)
        fold = open_fold(storage.truth, storage.state, settings.state.rows_max)
        events = [msgspec.json.decode(one.body or b"", type=Event) for one in records]
        observed, strands = _observe(fold, records)
        folded = _fold(fold, records, events, strands)
        written = _snapshot(fold, storage.state, ground)
    finally:
        storage.close()
    applied = _apply(ground, taken, now_us)
    if ground.database:
        # The others are of memory alone: no backend changes them.
        return [committed, written, applied]
    return [took, committed, observed, folded, written, applied]


def at_rest() -> None:
    """Keep what was prepared from the collector of cycles, as the server does."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 400)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Do the work once; give the seconds it took, and what it gave."""
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def _take(stream: Sequence[Told], now_us: int) -> tuple[Figure, list[Taken]]:
    arriving = arrivals(now_us)
    bare = msgspec.json.Decoder(Wire).decode
    encode = msgspec.json.Encoder().encode
    at_rest()
    floor_s, _ = timed(lambda: [encode(bare(raw)) for _, raw in stream])
    took_s, taken = timed(lambda: [take(raw, arriving[one]) for one, raw in stream])
    size = sum(len(raw) for _, raw in stream) // len(stream)
    figure = more(
        "decode and normalise, one core",
        len(stream) / took_s,
        "events/s",
        floor=len(stream) / floor_s,
        note=f"{size} bytes an event; floor: msgspec reads and writes the same",
    )
    return figure, taken


def _commit(
    truth: Truth, entries: Sequence[Entry], ground: Ground, now_us: int
) -> tuple[Figure, list[Record]]:
    names = uuids(np.random.default_rng(SEED), len(entries))
    told = [
        msgspec.structs.replace(entry, message_id=name)
        for entry, name in zip(entries, names, strict=True)
    ]
    records: list[Record] = []
    took_s = 0.0
    for batch in in_batches(told, COMMIT_ITEMS):
        began = time.perf_counter()
        truth.commit(batch, now_us)
        took_s += time.perf_counter() - began
        records.extend(truth.fresh())
    floor_s, _ = timed(lambda: _plain_file(ground.folder / "plain", told))
    return more(
        f"{ground.backend}: log, append in batches of {COMMIT_ITEMS}, random ids",
        len(told) / took_s,
        "events/s",
        floor=len(told) / floor_s,
        note="floor: the same bytes to a plain file, a flush a batch",
    ), records


def _plain_file(path: Path, entries: Sequence[Entry]) -> None:
    with path.open("wb", buffering=0) as file:
        for batch in in_batches(entries, COMMIT_ITEMS):
            file.write(b"".join(entry.body for entry in batch))
            os.fsync(file.fileno())


def _observe(fold: Fold, records: Sequence[Record]) -> tuple[Figure, list[int | None]]:
    told = [one for one in map(evidence_of, records) if isinstance(one, Evidence)]
    floor_s, _ = timed(lambda: _look_up(told))
    observe = fold.identity.observe
    at_rest()
    strands: list[int | None] = []
    slow: list[float] = []
    began = time.perf_counter()
    for evidence in told:
        placed = observe(evidence)
        strands.append(placed.strand)
        if placed.refold:
            slow.append(1.0)
    took_s = time.perf_counter() - began
    return less(
        "identity: observe",
        took_s / len(told) * 1e6,
        "us/event",
        floor=floor_s / len(told) * 1e6,
        note=f"{len(slow)} of {len(told)} moved a boundary; floor: a look-up in a dict"
        " for each identifier",
    ), strands


def _look_up(told: Sequence[Evidence]) -> None:
    known: dict[str, int] = {}
    for evidence in told:
        for kind, value in evidence.identifiers:
            known.setdefault(f"{kind}:{value}", evidence.offset)


def _fold(
    fold: Fold,
    records: Sequence[Record],
    events: Sequence[Event],
    strands: Sequence[int | None],
) -> Figure:
    rows = [
        (record, event, strand)
        for record, event, strand in zip(records, events, strands, strict=True)
        if strand is not None
    ]
    at_rest()
    floor_s, _ = timed(lambda: _tally(events, strands))
    began = time.perf_counter()
    for record, event, strand in rows:
        fold.profiles.fold(
            event,
            source=record.source,
            message_id=record.message_id or "",
            offset=record.offset,
            received_us=record.received_us,
            strand=strand,
        )
    took_s = time.perf_counter() - began
    return less(
        "profile: fold",
        took_s / len(rows) * 1e6,
        "us/event",
        floor=floor_s / len(events) * 1e6,
        note="floor: one counter in a dict a strand and name",
    )


def _tally(events: Sequence[Event], strands: Sequence[int | None]) -> None:
    counts: dict[tuple[int | None, str], int] = {}
    for event, strand in zip(events, strands, strict=True):
        key = (strand, event.name)
        counts[key] = counts.get(key, 0) + 1


def _snapshot(fold: Fold, backend: Any, ground: Ground) -> Figure:
    store = fold.store
    rows = store.dirty
    encode_s, snapshot = timed(lambda: (store.begin(1), store.take())[1])
    # Settling uses the snapshot up.
    values = [value for table in snapshot.rows.values() for value in table.values()]
    commit_s, _ = timed(lambda: backend.commit(snapshot))
    store.settle()
    floor_s, _ = timed(lambda: _dump(ground.folder / "rows", values))
    share = encode_s / (encode_s + commit_s)
    return more(
        f"{ground.backend}: state, encode and commit a snapshot",
        rows / (encode_s + commit_s),
        "rows/s",
        floor=len(values) / floor_s,
        note=f"{rows:,} rows and entries, {share:.0%} of it encoding; floor: the"
        " encoded rows to a plain file",
    )


def _dump(path: Path, values: Sequence[bytes | None]) -> None:
    with path.open("wb") as file:
        for value in values:
            file.write(value or b"")
        file.flush()
        os.fsync(file.fileno())


def _apply(ground: Ground, taken: Sequence[Taken], now_us: int) -> Figure:
    """Measure the projector's whole work on an event, as it is done live.

    There the door hands its events over, and no record is read again.
    """
    handover = Handover(len(taken))
    handover.open()
    handover.give(taken)
    entries = [one.entry for one in taken]
    settings = ground.fresh()
    storage = open_storage(settings)
    try:
        fold = open_fold(storage.truth, storage.state, settings.state.rows_max)
        records: list[Record] = []
        for batch in in_batches(entries, COMMIT_ITEMS):
            storage.truth.commit(batch, now_us)
            records.extend(storage.truth.fresh())
        decode = msgspec.json.Decoder(Event).decode
        at_rest()
        floor_s, _ = timed(lambda: [decode(one.body or b"") for one in records])
        told = [(one, handover.take(one.body)) for one in records]
        took_s, _ = timed(lambda: [fold.apply(*one) for one in told])
    finally:
        storage.close()
    return less(
        f"{ground.backend}: projector, a record through identity and profile",
        took_s / len(records) * 1e6,
        "us/event",
        floor=floor_s / len(records) * 1e6,
        note="the event handed over by the door; floor: msgspec reads the record",
    )
