"""The server's side of an import: takes packets of entries that a child made ready.

It is the door for events once more, with the work that can be done elsewhere done
elsewhere. Only the key of an import opens it, and each entry is looked at
(habitue.app.bulk.check): what the steps of the door could not have made is refused.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from habitue.app.bulk.check import DETAIL, REASON, Checker
from habitue.app.bulk.format import (
    PATH,
    Fates,
    ImportTerms,
    Sent,
    encode,
    read_packet,
)
from habitue.app.bulk.known import Known
from habitue.app.bulk.turns import Turns
from habitue.base.errors import StorageError
from habitue.collect.arrive import make_arrival
from habitue.collect.body import Envelope
from habitue.collect.door import Ports
from habitue.collect.gate import Gate
from habitue.collect.http import (
    Answer,
    Disconnected,
    Fault,
    Headers,
    Receive,
    Scope,
    Send,
    respond,
    told_keys,
)
from habitue.collect.item import Arrival, Rules
from habitue.collect.pace import gives_way_at
from habitue.collect.pipeline import Taken, take
from habitue.collect.port import Credential
from habitue.collect.reading import Budget, bounds, read_body
from habitue.collect.storing import suppress
from habitue.log.commit import Overloaded
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.kind import KindPolicy
from habitue.model.outcome import Fate, Outcome
from habitue.model.source import Writer

# So many entries take half a millisecond; then other requests get their turn.
_SLICE_ITEMS = 50
_STORAGE_WAIT_S = 5
_BODIES_BYTES_MAX = 64 << 20
_MEDIA = b"application/msgpack"
_NO_ITEMS = Envelope(items=())


Renaming = Callable[[Sequence[Taken]], Awaitable[Sequence[Taken]]]


async def _as_named(taken: Sequence[Taken]) -> Sequence[Taken]:
    return taken


class BulkDoor:
    """An ASGI application that takes packets of imports, and tells their terms."""

    def __init__(
        self, rules: Rules, ports: Ports, gate: Gate, unused: Counter[Any]
    ) -> None:
        self._rules, self._ports = rules, ports
        # The door's own gate and its count of what of an item was not used: a source
        # has one rate, by whichever door it comes, and it is one count.
        self._gate, self._unused = gate, unused
        self._budget = Budget(_BODIES_BYTES_MAX)
        self._bounds = bounds(rules.limits, known=True)
        # Loads what events name, where the projector of this process will ask for it.
        self.prefetch: Callable[[Sequence[Event]], None] = lambda _: None
        self.turns = Turns()
        # Names items anew whose former telling is undone.
        self.again: Renaming = _as_named
        self._known: dict[str, tuple[KindPolicy, Known]] = {}

    def go_by(self, rules: Rules) -> None:
        """Take what comes from here on by other rules, of the same limits."""
        self._rules = rules

    @staticmethod
    def serves(path: str) -> bool:
        """Say whether a path is this door's."""
        return path == PATH

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: Headers = dict(scope["headers"])
        try:
            answer = await self._answer(scope["method"], headers, receive)
        except Disconnected:
            return
        except Fault as fault:
            answer = fault.answer()
        await respond(send, answer, None)

    async def _answer(self, method: str, headers: Headers, receive: Receive) -> Answer:
        credential = self._credential(headers)
        if method == "GET":
            return _packed(self._terms(credential))
        if method != "POST":
            raise Fault("method_not_allowed")
        limit, pressure = gives_way_at(credential), self._ports.pressure
        with self._budget.claim(1.0) as claim:
            body = await read_body(receive, headers, self._bounds, claim)
            packet = self._read(body)
            async with self.turns.turn(len(packet), lambda: pressure() >= limit):
                received_us = self._ports.clock.now_us()
                arrival = make_arrival(self._rules, credential, _NO_ITEMS, received_us)
                taken = await self._take(packet, arrival)
                return _packed(_fates(await self._store(taken)))

    def _credential(self, headers: Headers) -> Credential:
        for key in told_keys(headers, b""):
            found = self._rules.credentials.credential(key)
            if found is not None and found.bulk:
                return found
        raise Fault("key_unknown")

    def _terms(self, credential: Credential) -> ImportTerms:
        return ImportTerms(
            source=credential.source,
            writer=credential.writer,
            operator=credential.operator,
            imported=credential.imported,
            limits=self._rules.limits,
            policy=self._rules.policy,
        )

    def _read(self, body: bytes) -> Sequence[Sent]:
        try:
            packet = read_packet(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Fault("not_json") from error
        items_max = self._rules.limits.batch_items_max
        if len(packet) > items_max:
            raise Fault("too_many_items", limit=items_max)
        return packet

    async def _take(self, packet: Sequence[Sent], arrival: Arrival) -> list[Taken]:
        self._gate.spend(arrival.credential, len(packet))
        ready = None
        if arrival.credential.writer is Writer.SERVER:
            ready = Checker(arrival, self._known_of(arrival))
        taken: list[Taken] = []
        for start in range(0, len(packet), _SLICE_ITEMS):
            some = [
                _one(sent, arrival, ready)
                for sent in packet[start : start + _SLICE_ITEMS]
            ]
            taken += some
            await asyncio.sleep(0)
            self.prefetch([one.event for one in some if one.event is not None])
            await asyncio.sleep(0)
        return taken

    def _known_of(self, arrival: Arrival) -> Known:
        # Kinds may be defined anew while an import is under way: then none is known.
        country, policy = arrival.credential.source.country, arrival.rules.policy
        held = self._known.get(country)
        if held is None or held[0] is not policy:
            held = self._known[country] = (policy, Known(arrival.rules, country))
        return held[1]

    async def _store(self, taken: Sequence[Taken]) -> Sequence[Outcome]:
        if not taken:
            return []
        handover = self._ports.handover
        taken = await self.again([suppress(self._ports, one) for one in taken])
        if handover is not None:
            handover.give(taken)
        try:
            outcomes = await self._ports.appender.append([one.entry for one in taken])
        except Overloaded as error:
            raise Fault("overloaded", wait_s=error.retry_after_s) from error
        except StorageError as error:
            raise Fault("storage_failed", wait_s=_STORAGE_WAIT_S) from error
        finally:
            if handover is not None:
                handover.drop(taken)
        for one in taken:
            for warning in one.warnings:
                self._unused[one.entry.source, warning.reason] += 1
        return outcomes


def _one(sent: Sent, arrival: Arrival, ready: Checker | None) -> Taken:
    message_id, told = sent
    if message_id is None:
        return take(told, arrival)
    found = None if ready is None else ready.take(message_id, told)
    return found or _refused(arrival)


def _refused(arrival: Arrival) -> Taken:
    return Taken(
        Entry(
            source=arrival.credential.source.name,
            message_id="",
            body=b"",
            reason=REASON,
            detail=DETAIL,
            refused=True,
        )
    )


def _fates(outcomes: Sequence[Outcome]) -> Fates:
    duplicate, untaken = [], []
    for at, one in enumerate(outcomes):
        if one.fate is Fate.DUPLICATE:
            duplicate.append(at)
        elif one.fate is not Fate.STORED:
            untaken.append((at, one.fate.value, one.reason, one.detail))
    return Fates(duplicate=tuple(duplicate), untaken=tuple(untaken))


def _packed(value: Any) -> Answer:
    return Answer(200, encode(value), media_type=_MEDIA)
