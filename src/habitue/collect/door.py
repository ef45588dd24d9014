"""The JSON door: one event or a batch, one outcome for each, on raw ASGI."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from habitue.base.clock import Clock
from habitue.base.errors import StorageError
from habitue.collect.arrive import make_arrival
from habitue.collect.body import Envelope, is_crumbs, read_loosely, read_strictly
from habitue.collect.http import (
    Answer,
    Disconnected,
    Fault,
    Headers,
    Receive,
    Scope,
    Send,
    origin_allowed,
    preflight,
    read_wire,
    respond,
    told_keys,
    unpack,
)
from habitue.collect.item import Arrival, Rules
from habitue.collect.pace import Failures, Pace, gives_way_at
from habitue.collect.pipeline import Taken, refuse, set_aside, take
from habitue.collect.port import (
    Appender,
    Applied,
    Credential,
    Pressure,
)
from habitue.collect.reason import Warned, quarantine
from habitue.log.commit import Overloaded
from habitue.model.outcome import Fate, Outcome
from habitue.model.source import Writer

PATH = "/api/v1/events"
TOKEN_HEADER = b"x-habitue-token"
# So many items take about a millisecond; then other requests get their turn.
_SLICE_ITEMS = 100
_STORAGE_WAIT_S = 5
_OVERLOAD_WAIT_S = 1
_APPLIED_TIMEOUT_S = 1.0
_ENCODER = msgspec.json.Encoder()


class Result(Struct, frozen=True, omit_defaults=True, gc=False):
    """What became of one item, as the client reads it."""

    outcome: Fate
    reason: str | None = None
    detail: str | None = None
    offset: int | None = None
    quarantine_id: int | None = None
    warnings: tuple[Warned, ...] = ()


class Results(Struct, frozen=True, omit_defaults=True):
    """The outcomes of a request's items, in their order."""

    results: tuple[Result, ...]
    applied: bool | None = None


class Ports(Struct, frozen=True, kw_only=True):
    """What the door needs of the rest."""

    appender: Appender
    applied: Applied
    pressure: Pressure
    clock: Clock


class Collector:
    """An ASGI application that takes events; it owns no state but its rates."""

    def __init__(self, rules: Rules, ports: Ports) -> None:
        self._rules = rules
        self._ports = ports
        self._pace = Pace()
        self._failures = Failures()
        self._mending = asyncio.Lock()
        # (source, reason) -> how often something of an item was not used.
        self.unused: Counter[tuple[str, str]] = Counter()
        # reason -> how many requests were turned away as a whole.
        self.turned_away: Counter[str] = Counter()

    @staticmethod
    def serves(path: str) -> bool:
        """Say whether a path is this door's."""
        return path in {PATH, PATH + "/"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: Headers = dict(scope["headers"])
        origin = headers.get(b"origin")
        try:
            answer = await self._answer(scope, headers, receive)
        except Disconnected:
            return
        except Fault as fault:
            self.turned_away[fault.reason] += 1
            answer = fault.answer()
            if fault.reason == "origin_not_allowed":
                origin = None
        await respond(send, answer, origin)

    async def _answer(self, scope: Scope, headers: Headers, receive: Receive) -> Answer:
        match scope["method"]:
            case "POST":
                return await self._collect(scope, headers, receive)
            case "OPTIONS":
                return preflight(headers)
            case _:
                raise Fault("method_not_allowed")

    async def _collect(
        self, scope: Scope, headers: Headers, receive: Receive
    ) -> Answer:
        received_us = self._ports.clock.now_us()
        credential = self._known(told_keys(headers, scope["query_string"]))
        address = _address(scope)
        if credential is None:
            _wait("too_many_failures", self._failures.wait_s(address, received_us))
        else:
            self._admit(credential, received_us)
        limits = self._rules.limits
        body = await unpack(await read_wire(receive, headers, limits), limits)
        envelope = await self._read(body)
        if credential is None:
            credential = self._by_body(envelope, address, received_us)
            self._admit(credential, received_us)
        if envelope is None:
            raise Fault("not_json")
        _check_origin(credential, headers.get(b"origin"))
        arrival = make_arrival(
            self._rules,
            credential,
            envelope,
            received_us,
            token=headers.get(TOKEN_HEADER, b"").decode("latin-1"),
        )
        taken = await self._take(envelope, arrival)
        self._pace.spend(credential.source, len(taken), received_us)
        return await self._store(taken, scope["query_string"])

    def _known(self, keys: Any) -> Credential | None:
        for key in keys:
            found = self._rules.credentials.credential(key)
            if found is not None:
                return found
        return None

    def _by_body(
        self, envelope: Envelope | None, address: str, now_us: int
    ) -> Credential:
        told = envelope.write_key if envelope else None
        found = self._known((told,)) if isinstance(told, str) else None
        if found is None:
            self._failures.add(address, now_us)
            raise Fault("key_unknown")
        return found

    def _admit(self, credential: Credential, now_us: int) -> None:
        source = credential.source
        if self._ports.pressure() >= gives_way_at(source):
            raise Fault("overloaded", wait_s=_OVERLOAD_WAIT_S)
        wait_s = self._pace.wait_s(source, now_us)
        _wait("source_too_fast", wait_s, source.events_per_s_max)

    async def _read(self, body: bytes) -> Envelope | None:
        limits = self._rules.limits
        if is_crumbs(body):
            raise Fault("too_many_items")
        envelope = read_strictly(body)
        if envelope is None and len(body) <= limits.mended_bytes_max:
            # Slow, and rare: only what no strict reader takes comes here, and one
            # at a time, so that many such bodies can't take the machine.
            async with self._mending:
                envelope = await asyncio.to_thread(
                    read_loosely, body, limits.batch_items_max
                )
        if envelope and len(envelope.items) > limits.request_items_max:
            raise Fault("too_many_items")
        return envelope

    async def _take(self, envelope: Envelope, arrival: Arrival) -> list[Taken]:
        if envelope.batch_fault:
            why = quarantine("batch_not_a_list", shown="something else")
            return [set_aside(envelope.items[0], arrival, why)]
        limit = arrival.rules.limits.batch_items_max
        taken: list[Taken] = []
        for at, raw in enumerate(envelope.items[:limit], 1):
            taken.append(take(raw, arrival))
            if at % _SLICE_ITEMS == 0:
                await asyncio.sleep(0)
        taken.extend([refuse(arrival)] * (len(envelope.items) - len(taken)))
        return taken

    async def _store(self, taken: Sequence[Taken], query: bytes) -> Answer:
        if not taken:
            return Answer(200, _ENCODER.encode(Results(())))
        try:
            outcomes = await self._ports.appender.append([one.entry for one in taken])
        except Overloaded as error:
            raise Fault("overloaded", wait_s=error.retry_after_s) from error
        except StorageError as error:
            raise Fault("storage_failed", wait_s=_STORAGE_WAIT_S) from error
        self._count_unused(taken)
        applied = await self._await_applied(outcomes) if _wants_applied(query) else None
        results = tuple(map(_result, taken, outcomes))
        return Answer(200, _ENCODER.encode(Results(results, applied)))

    async def _await_applied(self, outcomes: Sequence[Outcome]) -> bool:
        last = max(
            (one.offset for one in outcomes if one.offset is not None), default=0
        )
        return await self._ports.applied(last, _APPLIED_TIMEOUT_S) if last else True

    def _count_unused(self, taken: Sequence[Taken]) -> None:
        for one in taken:
            for warning in one.warnings:
                self.unused[one.entry.source, warning.reason] += 1


def _result(taken: Taken, outcome: Outcome) -> Result:
    return Result(
        outcome.fate,
        outcome.reason,
        outcome.detail,
        outcome.offset,
        outcome.quarantine_id,
        taken.warnings,
    )


def _wait(reason: str, wait_s: int, limit: int = 0) -> None:
    if wait_s:
        raise Fault(reason, wait_s=wait_s, limit=limit)


def _check_origin(credential: Credential, origin: bytes | None) -> None:
    # Only browsers tell an origin, and only public keys live in browsers.
    if origin is None or credential.writer is not Writer.PUBLIC:
        return
    if not origin_allowed(origin, credential.source.origins):
        raise Fault("origin_not_allowed")


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _wants_applied(query: bytes) -> bool:
    return b"wait=applied" in query.split(b"&")
