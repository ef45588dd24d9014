"""The body of a request, from the wire to its bytes, within what may be held at once.

Everything here is bounded: the bytes on the wire and unpacked, the time they take, the
members of a gzip, and what all requests together hold.
"""

import asyncio
import types
import zlib
from collections.abc import Coroutine, Generator, Iterator
from threading import Lock
from typing import Any, Self

from msgspec import Struct

from habitue.collect.http import Disconnected, Fault, Headers, Receive
from habitue.collect.limits import Limits

_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
_GZIP_MEMBERS_MAX = 64
_INFLATE_STEP = 1 << 20
# What is left of a piece after a step or a member is copied, so pieces are small.
_PIECE_BYTES = 64 * 1024
# Unpacking more than this lets go of the interpreter for long enough to be worth
# a thread.
_INLINE_BYTES_MAX = 64 * 1024
# A body over the limit is read on and thrown away, up to so many times the limit.
_SPARE_BODIES = 2
_DISCARD_S = 10.0
# No number of bytes has more digits.
_LENGTH_DIGITS_MAX = 19
_HELD_WAIT_S = 1


class Bounds(Struct, frozen=True, kw_only=True):
    """How much of a body is taken, and what a larger one is told."""

    wire_bytes_max: int
    inflated_bytes_max: int
    # A larger body is read on and thrown away, up to here.
    read_bytes_max: int
    timeout_s: float
    wire_reason: str = "body_too_big"
    inflated_reason: str = "inflated_too_big"


def bounds(limits: Limits, *, known: bool) -> Bounds:
    """Give the bounds of a body; who showed no known key yet may send less."""
    read_bytes_max = _SPARE_BODIES * limits.wire_bytes_max
    if known:
        return Bounds(
            wire_bytes_max=limits.wire_bytes_max,
            inflated_bytes_max=limits.inflated_bytes_max,
            read_bytes_max=read_bytes_max,
            timeout_s=limits.body_timeout_s,
        )
    return Bounds(
        wire_bytes_max=min(limits.wire_bytes_max, limits.keyless_wire_bytes_max),
        inflated_bytes_max=min(
            limits.inflated_bytes_max, limits.keyless_inflated_bytes_max
        ),
        read_bytes_max=read_bytes_max,
        timeout_s=limits.body_timeout_s,
        wire_reason="keyless_too_big",
        inflated_reason="keyless_too_big",
    )


class Budget:
    """The bytes of bodies that all requests of the process hold at one time."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self.held = 0
        # Large bodies are unpacked in threads.
        self._lock = Lock()

    def claim(self, share: float) -> "Claim":
        """Let one request hold bytes as long as a with block lasts.

        It is turned away once all hold more than this share of the budget, so that
        those who may take a small share can't keep out those who may take all.
        """
        return Claim(self, share)

    def take(self, claim: "Claim", size: int) -> bool:
        """Count bytes to a claim; False if it is over, or there is no room."""
        with self._lock:
            others = self.held - claim.held
            # One alone always fits, whatever the limits are set to.
            over = others and self.held + size > claim.share * self._bytes_max
            if claim.over or over:
                return False
            claim.held += size
            self.held += size
            return True

    def give_back(self, claim: "Claim") -> None:
        """End a claim; nothing is counted to it any more."""
        with self._lock:
            claim.over = True
            self.held -= claim.held


class Claim:
    """What one request holds of the budget."""

    def __init__(self, budget: Budget, share: float) -> None:
        self._budget = budget
        self.share = share
        self.held = 0
        self.over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._budget.give_back(self)

    def take(self, size: int) -> None:
        """Hold more bytes, or turn the request away."""
        if not self._budget.take(self, size):
            raise Fault("bodies_overflow", wait_s=_HELD_WAIT_S)


async def read_body(
    receive: Receive, headers: Headers, within: Bounds, claim: Claim
) -> bytes:
    """Read a body and unpack it."""
    begun = _Begun(read_wire(receive, headers, within, claim))
    if begun.body is None:
        try:
            async with asyncio.timeout(within.timeout_s):
                begun.body = await begun.go_on()
        except TimeoutError as error:
            raise Fault("body_too_slow", limit=round(within.timeout_s)) from error
    if not begun.body.startswith(_GZIP):
        return begun.body
    return await unpack(begun.body, within, claim)


class _Begun:
    """The reading of a body, up to where it first has to wait.

    Nearly every body is there already, and needs no timer: one costs more than all
    the rest of the reading.
    """

    def __init__(self, reading: Coroutine[Any, Any, bytes]) -> None:
        self._reading = reading
        self._awaited: Any = None
        self.body: bytes | None = None
        try:
            self._awaited = reading.send(None)
        except StopIteration as done:
            self.body = done.value

    @types.coroutine
    def go_on(self) -> Generator[Any, Any, bytes]:
        """Wait for what it waits for, and read on."""
        reading, awaited = self._reading, self._awaited
        while True:
            try:
                try:
                    told = yield awaited
                except BaseException as error:  # noqa: BLE001 - the reading's to answer
                    awaited = reading.throw(error)
                else:
                    awaited = reading.send(told)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]


async def read_wire(
    receive: Receive, headers: Headers, within: Bounds, claim: Claim
) -> bytes:
    """Read the body as it is sent, up to the limit."""
    limit = within.wire_bytes_max
    if _length(headers) > limit:
        # Who waits for our word before sending has sent nothing yet.
        if b"expect" not in headers:
            await discard(receive, within.read_bytes_max)
        raise Fault(within.wire_reason, limit=limit)
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        part = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(part)
        if size > limit:
            if more:
                await discard(receive, within.read_bytes_max - limit)
            raise Fault(within.wire_reason, limit=limit)
        claim.take(len(part))
        parts.append(part)
        if not more:
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _length(headers: Headers) -> int:
    """Give the length that is told; 0 if none is."""
    told = headers.get(b"content-length", b"")
    if not told.isdigit():
        return 0
    if len(told) > _LENGTH_DIGITS_MAX:
        raise Fault("length_unreadable")
    return int(told)


async def discard(
    receive: Receive, bytes_max: int, timeout_s: float = _DISCARD_S
) -> None:
    """Let a client finish sending what is not wanted, up to so much and so long.

    Closing the connection on one that still sends would reset it, and it would
    never read why.
    """
    size = 0
    try:
        async with asyncio.timeout(timeout_s):
            while size <= bytes_max:
                message = await receive()
                size += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return


async def unpack(body: bytes, within: Bounds, claim: Claim) -> bytes:
    """Unpack what is gzip by its first bytes, whatever the headers say of it."""
    if not body.startswith(_GZIP):
        return body
    if len(body) > _INLINE_BYTES_MAX:
        return await asyncio.to_thread(inflate, body, within, claim)
    return inflate(body, within, claim)


def inflate(packed: bytes, within: Bounds, claim: Claim) -> bytes:
    """Unpack gzip step by step, so that no bomb ever takes more than the limit."""
    limit = within.inflated_bytes_max
    parts: list[bytes] = []
    size = 0
    for part in _members(memoryview(packed)):
        size += len(part)
        if size > limit:
            raise Fault(within.inflated_reason, limit=limit)
        claim.take(len(part))
        parts.append(part)
    return b"".join(parts)


def _members(packed: memoryview) -> Iterator[bytes]:
    # A gzip file may hold several members, one after the other.
    at = count = 0
    while packed[at : at + 2] == _GZIP:
        count += 1
        if count > _GZIP_MEMBERS_MAX:
            raise Fault("too_many_members", limit=_GZIP_MEMBERS_MAX)
        at = yield from _member(packed, at)


def _member(packed: memoryview, at: int) -> Generator[bytes, None, int]:
    """Unpack one member in parts; return where it ends."""
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    while not unpacker.eof:
        piece = packed[at : at + _PIECE_BYTES]
        try:
            part = unpacker.decompress(piece, _INFLATE_STEP)
        except zlib.error as error:
            raise Fault("not_gzip") from error
        rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
        used = len(piece) - len(rest)
        if not part and not used and not unpacker.eof:
            raise Fault("not_gzip")
        at += used
        yield part
    return at
