"""The door for webhooks: POST /hooks/SOURCE, on raw ASGI.

Nobody brings a key here: a delivery is proved by its signature, so until that is done
it is a stranger's, bounded as a stranger's is.
"""

import asyncio
from collections import Counter

import msgspec

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
)
from habitue.collect.item import Rules
from habitue.collect.pipeline import Taken
from habitue.collect.reading import Bounds, Budget, bounds, read_body
from habitue.collect.storing import Ports, store
from habitue.collect.webhooks import handshake
from habitue.collect.webhooks.arrive import Arrived, arrive, entries
from habitue.collect.webhooks.delivery import Delivery
from habitue.collect.webhooks.port import Hook, Hooks
from habitue.collect.webhooks.provider import Handshake
from habitue.collect.webhooks.reason import UNPROVED_REASONS, turned_away
from habitue.collect.webhooks.recent import Recent, RecentDeliveries
from habitue.collect.webhooks.signature import Asked, fault
from habitue.log.port import Entry

PATH = "/hooks/"
_METHODS = frozenset({"POST", "GET", "HEAD"})
# So many items take about a millisecond; then other requests get their turn.
_SLICE_ITEMS = 50
# What unproved deliveries may hold of the budget together, as requests without a key.
_SHARE = 0.25
_HEADERS_MAX = 100
# Looking through so much takes up to four milliseconds.
_INLINE_BYTES_MAX = 32 * 1024
_encode = msgspec.json.Encoder().encode

# The handshake that a request is; if it is none, why it is not proved.
Looked = tuple[Handshake | None, str | None]


class HookDoor:
    """An ASGI application that takes deliveries of the sources' providers."""

    def __init__(
        self, rules: Rules, ports: Ports, gate: Gate, unused: Counter[tuple[str, str]]
    ) -> None:
        """gate, unused: the JSON door's; a source has one rate and one count."""
        self._rules, self._ports = rules, ports
        self._gate, self._unused = gate, unused
        self._budget = Budget(rules.limits.bodies_bytes_max)
        self._bounds = _bounds(rules)
        self._looking, self._reading = asyncio.Lock(), asyncio.Lock()
        self.hooks: Hooks = _NoHooks()
        self.public_url = ""
        # Source -> the address that its operator has to open, the latest one.
        self.to_confirm: dict[str, str] = {}
        # To try mappings on.
        self.recent = RecentDeliveries()

    def go_by(self, rules: Rules) -> None:
        """Take what comes from here on by other rules, of the same limits."""
        self._rules = rules

    @staticmethod
    def serves(path: str) -> bool:
        """Say whether a path is this door's."""
        return path.startswith(PATH)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._answer(scope, receive)
        except Disconnected:
            return
        except Fault as fault_:
            answer = fault_.answer()
        if scope["method"] == "HEAD":
            answer = Answer(answer.status, b"", answer.headers, answer.media_type)
        await respond(send, answer, None)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] not in _METHODS:
            return turned_away("not_a_delivery")
        client = scope.get("client")
        address, now_us = client[0] if client else "", self._ports.clock.now_us()
        hook = self.hooks.hook(scope["path"].removeprefix(PATH).rstrip("/"))
        if hook is not None:
            self._gate.admit(hook.credential)
        # Counted before it is read, or many at once would all slip by.
        self._gate.count_try(address, now_us)
        if hook is None:
            return turned_away("hook_unknown")
        with self._budget.claim(_SHARE) as claim:
            headers: Headers = dict(scope["headers"])
            try:
                body = await read_body(receive, headers, self._bounds, claim)
            except Disconnected:
                self._gate.forgive_try(address, now_us)
                raise
            delivery = _delivery(scope, hook, self.public_url, body)
            shaken, wrong = await self._look(delivery, hook, now_us)
            if shaken is not None:
                return self._shake(shaken, delivery, hook)
            if delivery.method != "POST":
                return turned_away("not_a_delivery")
            if wrong is not None:
                return await self._turn_away(hook, wrong)
            self._gate.forgive_try(address, now_us)
            return await self._take(delivery, hook, now_us)

    def _shake(self, shaken: Handshake, delivery: Delivery, hook: Hook) -> Answer:
        confirm = handshake.to_confirm(shaken, delivery)
        if confirm:
            self.to_confirm[hook.credential.source.name] = confirm
        return handshake.answer(shaken, delivery, hook)

    async def _turn_away(self, hook: Hook, reason: str) -> Answer:
        """Count a delivery that is not proved; nothing of it is kept."""
        entry = Entry(
            source=hook.credential.source.name,
            message_id="",
            body=b"",
            reason=reason,
            detail=UNPROVED_REASONS[reason],
            refused=True,
        )
        await store(self._ports, [Taken(entry)], waits=False)
        return turned_away(reason)

    async def _take(self, delivery: Delivery, hook: Hook, received_us: int) -> Answer:
        recent = Recent(delivery, hook.provider, received_us)
        self.recent.add(hook.credential.source.name, recent)
        arrived = await self._arrive(delivery, hook, received_us)
        made = arrived.translation.made if arrived.translation else ()
        self._gate.spend(hook.credential, max(1, len(made)))
        taken: list[Taken] = []
        for one in entries(arrived):
            taken.append(one)
            if len(taken) % _SLICE_ITEMS == 0:
                await asyncio.sleep(0)
        results = await store(self._ports, taken, waits=False)
        for one in taken:
            for warning in one.warnings:
                self._unused[one.entry.source, warning.reason] += 1
        said = hook.provider.answer
        if said is not None:
            return Answer(200, said.body.encode(), media_type=said.media.encode())
        return Answer(200, _encode(results))

    async def _look(self, delivery: Delivery, hook: Hook, now_us: int) -> Looked:
        """Ask of a request whether it is a handshake, and if not whether it's proved.

        What is large takes a while, and is rare: that is done beside the loop, one at
        a time, so that many can't take the machine.
        """
        if len(delivery.body) <= _INLINE_BYTES_MAX:
            return _look(delivery, hook, now_us)
        async with self._looking:
            return await asyncio.to_thread(_look, delivery, hook, now_us)

    async def _arrive(
        self, delivery: Delivery, hook: Hook, received_us: int
    ) -> Arrived:
        """Read a proved delivery; those that are not proved don't keep it waiting."""
        if len(delivery.body) <= _INLINE_BYTES_MAX:
            return arrive(delivery, hook, self._rules, received_us)
        async with self._reading:
            return await asyncio.to_thread(
                arrive, delivery, hook, self._rules, received_us
            )


class _NoHooks:
    """What stands until the sources are read."""

    def hook(self, _: str) -> Hook | None:
        return None


def _look(delivery: Delivery, hook: Hook, now_us: int) -> Looked:
    shaken = handshake.find(hook.provider.handshakes, delivery)
    if shaken is not None or delivery.method != "POST":
        return shaken, None
    asked = Asked(secrets=hook.secrets, expect=hook.expect, now_us=now_us)
    return None, fault(hook.provider.signatures, delivery, asked)


def _bounds(rules: Rules) -> Bounds:
    limits = rules.limits
    most = limits.webhook_bytes_max
    within = bounds(limits, known=True)
    return Bounds(
        wire_bytes_max=most,
        inflated_bytes_max=most,
        read_bytes_max=within.read_bytes_max,
        timeout_s=within.timeout_s,
    )


def _delivery(scope: Scope, hook: Hook, public_url: str, body: bytes) -> Delivery:
    headers = {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in scope["headers"][:_HEADERS_MAX]
    }
    query = scope["query_string"].decode("latin-1")
    return Delivery(
        method=scope["method"],
        url=_url(scope, headers, hook.url or public_url, query),
        query=query,
        headers=headers,
        body=body,
    )


def _url(scope: Scope, headers: dict[str, str], base: str, query: str) -> str:
    """Give the address as the sender called it, with what was asked behind it.

    base: the source's own address, or that of the server to which the path is added.
    """
    if not base:
        base = f"{scope.get('scheme', 'http')}://{headers.get('host', '')}"
    parts = base.split("/", 3)
    if len(parts) < 4 or not parts[3]:
        base = base.rstrip("/") + scope["path"]
    return f"{base}?{query}" if query and "?" not in base else base
