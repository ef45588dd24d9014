"""HTTP as far as the doors need it: bodies, keys, origins, answers."""

import asyncio
import binascii
import zlib
from base64 import b64decode
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any
from urllib.parse import parse_qs

import msgspec
from msgspec import Struct

from habitue.collect.limits import Limits
from habitue.collect.reason import sentence

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = dict[bytes, bytes]

_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
_INFLATE_STEP = 1 << 20
# Unpacking more than this lets go of the interpreter for long enough to be worth
# a thread.
_INLINE_BYTES_MAX = 64 * 1024
# A body over the limit is read on and thrown away, up to so many times the limit.
_SPARE_BODIES = 2
_DISCARD_S = 10.0
_STATUS = {
    "not_json": 400,
    "not_gzip": 400,
    "body_too_big": 413,
    "inflated_too_big": 413,
    "too_many_items": 413,
    "key_unknown": 401,
    "origin_not_allowed": 403,
    "method_not_allowed": 405,
    "overloaded": 429,
    "source_too_fast": 429,
    "too_many_failures": 429,
    "storage_failed": 503,
}
_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    429: "Too Many Requests",
    503: "Service Unavailable",
}


class Answer(Struct, frozen=True):
    """What is answered: status, body and headers of its own."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    media_type: bytes = b"application/json"


class Fault(Exception):  # noqa: N818
    """A request is turned away as a whole, for a reason."""

    def __init__(self, reason: str, *, wait_s: int = 0, limit: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait_s = wait_s
        self.limit = limit

    def answer(self) -> Answer:
        """Give the problem+json that tells the reason."""
        status = _STATUS[self.reason]
        problem = {
            "type": f"/problems/{self.reason}",
            "title": _TITLES[status],
            "status": status,
            "reason": self.reason,
            "detail": sentence(self.reason, wait_s=self.wait_s, limit=self.limit),
        }
        headers: list[tuple[bytes, bytes]] = []
        if status in {429, 503}:
            headers.append((b"retry-after", b"%d" % max(1, self.wait_s)))
        if status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
        if status == 405:
            headers.append((b"allow", b"POST, OPTIONS"))
        if status == 413:
            # What a client still sends after that is not read.
            headers.append((b"connection", b"close"))
        body = msgspec.json.encode(problem)
        return Answer(status, body, tuple(headers), b"application/problem+json")


class Disconnected(Exception):  # noqa: N818
    """The client went away before its request was whole."""


async def read_wire(receive: Receive, headers: Headers, limits: Limits) -> bytes:
    """Read the body as it is sent, up to the limit."""
    limit = limits.wire_bytes_max
    told = headers.get(b"content-length", b"")
    if told.isdigit() and int(told) > limit:
        # Who waits for our word before sending has sent nothing yet.
        if b"expect" not in headers:
            await discard(receive, _SPARE_BODIES * limit)
        raise Fault("body_too_big", limit=limit)
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
                await discard(receive, (_SPARE_BODIES - 1) * limit)
            raise Fault("body_too_big", limit=limit)
        parts.append(part)
        if not more:
            return parts[0] if len(parts) == 1 else b"".join(parts)


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


async def unpack(body: bytes, limits: Limits) -> bytes:
    """Unpack what is gzip by its first bytes, whatever the headers say of it."""
    if not body.startswith(_GZIP):
        return body
    if len(body) > _INLINE_BYTES_MAX:
        return await asyncio.to_thread(inflate, body, limits.inflated_bytes_max)
    return inflate(body, limits.inflated_bytes_max)


def inflate(packed: bytes, bytes_max: int) -> bytes:
    """Unpack gzip step by step, so that no bomb ever takes more than the limit."""
    parts: list[bytes] = []
    size = 0
    rest = packed
    # A gzip file may hold several members, one after the other.
    while rest.startswith(_GZIP):
        member = zlib.decompressobj(_GZIP_WINDOW)
        while not member.eof:
            try:
                part = member.decompress(rest, _INFLATE_STEP)
            except zlib.error as error:
                raise Fault("not_gzip") from error
            rest = member.unconsumed_tail
            size += len(part)
            if size > bytes_max:
                raise Fault("inflated_too_big", limit=bytes_max)
            if not part and not rest and not member.eof:
                raise Fault("not_gzip")
            parts.append(part)
        rest = member.unused_data
    return b"".join(parts)


def told_keys(headers: Headers, query: bytes) -> Iterator[str]:
    """Give every key that headers and address bring, the likeliest first."""
    scheme, _, told = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() == b"bearer":
        yield _text(told.strip())
    elif scheme.lower() == b"basic":
        yield _text(_basic_user(told.strip()))
    if b"x-write-key" in headers:
        yield _text(headers[b"x-write-key"].strip())
    if b"writeKey=" in query:
        yield from parse_qs(_text(query), max_num_fields=20).get("writeKey", ())


def _basic_user(told: bytes) -> bytes:
    try:
        return b64decode(told, validate=True).partition(b":")[0]
    except (binascii.Error, ValueError):
        return b""


def _text(told: bytes) -> str:
    return told.decode("latin-1")


def origin_allowed(origin: bytes, origins: tuple[str, ...]) -> bool:
    """Say whether pages of an origin may use a source; any may if it names none.

    >>> origin_allowed(b"https://a.shop.example", ("https://*.shop.example",))
    True
    """
    if not origins:
        return True
    told = _text(origin).lower()
    return any(_fits(told, one.lower().rstrip("/")) for one in origins)


def _fits(told: str, allowed: str) -> bool:
    scheme, star, domain = allowed.partition("*.")
    if not star:
        return told == allowed
    return told.startswith(scheme) and told.endswith(f".{domain}")


def cross_origin(origin: bytes | None) -> list[tuple[bytes, bytes]]:
    """Give the headers that let a page of another origin read the answer."""
    if origin is None:
        return [(b"vary", b"Origin")]
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", b"Retry-After"),
        (b"vary", b"Origin"),
    ]


def preflight(headers: Headers) -> Answer:
    """Answer a browser that asks first; it never sends a key with that."""
    asked = headers.get(
        b"access-control-request-headers", b"authorization, content-type"
    )
    return Answer(
        204,
        headers=(
            (b"allow", b"POST, OPTIONS"),
            (b"access-control-allow-methods", b"POST, OPTIONS"),
            (b"access-control-allow-headers", asked),
            (b"access-control-max-age", b"86400"),
        ),
    )


async def respond(send: Send, answer: Answer, origin: bytes | None) -> None:
    """Send an answer."""
    headers = [
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *cross_origin(origin),
        *answer.headers,
    ]
    # 204 has no body, and says nothing of one.
    if answer.status != 204:
        headers.append((b"content-type", answer.media_type))
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send(
        {"type": "http.response.start", "status": answer.status, "headers": headers}
    )
    await send({"type": "http.response.body", "body": answer.body})
