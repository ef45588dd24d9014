"""Segment's and RudderStack's clients share paths: which of both it is that sends."""

from typing import Any

import msgspec
from msgspec import Struct

from habitue.collect.dialect import Answer, Call, Envelope, Reply, Told, in_dialect
from habitue.collect.sniff import from_base64
from habitue.collect.wire import NOT_STRICT

SEGMENT, RUDDERSTACK = "segment", "rudderstack"
SUCCESS = Answer(200, b'{"success":true}')
OK = Answer(200, b"OK", media_type=b"text/plain; charset=utf-8")
_ANONYMOUS_ID = b"anonymousid"
# What is larger is no event anyway.
_LOOKED_AT_BYTES_MAX = 64 * 1024


class _Library(Struct, frozen=True, gc=False):
    name: Any = None


class _Context(Struct, frozen=True, gc=False):
    library: _Library = _Library()


class _Item(Struct, frozen=True, gc=False):
    type: Any = None
    context: _Context = _Context()
    channel: Any = None


_DECODER = msgspec.json.Decoder(_Item)


def arrange(call: Call, envelope: Envelope, told: Told | None = None) -> Envelope:
    """Say in which of both dialects items are; a batch of Segment's is ours already."""
    if _is_rudder(call, envelope):
        return in_dialect(envelope, RUDDERSTACK, told=told)
    return in_dialect(envelope, SEGMENT, told=told) if told else envelope


def answer(reply: Reply) -> Answer:
    """Answer as the client's family does."""
    return OK if reply.envelope.dialect == RUDDERSTACK else SUCCESS


def told_anonymous_id(call: Call) -> str | None:
    """Give the device that RudderStack's browser client tells in a header."""
    told = from_base64(call.headers.get(_ANONYMOUS_ID, b"").strip())
    return told.decode("utf-8", "replace") if told else None


def _is_rudder(call: Call, envelope: Envelope) -> bool:
    if _ANONYMOUS_ID in call.headers:
        return True
    if not envelope.items or len(envelope.items[0]) > _LOOKED_AT_BYTES_MAX:
        return False
    try:
        item = _DECODER.decode(envelope.items[0])
    except NOT_STRICT:
        return False
    # Segment's clients say no channel and know no merge; some of RudderStack's go by
    # the names of Segment's libraries.
    named = "rudder" in str(item.context.library.name).lower()
    return named or item.channel is not None or item.type == "merge"
