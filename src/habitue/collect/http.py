"""HTTP as far as the doors need it: bodies, keys, origins, answers."""

import binascii
from base64 import b64decode
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any
from urllib.parse import unquote_plus

import msgspec
from msgspec import Struct

from habitue.collect.reason import sentence

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = dict[bytes, bytes]
# An answer as it goes on the wire: status, all headers, body.
Turned = tuple[int, list[tuple[bytes, bytes]], bytes]

_QUERY_FIELDS_MAX = 20
_KEY_FIELD = b"writeKey="
_STATUS = {
    "not_json": 400,
    "not_gzip": 400,
    "length_unreadable": 400,
    "body_too_big": 413,
    "inflated_too_big": 413,
    "too_many_items": 413,
    "too_many_members": 413,
    "keyless_too_big": 413,
    "body_too_slow": 408,
    "key_unknown": 401,
    "origin_not_allowed": 403,
    "method_not_allowed": 405,
    "not_here": 404,
    "server_key": 403,
    "overloaded": 429,
    "source_too_fast": 429,
    "address_too_fast": 429,
    "too_many_failures": 429,
    "storage_failed": 503,
    "bodies_overflow": 503,
}
# What a client still sends after that is not read.
_CLOSING = frozenset(
    {"length_unreadable", "body_too_slow", "bodies_overflow"}
    | {reason for reason, status in _STATUS.items() if status == 413}
)
_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
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
    # How long who may keep it.
    cache: bytes = b"no-store"


class Fault(Exception):  # noqa: N818
    """A request is turned away as a whole, for a reason."""

    def __init__(
        self,
        reason: str,
        *,
        wait_s: int = 0,
        limit: int = 0,
        allow: bytes = b"POST, OPTIONS",
    ) -> None:
        super().__init__(reason)
        self.allow = allow
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
            headers.append((b"allow", self.allow))
        if self.reason in _CLOSING:
            headers.append((b"connection", b"close"))
        body = msgspec.json.encode(problem)
        return Answer(status, body, tuple(headers), b"application/problem+json")


class Disconnected(Exception):  # noqa: N818
    """The client went away before its request was whole."""


def told_keys(headers: Headers, query: bytes) -> Iterator[str]:
    """Give every key that headers and address bring, the likeliest first."""
    scheme, _, told = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() == b"bearer":
        yield _text(told.strip())
    elif scheme.lower() == b"basic":
        yield _text(_basic_user(told.strip()))
    if b"x-write-key" in headers:
        yield _text(headers[b"x-write-key"].strip())
    if _KEY_FIELD in query:
        yield from _keys_of(query)


def _keys_of(query: bytes) -> Iterator[str]:
    for field in query.split(b"&", _QUERY_FIELDS_MAX)[:_QUERY_FIELDS_MAX]:
        if field.startswith(_KEY_FIELD):
            yield unquote_plus(_text(field.removeprefix(_KEY_FIELD)))


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


def preflight(headers: Headers, allow: bytes = b"POST, OPTIONS") -> Answer:
    """Answer a browser that asks first; it never sends a key with that."""
    asked = headers.get(
        b"access-control-request-headers", b"authorization, content-type"
    )
    return Answer(
        204,
        headers=(
            (b"allow", allow),
            (b"access-control-allow-methods", allow),
            (b"access-control-allow-headers", asked),
            (b"access-control-max-age", b"86400"),
        ),
    )


def headers_of(answer: Answer, origin: bytes | None) -> list[tuple[bytes, bytes]]:
    """Give all headers of an answer to a page of an origin, or to nobody's page."""
    headers = [
        (b"cache-control", answer.cache),
        (b"x-content-type-options", b"nosniff"),
        *cross_origin(origin),
        *answer.headers,
    ]
    # These have no body, and say nothing of one.
    if answer.status not in {204, 304}:
        headers.append((b"content-type", answer.media_type))
        headers.append((b"content-length", b"%d" % len(answer.body)))
    return headers


async def respond(
    send: Send, answer: Answer, origin: bytes | None, *, bare: bool = False
) -> None:
    """Send an answer; bare is the head alone, as HEAD asks for."""
    headers = headers_of(answer, origin)
    await send(
        {"type": "http.response.start", "status": answer.status, "headers": headers}
    )
    await send({"type": "http.response.body", "body": b"" if bare else answer.body})
