"""A grammar of hostile payloads: what attackers, bugs and bad luck send."""

import gzip
import json
from collections.abc import Callable
from random import Random
from typing import Any

TEXTS = (
    "",
    " ",
    "guest",
    "null",
    "[object Object]",
    "\x00",
    "\x1b[31m",
    "\ud800",
    "\udfff\ud800",
    "\u202e",
    "\U0001f600",
    "é" * 300,
    "a" * 70_000,
    "'; DROP TABLE log; --",
    "<script>alert(1)</script>",
    "{{7*7}}${7*7}",
    "../../etc/passwd",
    "=1+1",
    "\r\nX-Header: 1",
    "9" * 400,
    "-0",
    "1e999",
    "NaN",
    "2026-03-01T12:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999999-14:00",
    "__proto__",
    "u1",
    "a@b",
    "eyJ.a.b",
)
NUMBERS: tuple[Any, ...] = (
    0,
    -1,
    1.5,
    1e308,
    -1e308,
    5e-324,
    2**31,
    2**53 + 1,
    2**63,
    2**64,
    -(2**63) - 1,
    10**400,
    float("nan"),
    float("inf"),
    -float("inf"),
    True,
    False,
    None,
)
FIELDS = (
    "type",
    "event",
    "name",
    "userId",
    "anonymousId",
    "previousId",
    "groupId",
    "messageId",
    "timestamp",
    "originalTimestamp",
    "sentAt",
    "properties",
    "traits",
    "context",
    "identifiers",
    "category",
    "action",
    "batch",
    "writeKey",
    "__proto__",
)
OBJECTS = frozenset({"properties", "traits", "context", "identifiers"})
TYPES = ("track", "identify", "page", "screen", "alias", "group", "teapot", "")
CONTEXT_FIELDS = (
    "traits",
    "device",
    "externalIds",
    "token",
    "impersonated",
    "historical",
    "sharedDevice",
    "reset",
)
CONTACTS = ("email", "phone", "customer_id", "loyalty_card", "device_id", "x" * 300)


def value(random: Random, levels: int = 4) -> Any:
    """Make any value: a text, a number, or more of these."""
    choice = random.random()
    if levels and choice < 0.15:
        return [value(random, levels - 1) for _ in range(random.randrange(4))]
    if levels and choice < 0.3:
        return {
            random.choice(TEXTS)[:300]: value(random, levels - 1)
            for _ in range(random.randrange(4))
        }
    return random.choice(TEXTS) if choice < 0.7 else random.choice(NUMBERS)


def item(random: Random) -> Any:
    """Make an item: mostly one that looks like an event."""
    if random.random() < 0.05:
        return value(random)
    names = random.sample(FIELDS, random.randrange(5))
    told = {name: _field(random, name) for name in names}
    if random.random() < 0.9:
        told["type"] = random.choice(TYPES)
    if random.random() < 0.8:
        told["event"] = random.choice(TEXTS)[:150] + "x"
    if random.random() < 0.3:
        told["identifiers"] = {kind: value(random, 2) for kind in CONTACTS}
    if random.random() < 0.3:
        told["context"] = {name: value(random, 3) for name in CONTEXT_FIELDS}
    return told


def _field(random: Random, name: str) -> Any:
    if name in OBJECTS and random.random() < 0.8:
        return {random.choice(TEXTS)[:150]: value(random, 2)}
    return value(random)


def text_of(random: Random, items: list[Any]) -> bytes:
    """Write items as a body, now and then in a strange way."""
    body: Any = items[0] if len(items) == 1 and random.random() < 0.5 else items
    if isinstance(body, list) and random.random() < 0.9:
        body = {"batch": items}
        if random.random() < 0.3:
            body["sentAt"] = value(random)
            body["context"] = value(random)
    text = json.dumps(body, ensure_ascii=random.random() < 0.7)
    return text.encode("utf-8", "surrogatepass")


def _as_it_is(random: Random, body: bytes) -> bytes:
    return body


def _cut(random: Random, body: bytes) -> bytes:
    return body[: random.randrange(len(body) + 1)]


def _flip(random: Random, body: bytes) -> bytes:
    spoiled = bytearray(body)
    for _ in range(random.randrange(1, 4)):
        spoiled[random.randrange(len(spoiled))] = random.randrange(256)
    return bytes(spoiled)


def _pack(random: Random, body: bytes) -> bytes:
    packed = gzip.compress(body, 1)
    return packed if random.random() < 0.5 else _flip(random, packed)


def _deepen(random: Random, body: bytes) -> bytes:
    levels = random.choice((40, 500, 3_000, 50_000))
    opening, closing = random.choice(((b"[", b"]"), (b'{"a":', b"}")))
    return (
        b'{"batch":[' + opening * levels + b"1" + closing * levels + b"," + body + b"]}"
    )


def _double(random: Random, body: bytes) -> bytes:
    return body + body


MANGLERS: tuple[Callable[[Random, bytes], bytes], ...] = (
    *(_as_it_is,) * 6,
    _cut,
    _flip,
    _pack,
    _deepen,
    _double,
)


def payload(random: Random) -> bytes:
    """Make the body of one hostile request."""
    items = [item(random) for _ in range(random.choice((1, 1, 2, 3, 8)))]
    return random.choice(MANGLERS)(random, text_of(random, items))
