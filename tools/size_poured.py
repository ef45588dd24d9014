"""Fills a data folder by the steps of the door, the log and the fold, in one process.

What an import leaves, without its requests: so that 20 million events are an hour or
two, and not half a day.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from habitue.app.bench.sessions import Shop, identify, in_batches
from habitue.app.bench.stages import NoKeys, at_rest
from habitue.app.projection.rebuild import open_fold, replay
from habitue.app.projection.storage import open_storage
from habitue.base.ids import new_id
from habitue.base.settings import load
from habitue.collect.arrive import make_arrival
from habitue.collect.body import Envelope
from habitue.collect.item import Arrival, Rules
from habitue.collect.pipeline import take
from habitue.collect.port import Credential
from habitue.identity.kinds import default_policy, normalise
from habitue.log.port import Truth
from habitue.model.source import Source, Writer

SOURCE = "made-up"
CONTACTS_AT = "2025-11-01T00:00:00Z"
_AT_ONCE = 5_000
# As often state is written down, and one is told how far it is.
_BATCH = 100_000

Say = Callable[[str], None]


def stream(shop: Shop, events: int, customers: int, contacts: int) -> Iterator[bytes]:
    """Give items on the wire: contacts that did nothing yet, then visits."""
    return chain(
        (_contact(customers + number, number) for number in range(contacts)),
        (told.raw for told in shop.stream(events)),
    )


def _contact(customer: int, number: int) -> bytes:
    told: Mapping[str, Any] = {
        **identify(customer),
        "messageId": f"contact-{number}",
        "timestamp": CONTACTS_AT,
    }
    return msgspec.json.encode(told)


def pour(folder: Path, items: Iterator[bytes], now_us: int, say: Say) -> None:
    """Store items in the log of a new folder and fold them; say how long each takes."""
    settings = load({"data.folder": folder})
    storage = open_storage(settings)
    try:
        began = time.monotonic()
        _store(storage.truth, items, now_us)
        head = storage.truth.head()
        say(f"{head:,} events made and stored in {time.monotonic() - began:,.0f} s")
        fold = open_fold(storage.truth, storage.state, settings.state.rows_max)
        at_rest()
        while fold.offset < head:
            began = time.monotonic()
            until = min(head, fold.offset + _BATCH)
            replay(fold, storage.truth, storage.state, until)
            say(f"folded up to {until:,}, {time.monotonic() - began:,.1f} s")
    finally:
        storage.close()


def _store(truth: Truth, items: Iterator[bytes], now_us: int) -> None:
    source = Source(name=SOURCE, kind=Writer.SERVER)
    truth.define("source", SOURCE, msgspec.json.encode(source), now_us)
    arrival = _arrival(source, now_us)
    for batch in in_batches(items, _AT_ONCE):
        truth.commit([take(raw, arrival).entry for raw in batch], now_us)


def _arrival(source: Source, now_us: int) -> Arrival:
    rules = Rules(
        policy=default_policy(),
        normalise=normalise,
        credentials=NoKeys(),
        new_id=new_id,
    )
    # As of a file: each event names its import.
    credential = Credential(
        source=source, writer=source.kind, key_id=new_id(), bulk=True
    )
    return make_arrival(rules, credential, Envelope(items=()), now_us)
