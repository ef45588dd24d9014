"""The door for events: any dialect, one outcome for each item, on raw ASGI."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from msgspec import structs

from habitue.collect.arrive import Proofs, make_arrival
from habitue.collect.body import Envelope
from habitue.collect.dialect import Asked, Call, Page, Reply, Route
from habitue.collect.gate import Gate
from habitue.collect.http import (
    Answer,
    Disconnected,
    Fault,
    Headers,
    Receive,
    Scope,
    Send,
    Turned,
    headers_of,
    origin_allowed,
    preflight,
    respond,
    told_keys,
)
from habitue.collect.item import Arrival, Rules
from habitue.collect.opening import Opener
from habitue.collect.pace import is_strangers
from habitue.collect.pipeline import Taken, refuse, set_aside, take, take_translated
from habitue.collect.port import Credential
from habitue.collect.reading import Budget, Claim
from habitue.collect.reason import quarantine
from habitue.collect.routing import Routes, Served
from habitue.collect.storing import Ports, store
from habitue.collect.turns import Turns
from habitue.model.source import Writer

__all__ = ["Collector", "Ports"]

TOKEN_HEADER = b"x-habitue-token"
# So many items take about a millisecond; then other requests get their turn.
_SLICE_ITEMS = 100
# How much of the budget for bodies each may take: who may be anybody gives way first.
_STRANGERS_SHARE, _PUBLIC_SHARE, _WHOLE = 0.25, 0.75, 1.0
_THERE = Answer(200)

# A key that was told, and whose it is.
_Held = tuple[str, Credential]


class Collector:
    """An ASGI application that takes events; it owns no state but its rates."""

    def __init__(self, rules: Rules, ports: Ports) -> None:
        self._rules = rules
        self._ports = ports
        self._routes = Routes(rules.dialects)
        self._budget = Budget(rules.limits.bodies_bytes_max)
        self._opener = Opener(rules.limits)
        self._turns = Turns(_SLICE_ITEMS)
        self.gate = Gate(rules.limits, ports.pressure, ports.clock)
        # (source, reason) -> how often something of an item was not used.
        self.unused: Counter[tuple[str, str]] = Counter()
        # reason -> how many requests were turned away as a whole.
        self.turned_away: Counter[str] = Counter()

    def go_by(self, rules: Rules) -> None:
        """Take what comes from here on by other rules, of the same limits."""
        self._rules = rules

    def serves(self, path: str) -> bool:
        """Say whether a path is of one of the dialects."""
        return self._routes.find(path) is not None

    def turn_away(self, scope: Scope) -> Turned | None:
        """Answer at once whose key gives way to others by now; None lets them come.

        What a request costs before its key is looked at, others would wait for: under
        three times what can be taken that is two requests of three.
        """
        served = self._routes.find(scope["path"])
        stop = None if served is None else served.at(scope["method"])
        if served is None or not isinstance(stop, Route):
            return None
        headers: Headers = dict(scope["headers"])
        held = self._held(stop.keys, self._call(scope, headers, served))
        if held is None:
            return None
        try:
            self.gate.admit_under_pressure(held[1])
        except Fault as fault:
            self.turned_away[fault.reason] += 1
            answer = fault.answer()
            told = headers_of(answer, headers.get(b"origin"))
            return answer.status, told, answer.body
        return None

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
        await respond(send, answer, origin, bare=scope["method"] == "HEAD")

    async def _answer(self, scope: Scope, headers: Headers, receive: Receive) -> Answer:
        method, served = scope["method"], self._routes.find(scope["path"])
        if served is None:
            raise Fault("not_here")
        stop, call = served.at(method), self._call(scope, headers, served)
        if isinstance(stop, Route):
            return await self._collect(stop, call, receive)
        answer = None if stop is None else await self._show(stop, call, receive)
        if answer is not None:
            return answer
        match method:
            case "OPTIONS":
                return preflight(headers, served.allow)
            case "HEAD":
                return _THERE
            case _:
                raise Fault("method_not_allowed", allow=served.allow)

    def _call(self, scope: Scope, headers: Headers, served: Served) -> Call:
        client = scope.get("client")
        return Call(
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"],
            headers=headers,
            address=client[0] if client else "",
            scheme=scope.get("scheme", "http"),
            received_us=self._ports.clock.now_us(),
            named=served.named,
        )

    # -- events -----------------------------------------------------------------

    async def _collect(self, route: Route, call: Call, receive: Receive) -> Answer:
        held = self._held(route.keys, call)
        if held is not None:
            self.gate.admit(held[1], call.address)
        with self._budget.claim(_share(held)) as claim:
            if held is None:
                held, envelope = await self._by_body(route, call, receive, claim)
            else:
                envelope = await self._opener.open(route, call, receive, claim)
            token = _text(call.headers, TOKEN_HEADER)
            proofs = Proofs(held[0], token, call.address)
            credential = held[1]
            _check_origin(credential, call.headers.get(b"origin"))
            self.gate.spend(credential, len(envelope.items), call.address)
            if route.gives_ip and self._rules.keeps_ip:
                envelope = _with_ip(envelope, call, credential)
            if route.mark is not None:
                envelope = route.mark(call, envelope, credential)
            arrival = make_arrival(
                self._rules, credential, envelope, call.received_us, proofs
            )
            await self._turns.wait(credential.source.name, len(envelope.items))
            taken = await self._take(envelope, arrival)
            taken = self.gate.keep_few(taken, credential)
            waits = _wants_applied(call.query)
            results = await store(self._ports, taken, waits=waits)
        self._count_unused(taken)
        return route.answer(
            Reply(call=call, envelope=envelope, results=results, credential=credential)
        )

    def _held(
        self, more: Callable[[Call], Iterable[str]] | None, call: Call
    ) -> _Held | None:
        """Find the first key that is known among those told outside the body."""
        held = self._known(told_keys(call.headers, call.query))
        return held if held or more is None else self._known(more(call))

    def _known(self, keys: Iterable[str]) -> _Held | None:
        for key in keys:
            found = self._rules.credentials.credential(key)
            if found is not None:
                return key, found
        return None

    async def _by_body(
        self, route: Route, call: Call, receive: Receive, claim: Claim
    ) -> tuple[_Held, Envelope]:
        """Read the body of who showed no known key: it may hold one."""
        address, now_us = call.address, call.received_us
        # Counted before it is read, or many at once would all slip by.
        self.gate.count_try(address, now_us)
        try:
            envelope = await self._opener.open(route, call, receive, claim, known=False)
        except Disconnected:
            self.gate.forgive_try(address, now_us)
            raise
        told = envelope.write_key
        held = self._known((told,)) if isinstance(told, str) else None
        if held is None:
            raise Fault("key_unknown")
        self.gate.forgive_try(address, now_us)
        self.gate.admit(held[1], address)
        return held, envelope

    async def _take(self, envelope: Envelope, arrival: Arrival) -> list[Taken]:
        if envelope.batch_fault or envelope.unreadable:
            why = quarantine("batch_not_a_list", shown="something else")
            if envelope.unreadable:
                why = quarantine("untranslatable", dialect=envelope.dialect)
            return [set_aside(envelope.items[0], arrival, why)]
        one_by_one = self._taking(envelope, arrival)
        limit = arrival.rules.limits.batch_items_max
        taken: list[Taken] = []
        for at, raw in enumerate(envelope.items[:limit], 1):
            taken.append(one_by_one(raw, arrival))
            if at % _SLICE_ITEMS == 0:
                await asyncio.sleep(0)
        over = len(envelope.items) - len(taken)
        return taken + [refuse(arrival)] * over if over else taken

    def _taking(
        self, envelope: Envelope, arrival: Arrival
    ) -> Callable[[bytes, Arrival], Taken]:
        """Say how the items are taken: as they are, or through their dialect."""
        found = arrival.rules.dialect(envelope.dialect) if envelope.dialect else None
        if found is None:
            return take
        dialect, told = found, envelope.told or {}
        return lambda raw, arrival: take_translated(raw, arrival, dialect, told)

    def _count_unused(self, taken: Sequence[Taken]) -> None:
        for one in taken:
            for warning in one.warnings:
                self.unused[one.entry.source, warning.reason] += 1

    # -- pages ------------------------------------------------------------------

    async def _show(self, page: Page, call: Call, receive: Receive) -> Answer | None:
        """Answer a request for what is no event; with keys, only to who tells one."""
        tells = page.keys is not None or call.method == "POST"
        if not tells:
            return page.show(Asked(call=call))
        # Counted before anything is read, as where the key stands in a body.
        self.gate.count_try(call.address, call.received_us)
        answer = await self._show_told(page, call, receive)
        if answer is None or answer.status < 400:
            self.gate.forgive_try(call.address, call.received_us)
        return answer

    async def _show_told(
        self, page: Page, call: Call, receive: Receive
    ) -> Answer | None:
        key, credential = "", None
        if page.keys is not None:
            held = self._held(page.keys, call)
            if held is None:
                raise Fault("not_here")
            key, credential = held
            _check_origin(credential, call.headers.get(b"origin"))
        if call.method != "POST":
            return page.show(Asked(call=call, key=key, credential=credential))
        with self._budget.claim(_STRANGERS_SHARE) as claim:
            body = await self._opener.body(call, receive, claim)
        return page.show(Asked(call=call, body=body, key=key, credential=credential))


def _share(held: _Held | None) -> float:
    if held is None:
        return _STRANGERS_SHARE
    return _PUBLIC_SHARE if is_strangers(held[1]) else _WHOLE


def _check_origin(credential: Credential, origin: bytes | None) -> None:
    # Only browsers tell an origin, and only public keys live in browsers.
    if origin is None or credential.writer is not Writer.PUBLIC:
        return
    if not origin_allowed(origin, credential.source.origins):
        raise Fault("origin_not_allowed")


def _with_ip(envelope: Envelope, call: Call, credential: Credential) -> Envelope:
    """Give the items the address they came from: it is a visitor's only in a browser.

    A shop's server sends for its visitors, and its address is nobody's. What a batch
    or an item tells itself, if only that it is none, goes before.
    """
    told, headers = envelope.context, call.headers
    by_browser = b"origin" in headers or b"sec-fetch-site" in headers
    if not by_browser or credential.writer is not Writer.PUBLIC or not call.address:
        return envelope
    if told is not None and not isinstance(told, dict):
        return envelope
    return structs.replace(envelope, context={"ip": call.address, **(told or {})})


def _text(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


def _wants_applied(query: bytes) -> bool:
    return b"wait=applied" in query.split(b"&")
