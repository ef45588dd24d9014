"""Feeds of goods, prices, stock and stores: what is new of them goes into the log."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from habitue.access.sources import Sources
from habitue.app.desks.home import ReadFold
from habitue.app.desks.writing import Writing
from habitue.base.errors import InvalidError, NotFoundError, StorageError
from habitue.catalog.feed import Feed, FeedKind
from habitue.catalog.parse import Where, fact_of
from habitue.collect.arrive import make_arrival
from habitue.collect.body import Envelope
from habitue.collect.item import Arrival, Rules
from habitue.collect.pipeline import Taken, take
from habitue.collect.port import Credential
from habitue.log.port import Entry
from habitue.model.outcome import Outcome
from habitue.model.source import Source, Writer

View = dict[str, Any]

SLICE_S = 0.002
_encode = msgspec.json.Encoder().encode


class TooFastError(StorageError):
    """More comes in than can be kept up with; send it again in a few seconds."""


class FeedDesk:
    """Takes the items of a feed through the steps of the door, those that are new."""

    def __init__(
        self,
        fold: ReadFold,
        writing: Writing,
        sources: Sources,
        rules: Callable[[], Rules],
        pressure: Callable[[], float],
    ) -> None:
        self._fold = fold
        self._writing = writing
        self._sources = sources
        self._rules = rules
        self._pressure = pressure
        # What is new is known only once the request before has been applied.
        self._turn = asyncio.Lock()

    async def feed(
        self,
        kind: FeedKind,
        items: Sequence[View],
        source: str,
        operator: str | None,
        *,
        historical: bool,
    ) -> View:
        """Store what is new of these items; give an outcome for each, in order."""
        if self._pressure() >= 1:
            raise TooFastError
        credential = Credential(
            source=self._source(source), writer=Writer.SERVER, operator=operator
        )
        async with self._turn:
            taken = await self._take(kind, items, credential, historical=historical)
            outcomes = await self._writing.append([one.entry for one in taken])
        pairs = zip(taken, outcomes, strict=True)
        return {"results": [_result(one, outcome) for one, outcome in pairs]}

    def _source(self, name: str) -> Source:
        found = self._sources.get(name)
        if found is None:
            raise NotFoundError(f"There is no source '{name}'; set it up first.")
        if found.kind is not Writer.SERVER:
            raise InvalidError(
                f"'{name}' is a public source: goods are told by the shop's own"
                " systems. Set up a source of the kind 'server' for them."
            )
        return found

    async def _take(
        self,
        kind: FeedKind,
        items: Sequence[View],
        credential: Credential,
        *,
        historical: bool,
    ) -> list[Taken]:
        now_us = self._writing.now_us()
        arrival = make_arrival(self._rules(), credential, Envelope(items=()), now_us)
        name = credential.source.name
        read = self._fold.catalog.read
        feed = Feed(read, kind, name, now_us, historical=historical)
        found, until = [], time.perf_counter() + SLICE_S
        for item in items:
            found.append(self._one(feed, item, arrival))
            if time.perf_counter() >= until:
                await asyncio.sleep(0)
                until = time.perf_counter() + SLICE_S
        return found

    def _one(self, feed: Feed, item: View, arrival: Arrival) -> Taken:
        taken = take(_encode(feed.wire(item)), arrival)
        entry, event = taken.entry, taken.event
        if event is None:
            return taken
        source = arrival.terms.source
        where = Where(source, entry.message_id, 0, arrival.received_us)
        fact = fact_of(event, where)
        if fact is None:
            return taken
        offset = feed.same(fact, event.at_us)
        record = None if offset is None else self._fold.record_at(offset)
        if record is not None and record.body is not None and record.message_id:
            # Told again word by word it is a duplicate, and counted as one.
            entry = Entry(source=source, message_id=record.message_id, body=record.body)
            return Taken(entry, taken.warnings)
        feed.take(fact, entry.message_id)
        return taken


def _result(taken: Taken, outcome: Outcome) -> View:
    told: View = {"outcome": outcome.fate.value}
    for name in ("reason", "detail", "offset", "quarantine_id"):
        value = getattr(outcome, name)
        if value is not None:
            told[name] = value
    if taken.warnings:
        told["warnings"] = msgspec.to_builtins(taken.warnings)
    return told
