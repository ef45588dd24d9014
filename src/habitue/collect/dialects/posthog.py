"""PostHog's clients: posthog-js, the mobile ones, and those for servers."""

import re
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Raw, Struct, structs

from habitue.collect.dialect import (
    KEYLESS_BATCH_BYTES_MAX,
    Answer,
    Call,
    Dialect,
    Envelope,
    Reply,
    Route,
    Told,
    in_dialect,
)
from habitue.collect.dialects.posthog_items import translate
from habitue.collect.dialects.posthog_pages import PAGES
from habitue.collect.dialects.web import agent_of, by_browser
from habitue.collect.http import Fault
from habitue.collect.result import Result
from habitue.collect.sniff import fields_of, from_form
from habitue.collect.wire import NOT_STRICT
from habitue.model.outcome import Fate

NAME = "posthog"
_PATHS = ("/batch", "/e", "/i/v0/e", "/capture", "/track")
_PERSON_PATH = "/engage"
_WITH_RESULTS_PATH = "/i/v1/analytics/events"
_SENT_HEADER = b"posthog-request-timestamp"
_OK = Answer(200, b'{"status":"Ok"}')
# Where a body is no strict JSON, what it says of all is looked for like this.
_KEY = re.compile(rb'"(?:api_key|\$?token)"\s*+:\s*+"([^"\\]{1,200}+)"')
_SENT = re.compile(rb'"sent_at"\s*+:\s*+"([^"\\]{1,64}+)"')
_HISTORICAL = re.compile(rb'"historical_migration"\s*+:\s*+true')
_encode = msgspec.json.Encoder().encode


class _Outer(Struct, gc=False, rename={"dollar_token": "$token"}):
    """What a body says beside its events, or an event that comes alone."""

    api_key: Any = None
    token: Any = None
    dollar_token: Any = None
    sent_at: Any = None
    historical_migration: Any = None
    properties: Raw = Raw()

    @property
    def key(self) -> Any:
        """Give the key, wherever the client puts it."""
        told = (self.api_key, self.token, self.dollar_token)
        found = next((one for one in told if one is not None), None)
        return _token_in(self.properties) if found is None else found


class _Properties(Struct, gc=False):
    token: Any = None


class _Named(Struct, gc=False):
    uuid: Any = None


_OUTER = msgspec.json.Decoder(_Outer)
_PROPERTIES = msgspec.json.Decoder(_Properties)
_NAMED = msgspec.json.Decoder(_Named)


def _token_in(properties: Raw) -> Any:
    try:
        return _PROPERTIES.decode(properties).token
    except NOT_STRICT:
        return None


def _arrange(kind: str = "") -> Callable[[Call, bytes, Envelope], Envelope]:
    """Make what says where events stand; kind is what those of a path are."""

    def arrange(call: Call, body: bytes, envelope: Envelope) -> Envelope:
        outer = _read(body, envelope)
        header = call.headers.get(_SENT_HEADER, b"").decode("latin-1")
        return structs.replace(
            in_dialect(envelope, NAME, told=_told(call, outer, kind), key=outer.key),
            sent_at=outer.sent_at or header or None,
        )

    return arrange


def _from_address(call: Call, _body: bytes) -> bytes:
    found = from_form(call.query)
    if found is None:
        raise Fault("not_json")
    return found


def _read(body: bytes, envelope: Envelope) -> _Outer:
    """Read what a body says: of a list of events, the first one does."""
    is_list = body.lstrip()[:1] == b"["
    told = envelope.items[0] if is_list and envelope.items else body
    try:
        return _OUTER.decode(told)
    except NOT_STRICT:
        pass
    key, sent = _KEY.search(body), _SENT.search(body)
    return _Outer(
        api_key=key[1].decode("latin-1") if key else None,
        sent_at=sent[1].decode("latin-1") if sent else None,
        historical_migration=_HISTORICAL.search(body) is not None,
    )


def _told(call: Call, outer: _Outer, kind: str) -> Told:
    no_ip = by_browser(call) and fields_of(call.query).get("ip") == "0"
    told = {
        "kind": kind or None,
        "userAgent": agent_of(call),
        # An empty address is one that nobody may fill in.
        "ip": "" if no_ip else None,
        "historical": True if outer.historical_migration is True else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _say_ok(_: Reply) -> Answer:
    return _OK


def _tell_by_uuid(reply: Reply) -> Answer:
    """Answer for each event by its uuid; those to 'retry' come again, no others."""
    told = {}
    results = reply.results.results
    for raw, result in zip(reply.envelope.items, results, strict=False):
        uuid = _uuid(raw)
        if uuid is not None:
            told[uuid] = _verdict(result)
    return Answer(200, _encode({"results": told}))


def _uuid(raw: bytes) -> str | None:
    try:
        uuid = _NAMED.decode(raw).uuid
    except NOT_STRICT:
        return None
    return uuid if isinstance(uuid, str) else None


def _verdict(result: Result) -> dict[str, str]:
    match result.outcome:
        case Fate.STORED | Fate.DUPLICATE:
            if not result.warnings:
                return {"result": "ok"}
            warned = " ".join(one.detail for one in result.warnings)
            return {"result": "warning", "details": warned}
        case Fate.REFUSED if result.reason == "batch_too_long":
            return {"result": "retry", "details": result.detail or ""}
        case _:
            return {"result": "drop", "details": result.detail or ""}


def _route(path: str, kind: str = "", method: str = "POST") -> Route:
    return Route(
        path=path,
        method=method,
        unwrap=_from_address if method == "GET" else None,
        arrange=_arrange(kind),
        answer=_tell_by_uuid if path == _WITH_RESULTS_PATH else _say_ok,
        gives_ip=True,
        keyless_bytes_max=KEYLESS_BATCH_BYTES_MAX,
    )


POSTHOG = Dialect(
    name=NAME,
    translate=translate,
    routes=(
        *map(_route, (*_PATHS, _WITH_RESULTS_PATH)),
        _route(_PERSON_PATH, "person"),
        _route("/e", method="GET"),
    ),
    pages=PAGES,
)
