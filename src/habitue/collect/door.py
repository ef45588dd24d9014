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
from habitue.collect.gate import Gate
from habitue.collect.handover import Handover
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
    respond,
    told_keys,
)
from habitue.collect.item import Arrival, Rules
from habitue.collect.pace import is_strangers
from habitue.collect.pipeline import Taken, refuse, set_aside, take
from habitue.collect.port import (
    Appender,
    Applied,
    Credential,
    Pressure,
)
from habitue.collect.reading import Budget, Claim, bounds, read_body
from habitue.collect.reason import Warned, quarantine
from habitue.log.commit import Overloaded
from habitue.model.outcome import Fate, Outcome
from habitue.model.source import Writer

PATH = "/api/v1/events"
TOKEN_HEADER = b"x-habitue-token"
# So many items take about a millisecond; then other requests get their turn.
_SLICE_ITEMS = 100
_STORAGE_WAIT_S = 5
_APPLIED_TIMEOUT_S = 1.0
# How much of the budget for bodies each may take: who may be anybody gives way first.
_STRANGERS_SHARE, _PUBLIC_SHARE, _WHOLE = 0.25, 0.75, 1.0
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


class Request(Struct, frozen=True, kw_only=True):
    """A request that may hold events, before anything of its body is known."""

    headers: Headers
    receive: Receive
    address: str
    received_us: int


class Ports(Struct, frozen=True, kw_only=True):
    """What the door needs of the rest.

    handover: where the projector of this process, if it has one, finds events.
    """

    appender: Appender
    applied: Applied
    pressure: Pressure
    clock: Clock
    handover: Handover | None = None


class Collector:
    """An ASGI application that takes events; it owns no state but its rates."""

    def __init__(self, rules: Rules, ports: Ports) -> None:
        self._rules = rules
        self._ports = ports
        self._budget = Budget(rules.limits.bodies_bytes_max)
        self._bounds = {one: bounds(rules.limits, known=one) for one in (True, False)}
        self.gate = Gate(rules.limits, ports.pressure, ports.clock)
        # Who is not known must not keep waiting who is.
        self._mending = {True: asyncio.Lock(), False: asyncio.Lock()}
        # (source, reason) -> how often something of an item was not used.
        self.unused: Counter[tuple[str, str]] = Counter()
        # reason -> how many requests were turned away as a whole.
        self.turned_away: Counter[str] = Counter()

    def go_by(self, rules: Rules) -> None:
        """Take what comes from here on by other rules, of the same limits."""
        self._rules = rules

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
        request = Request(
            headers=headers,
            receive=receive,
            address=_address(scope),
            received_us=received_us,
        )
        credential = self._known(told_keys(headers, scope["query_string"]))
        if credential is not None:
            self.gate.admit(credential, request.address)
        with self._budget.claim(_share(credential)) as claim:
            if credential is None:
                credential, envelope = await self._by_body(request, claim)
            else:
                envelope = await self._open(request, claim, known=True)
            _check_origin(credential, headers.get(b"origin"))
            self.gate.spend(credential, len(envelope.items), request.address)
            arrival = make_arrival(
                self._rules,
                credential,
                envelope,
                received_us,
                token=headers.get(TOKEN_HEADER, b"").decode("latin-1"),
            )
            taken = await self._take(envelope, arrival)
            taken = self.gate.keep_few(taken, credential)
            return await self._store(taken, scope["query_string"])

    def _known(self, keys: Any) -> Credential | None:
        for key in keys:
            found = self._rules.credentials.credential(key)
            if found is not None:
                return found
        return None

    async def _by_body(
        self, request: Request, claim: Claim
    ) -> tuple[Credential, Envelope]:
        """Read the body of who showed no known key: it may hold one."""
        address, now_us = request.address, request.received_us
        # Counted before it is read, or many at once would all slip by.
        self.gate.count_try(address, now_us)
        try:
            envelope = await self._open(request, claim, known=False)
        except Disconnected:
            self.gate.forgive_try(address, now_us)
            raise
        told = envelope.write_key
        credential = self._known((told,)) if isinstance(told, str) else None
        if credential is None:
            raise Fault("key_unknown")
        self.gate.forgive_try(address, now_us)
        self.gate.admit(credential, address)
        return credential, envelope

    async def _open(self, request: Request, claim: Claim, *, known: bool) -> Envelope:
        within = self._bounds[known]
        body = await read_body(request.receive, request.headers, within, claim)
        envelope = await self._read(body, known=known)
        if envelope is None:
            raise Fault("not_json")
        return envelope

    async def _read(self, body: bytes, *, known: bool) -> Envelope | None:
        limits = self._rules.limits
        if is_crumbs(body):
            raise Fault("too_many_items")
        envelope = read_strictly(body)
        if envelope is None and len(body) <= limits.mended_bytes_max:
            # Slow, and rare: only what no strict reader takes comes here, and one
            # at a time, so that many such bodies can't take the machine.
            async with self._mending[known]:
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
        over = len(envelope.items) - len(taken)
        return taken + [refuse(arrival)] * over if over else taken

    async def _store(self, taken: Sequence[Taken], query: bytes) -> Answer:
        if not taken:
            return Answer(200, _ENCODER.encode(Results(())))
        try:
            outcomes = await self._append(taken)
        except Overloaded as error:
            raise Fault("overloaded", wait_s=error.retry_after_s) from error
        except StorageError as error:
            raise Fault("storage_failed", wait_s=_STORAGE_WAIT_S) from error
        self._count_unused(taken)
        applied = await self._await_applied(outcomes) if _wants_applied(query) else None
        results = tuple(map(_result, taken, outcomes))
        return Answer(200, _ENCODER.encode(Results(results, applied)))

    async def _append(self, taken: Sequence[Taken]) -> Sequence[Outcome]:
        """Write the entries, with their events at hand for who applies them."""
        appender, handover = self._ports.appender, self._ports.handover
        entries = [one.entry for one in taken]
        if handover is None:
            return await appender.append(entries)
        handover.give(taken)
        try:
            return await appender.append(entries)
        finally:
            # What became a record has been taken already: the log tells of records
            # before it answers anybody.
            handover.drop(taken)

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


def _share(credential: Credential | None) -> float:
    if credential is None:
        return _STRANGERS_SHARE
    return _PUBLIC_SHARE if is_strangers(credential) else _WHOLE


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
