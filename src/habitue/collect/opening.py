"""A request becomes the items in it: read, unpacked, seen through, arranged."""

import asyncio
import logging

from msgspec import structs

from habitue.base.trail import trail
from habitue.collect.body import (
    BOM,
    Envelope,
    is_crumbs,
    read_loosely,
    read_strictly,
)
from habitue.collect.dialect import Arrange, Call, Route
from habitue.collect.http import Fault, Receive
from habitue.collect.limits import Limits
from habitue.collect.reading import Bounds, Claim, bounds, read_body
from habitue.collect.sniff import from_form

# Taking a larger form apart is not for the loop.
_INLINE_BYTES_MAX = 64 * 1024
_log = logging.getLogger("habitue.collect")


class Opener:
    """Opens requests of any dialect, within the limits of all."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._bounds = {one: bounds(limits, known=one) for one in (True, False)}
        # Who is not known must not keep waiting who is.
        self._mending = {True: asyncio.Lock(), False: asyncio.Lock()}

    async def body(self, call: Call, receive: Receive, claim: Claim) -> bytes:
        """Read the body of a question, which holds no events."""
        return await read_body(receive, call.headers, self._bounds[False], claim)

    async def open(
        self,
        route: Route,
        call: Call,
        receive: Receive,
        claim: Claim,
        *,
        known: bool = True,
    ) -> Envelope:
        """Read a request and say what items are in it, in which dialect.

        known: whether its key is known; who showed none yet may send less.
        """
        body = b""
        if call.method != "GET":
            within = self._within(route, known=known)
            body = await read_body(receive, call.headers, within, claim)
        if route.unwrap is not None:
            body = route.unwrap(call, body)
        body, envelope = await self._read(body, known=known)
        if route.arrange is not None:
            envelope = _arranged(route.arrange, call, body, envelope)
        if len(envelope.items) > self._limits.request_items_max:
            raise Fault("too_many_items")
        return envelope

    def _within(self, route: Route, *, known: bool) -> Bounds:
        within = self._bounds[known]
        if known or not route.keyless_bytes_max:
            return within
        return structs.replace(
            within,
            wire_bytes_max=route.keyless_bytes_max,
            inflated_bytes_max=route.keyless_bytes_max,
        )

    async def _read(self, body: bytes, *, known: bool) -> tuple[bytes, Envelope]:
        """Give the JSON of a body, be it that of a form, and what it says."""
        if is_crumbs(body):
            raise Fault("too_many_items")
        envelope = read_strictly(body)
        if envelope is not None:
            return body, envelope
        return await self._read_odd(body, known=known)

    async def _read_odd(self, body: bytes, *, known: bool) -> tuple[bytes, Envelope]:
        limits = self._limits
        if len(body) <= _INLINE_BYTES_MAX and (form := from_form(body)) is not None:
            return form, _must(read_strictly(form))
        if len(body) > limits.mended_bytes_max:
            raise Fault("not_json")
        # Slow, and rare: only what no strict reader takes comes here, and one at a
        # time, so that many such bodies can't take the machine.
        async with self._mending[known]:
            found = await asyncio.to_thread(_see_through, body, limits.batch_items_max)
        return found[0], _must(found[1])


def _see_through(body: bytes, items_max: int) -> tuple[bytes, Envelope | None]:
    form = from_form(body)
    if form is None:
        return body, read_loosely(body, items_max)
    return form, None if is_crumbs(form) else read_strictly(form)


def _must(envelope: Envelope | None) -> Envelope:
    if envelope is None:
        raise Fault("not_json")
    return envelope


def _arranged(
    arrange: Arrange, call: Call, body: bytes, envelope: Envelope
) -> Envelope:
    """Let a dialect say where the items stand; what it fails on is kept as a whole."""
    try:
        return arrange(call, body.removeprefix(BOM), envelope)
    except Fault:
        raise
    except Exception as error:  # noqa: BLE001 - its fault must not lose what was sent
        _log.debug("nothing could be made of a body: %s", trail(error))
        return structs.replace(envelope, items=(body,), unreadable=True)
