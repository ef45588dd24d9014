"""A shop with a door, sources of all classes, and a real log behind it."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from habitue.access.permission import Role
from habitue.access.sources import Sources
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import MINUTE_US, ManualClock
from habitue.base.ids import counted_ids
from habitue.collect.door import Collector, Ports
from habitue.collect.item import Rules
from habitue.collect.limits import Limits
from habitue.identity.kinds import default_policy, normalise
from habitue.log.commit import Committer
from habitue.log.port import Definition
from habitue.model.event import Event
from habitue.model.source import Source, Writer
from tests.collect.driver import Reply, ask

# 2026-03-01 12:00:00 UTC
NOW_US = 1_772_366_400_000_000


class LoggedDefinitions:
    """Definitions in the log, by the log's one writer."""

    def __init__(
        self, truth: SqliteTruth, committer: Committer, clock: ManualClock
    ) -> None:
        self._truth = truth
        self._committer = committer
        self._clock = clock

    async def define(self, kind: str, name: str, body: bytes) -> Definition:
        now_us = self._clock.now_us()
        return await self._committer.run(
            lambda: self._truth.define(kind, name, body, now_us)
        )

    def definitions(self, kind: str) -> list[Definition]:
        return self._truth.definitions(kind)


class MemorySecrets:
    """Secrets that are gone with the test."""

    def __init__(self) -> None:
        self._secrets: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self._secrets.get(name)

    def put(self, name: str, secret: bytes) -> None:
        self._secrets[name] = secret


class Shop:
    """Everything behind the door, and the keys in front of it."""

    def __init__(self, folder: Path, **limits: int) -> None:
        self.runner = asyncio.Runner()
        self.clock = ManualClock(NOW_US)
        self.truth = SqliteTruth(folder / "truth.db")
        self.committer = Committer(self.truth, self.clock)
        self.sources = self.runner.run(self._sources())
        self.pressure = 0.0
        self.is_applied = True
        self.waited_for: list[int] = []
        rules = Rules(
            policy=default_policy(),
            normalise=normalise,
            credentials=self.sources,
            new_id=counted_ids("made-"),
            limits=Limits(**limits),
        )
        self.rules = rules
        self.collector = Collector(
            rules,
            Ports(
                appender=self.committer,
                applied=self._applied,
                pressure=lambda: self.pressure,
                clock=self.clock,
            ),
        )
        self.keys: dict[str, str] = {}
        self.add(Source(name="server"))
        self.add(Source(name="web", kind=Writer.PUBLIC))

    async def _sources(self) -> Sources:
        definitions = LoggedDefinitions(self.truth, self.committer, self.clock)
        return Sources(definitions, MemorySecrets(), self.clock)

    async def _applied(self, offset: int, timeout_s: float = 1.0) -> bool:
        self.waited_for.append(offset)
        return self.is_applied

    def add(self, source: Source) -> None:
        _, self.keys[source.name] = self.runner.run(self.sources.add(source))

    def add_operator(self, name: str) -> None:
        self.keys[name] = self.runner.run(
            self.sources.add_operator(name, Role.ADMINISTRATOR)
        )

    def send(self, body: bytes = b"", key: str = "server", **fields: Any) -> Reply:
        """Send raw bytes with a source's key."""
        headers: Mapping[str, str] = fields.pop("headers", {})
        told = (
            {"Authorization": f"Bearer {self.keys[key]}", **headers} if key else headers
        )
        return self.runner.run(ask(self.collector, body, headers=told, **fields))

    def post(self, item: Any, key: str = "server", **fields: Any) -> Reply:
        """Send a value as JSON."""
        return self.send(json.dumps(item).encode(), key, **fields)

    def event(self, item: Any, key: str = "server", **fields: Any) -> Event:
        """Send one item and read the event that stands in the log for it."""
        reply = self.post(item, key, **fields)
        assert reply.status == 200, reply.body
        assert reply.outcomes == ["stored"], reply.data
        return self.at(reply.results[0]["offset"])

    def at(self, offset: int) -> Event:
        record = self.truth.get(offset)
        assert record is not None
        assert record.body is not None
        return msgspec.json.decode(record.body, type=Event)

    def events(self) -> list[Event]:
        records = self.truth.read(0, 10_000)
        return [
            msgspec.json.decode(record.body, type=Event)
            for record in records
            if record.kind == "event" and record.body is not None
        ]

    def close(self) -> None:
        self.runner.run(self.committer.close())
        self.truth.close()
        self.runner.close()


@contextmanager
def open_shop(folder: Path, **limits: int) -> Iterator[Shop]:
    shop = Shop(folder, **limits)
    try:
        yield shop
    finally:
        shop.close()


def track(name: str = "Tea Poured", **fields: Any) -> dict[str, Any]:
    """Make a track item as a client sends it."""
    return {"type": "track", "event": name, **fields}


def minutes(count: float) -> int:
    return round(count * MINUTE_US)
