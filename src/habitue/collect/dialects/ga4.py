"""Google Analytics 4: its Measurement Protocol, for servers and apps."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from habitue.collect.dialect import (
    Answer,
    Call,
    Dialect,
    Envelope,
    Page,
    Reply,
    Route,
    in_dialect,
)
from habitue.collect.dialects.ga4_debug import show_messages
from habitue.collect.dialects.ga4_items import translate
from habitue.collect.dialects.web import as_batch, present
from habitue.collect.sniff import fields_of
from habitue.collect.wire import NOT_STRICT, decode_loosely

NAME = "ga4"
_PATH = "/mp/collect"
_DEBUG_PATH = "/debug/mp/collect"
# Four times what the real service takes; a larger body is kept, but not read.
_BODY_BYTES_MAX = 512 * 1024
# The real service says nothing, whatever it was sent.
_NOTHING = Answer(204)


class _Outer(Struct, gc=False):
    """What a request says of all its events."""

    client_id: Any = None
    app_instance_id: Any = None
    user_id: Any = None
    user_properties: Any = None
    timestamp_micros: Any = None
    consent: Any = None


_OUTER = msgspec.json.Decoder(_Outer)


def _keys(call: Call) -> Iterable[str]:
    """Give what may stand for a key: the public name with its secret, or that alone."""
    told = fields_of(call.query)
    secret = told.get("api_secret")
    if not secret:
        return ()
    name = told.get("measurement_id") or told.get("firebase_app_id")
    return (f"{name}:{secret}", secret) if name else (secret,)


def _arrange(_call: Call, body: bytes, envelope: Envelope) -> Envelope:
    if not envelope.batched:
        raise ValueError("no events")
    outer = _read(body)
    told = present(
        {
            "clientId": outer.client_id or outer.app_instance_id,
            "userId": outer.user_id,
            "userProperties": outer.user_properties,
            "timestamp": outer.timestamp_micros,
            "consent": outer.consent,
        }
    )
    return in_dialect(envelope, NAME, told=told)


def _read(body: bytes) -> _Outer:
    if len(body) > _BODY_BYTES_MAX:
        raise ValueError(len(body))
    try:
        return _OUTER.decode(body)
    except NOT_STRICT:
        told = decode_loosely(body.decode(errors="replace").encode())
        return msgspec.convert(told, _Outer)


def _say_nothing(_: Reply) -> Answer:
    return _NOTHING


GA4 = Dialect(
    name=NAME,
    translate=translate,
    routes=(
        Route(
            path=_PATH,
            keys=_keys,
            unwrap=as_batch("events"),
            arrange=_arrange,
            answer=_say_nothing,
        ),
    ),
    pages=(Page(path=_DEBUG_PATH, method="POST", keys=_keys, show=show_messages),),
)
