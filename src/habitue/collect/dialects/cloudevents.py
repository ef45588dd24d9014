"""CloudEvents over HTTP: one event, its headers apart from its data, or a batch."""

import hashlib
import re
from base64 import b64encode
from typing import Any
from urllib.parse import unquote

import msgspec
from msgspec import Raw

from habitue.collect.dialect import (
    Answer,
    Asked,
    Call,
    Dialect,
    Envelope,
    Page,
    Quarantined,
    Route,
    Told,
    in_dialect,
    quarantine,
)
from habitue.collect.dialects.web import Fields, fields_in, present, read_object
from habitue.collect.sniff import from_base64
from habitue.collect.wire import NOT_STRICT
from habitue.model.kind import DEFAULT_KINDS

NAME = "cloudevents"
_PATH = "/events"
_ATTRIBUTE = b"ce-"
_ID_CHARS_MAX = 200
_DIGEST_BYTES = 16
_KNOWN = frozenset({
    "specversion", "id", "source", "type", "subject", "time", "datacontenttype",
    "dataschema", "data", "data_base64", "userid", "anonymousid",
})  # fmt: skip
# A subject that names somebody as we do, user_id:42; any other is about a thing.
_SUBJECT = re.compile(rf"({'|'.join(kind.name for kind in DEFAULT_KINDS)}):(.+)")
# What data say of a person in our own names is no property of what happened.
_PERSONAL = {
    "userId": "userId", "user_id": "userId",
    "anonymousId": "anonymousId", "anonymous_id": "anonymousId",
    "identifiers": "identifiers", "traits": "traits",
}  # fmt: skip
_encode = msgspec.json.Encoder().encode


def _unwrap(call: Call, body: bytes) -> bytes:
    """Give the event as one JSON value, also where its attributes are headers."""
    if b"ce-type" not in call.headers:
        return body
    event: Fields = {
        name.removeprefix(_ATTRIBUTE).decode("latin-1"): _header(value)
        for name, value in call.headers.items()
        if name.startswith(_ATTRIBUTE)
    }
    return _encode({**event, **_data_in(body)})


def _header(value: bytes) -> str:
    # What is no plain letter is told as the bytes of UTF-8, each as %XX.
    return unquote(value.decode("latin-1"))


def _data_in(body: bytes) -> Fields:
    """Say what a body is: JSON whatever its type is said to be, text, or bytes."""
    if not body:
        return {}
    try:
        return {"data": msgspec.json.decode(body, type=Raw)}
    except NOT_STRICT:
        pass
    try:
        return {"data": body.decode()}
    except UnicodeDecodeError:
        return {"data_base64": b64encode(body).decode()}


def _arrange(_call: Call, _body: bytes, envelope: Envelope) -> Envelope:
    return in_dialect(envelope, NAME)


def translate(raw: bytes, _told: Told) -> bytes | Quarantined:
    """Make an item of an event, all of whose attributes stand beside its data."""
    event = read_object(raw)
    if isinstance(event, Quarantined):
        return event
    told = [event.get(name) for name in ("id", "source", "type")]
    if not all(isinstance(one, str) and one for one in told):
        return quarantine("untranslatable", dialect=NAME)
    return _encode(present(_item(event)))


def _item(event: Fields) -> Fields:
    data = _data_of(event)
    properties = data if isinstance(data, dict) else present({"data": data})
    personal = {
        ours: properties[name]
        for name, ours in _PERSONAL.items()
        if properties.get(name) is not None
    }
    return {
        "type": "track",
        "event": event["type"],
        "messageId": _message_id(event["source"], event["id"]),
        "timestamp": event.get("time"),
        "userId": event.get("userid"),
        "anonymousId": event.get("anonymousid"),
        **personal,
        **_subject(event.get("subject"), fields_in(personal.get("identifiers"))),
        "properties": {
            name: value for name, value in properties.items() if name not in _PERSONAL
        },
        "context": {"cloudevent": _around(event)},
    }


def _message_id(source: str, name: str) -> str:
    """Name an event by its source and id, for only together they name one."""
    told = f"{source}#{name}"
    if len(told) <= _ID_CHARS_MAX:
        return told
    return hashlib.blake2b(told.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def _subject(subject: object, identifiers: Fields) -> Fields:
    found = _SUBJECT.fullmatch(subject) if isinstance(subject, str) else None
    if found is None:
        return {}
    return {"identifiers": {found[1]: found[2], **identifiers}}


def _data_of(event: Fields) -> Any:
    packed = event.get("data_base64")
    if not isinstance(packed, str):
        return event.get("data")
    plain = from_base64(packed.encode())
    try:
        return msgspec.json.decode(plain or b"")
    except NOT_STRICT:
        return {"data_base64": packed}


def _around(event: Fields) -> Fields:
    """Give the attributes, with the extensions of whoever sends."""
    told = {name: event.get(name) for name in ("source", "subject", "dataschema")}
    others = {name: value for name, value in event.items() if name not in _KNOWN}
    return present({**told, "extensions": others})


def _allow_origin(asked: Asked) -> Answer | None:
    """Allow a sender that asks first, as the abuse protection of web hooks wants.

    Whoever sends needs a key all the same.
    """
    origin = asked.call.headers.get(b"webhook-request-origin")
    if origin is None:
        return None
    rate = asked.call.headers.get(b"webhook-request-rate", b"*")
    return Answer(
        200,
        headers=(
            (b"allow", b"POST, OPTIONS"),
            (b"webhook-allowed-origin", origin),
            (b"webhook-allowed-rate", rate),
        ),
    )


CLOUDEVENTS = Dialect(
    name=NAME,
    translate=translate,
    routes=(Route(path=_PATH, unwrap=_unwrap, arrange=_arrange),),
    pages=(Page(path=_PATH, method="OPTIONS", show=_allow_origin),),
)
