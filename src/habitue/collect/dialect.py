"""How a tracking client speaks: its paths, where its items stand, how it is answered.

A dialect is data and a few plain functions; the door does all the rest: keys, rates,
limits, one outcome for each item. Its items become items in the shape of Segment's
clients, which the steps read. What lies in quarantine is the item as it came, with the
name of its dialect around it, so that a replay goes through the dialect again.
"""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from msgspec import Struct, structs

from habitue.collect.body import Envelope
from habitue.collect.http import Answer, Headers
from habitue.collect.port import Credential
from habitue.collect.reason import Quarantined, quarantine
from habitue.collect.result import Results

# All that a dialect is written with.
__all__ = [
    "KEYLESS_BATCH_BYTES_MAX",
    "Answer",
    "Arrange",
    "Asked",
    "Call",
    "Dialect",
    "Envelope",
    "Page",
    "Quarantined",
    "Reply",
    "Route",
    "Told",
    "in_dialect",
    "quarantine",
    "tell_results",
]

# Clients that tell their key in the body alone send batches of up to 5 MB.
KEYLESS_BATCH_BYTES_MAX = 6_000_000
# What a request says beside its items that their translation needs: plain JSON values.
Told = dict[str, Any]

_encode = msgspec.json.Encoder().encode


class Call(Struct, frozen=True, kw_only=True, gc=False):
    """A request, as far as it is known before its body is read.

    address is whom it came from. named holds what stands at the {..} of its path.
    """

    method: str
    path: str
    query: bytes
    headers: Headers
    address: str = ""
    scheme: str = "http"
    received_us: int = 0
    named: dict[str, str] = {}


class Asked(Struct, frozen=True, kw_only=True):
    """A request for a page: the body, and whose key came with it, if it needs one."""

    call: Call
    body: bytes = b""
    key: str = ""
    credential: Credential | None = None


class Reply(Struct, frozen=True, kw_only=True):
    """What an answer to events is made of: all is on disk when it is asked for."""

    call: Call
    envelope: Envelope
    results: Results
    credential: Credential


def in_dialect(
    envelope: Envelope,
    name: str,
    *,
    told: Told | None = None,
    items: Iterable[bytes] | None = None,
    key: object = None,
) -> Envelope:
    """Say which dialect the items of an envelope are in, and what was told of them.

    items: where they really stand, each a JSON value; None leaves those there are.
    key: the write key that the body holds under a name of its own.
    """
    return structs.replace(
        envelope,
        dialect=name,
        told=told or None,
        items=envelope.items if items is None else tuple(items),
        batch_fault=envelope.batch_fault and items is None,
        batched=True,
        write_key=envelope.write_key if key is None else key,
    )


def tell_results(reply: Reply) -> Answer:
    """Answer with the outcome of each item, as our own door does."""
    return Answer(200, _encode(reply.results))


# What is made of a call, its body as JSON, and what was read of that in our own shape.
Arrange = Callable[[Call, bytes, Envelope], Envelope]


class Route(Struct, frozen=True, kw_only=True):
    """A path that takes events.

    unwrap brings a body (or, of a GET, the query) to JSON; without it the body is
    JSON, or a form with JSON in its field 'data'. arrange gets that JSON and what was
    read of it in our own shape (an event, a list, or {"batch": [..]}), and says where
    the items really stand, which dialect they are in, and which key the body holds.
    keys gives keys that stand elsewhere than in the usual headers and ?writeKey=.
    mark adds to an envelope what depends on whose it is, once that is known.
    """

    path: str
    method: str = "POST"
    keys: Callable[[Call], Iterable[str]] | None = None
    unwrap: Callable[[Call, bytes], bytes] | None = None
    arrange: Arrange | None = None
    mark: Callable[[Call, Envelope, Credential], Envelope] | None = None
    answer: Callable[[Reply], Answer] = tell_results
    # What a browser sends itself is given its address, where it tells none.
    gives_ip: bool = False
    # Bytes of a body whose key stands in it, as long as the key is not known; 0 for
    # what all doors take.
    keyless_bytes_max: int = 0


class Page(Struct, frozen=True, kw_only=True):
    """A path that takes no events: settings, a script, a probe.

    show gives the answer. With keys a page is there only for who tells a known one.
    A page for OPTIONS may give None for the usual preflight.
    """

    path: str
    show: Callable[[Asked], Answer | None]
    method: str = "GET"
    keys: Callable[[Call], Iterable[str]] | None = None


class Dialect(Struct, frozen=True, kw_only=True):
    """A family of clients.

    translate makes of one item (its bytes as they came, and what its request told) the
    bytes of an item in our own shape, or says why it can't.
    """

    name: str
    routes: tuple[Route, ...] = ()
    pages: tuple[Page, ...] = ()
    translate: Callable[[bytes, Told], bytes | Quarantined] | None = None
