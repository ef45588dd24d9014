"""Snowplow's trackers: batches by POST, single events as the address of an image."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct, structs

from habitue.base.ids import NewId, new_id
from habitue.collect.dialect import (
    KEYLESS_BATCH_BYTES_MAX,
    Answer,
    Call,
    Dialect,
    Envelope,
    Reply,
    Route,
    in_dialect,
)
from habitue.collect.dialects.pixel import GIF
from habitue.collect.dialects.snowplow_items import translate
from habitue.collect.dialects.web import agent_of, as_batch
from habitue.collect.http import Fault
from habitue.collect.port import Credential
from habitue.collect.sniff import fields_of
from habitue.collect.wire import NOT_STRICT
from habitue.model.source import Writer

NAME = "snowplow"
_BATCH_PATH = "/com.snowplowanalytics.snowplow/tp2"
_IMAGE_PATH = "/i"
_TAKEN = Answer(200, b"ok", media_type=b"text/plain")
# The name that Snowplow's collectors give it; an id of 128 bits, told back for a year.
_COOKIE = re.compile(rb"(?:^|;\s*)sp=([0-9a-fA-F-]{32,36})(?:;|$)")
_COOKIE_AGE_S = 365 * 24 * 3600
# A tracker that is to leave no trace of the visitor says so with this header.
_ANONYMOUS = b"sp-anonymous"
_NO_TRACKING = b"sec-gpc"


class _App(Struct, gc=False):
    aid: Any = None


_APP = msgspec.json.Decoder(_App)


def _arrange(call: Call, _body: bytes, envelope: Envelope) -> Envelope:
    agent = agent_of(call)
    told = {"ua": agent} if agent else None
    found = in_dialect(envelope, NAME, told=told, key=_app_of(envelope.items))
    if _ANONYMOUS in call.headers:
        # An empty address is one that nobody may fill in.
        return structs.replace(found, context={"ip": ""})
    return found


def _app_of(items: tuple[bytes, ...]) -> Any:
    """Give the app id of the first event: it stands in the place of a key."""
    try:
        return _APP.decode(items[0]).aid if items else None
    except NOT_STRICT:
        return None


def _from_query(call: Call, _body: bytes) -> bytes:
    told = fields_of(call.query)
    if not told:
        raise Fault("not_json")
    return msgspec.json.encode(told)


def _app_in_query(call: Call) -> Iterable[str]:
    app = fields_of(call.query).get("aid")
    return (app,) if app else ()


# -- the network id: a cookie of ours, where the source says that it may be set -------


def _may_be_known(call: Call, credential: Credential) -> bool:
    return (
        credential.source.network_cookie
        and credential.writer is Writer.PUBLIC
        and _ANONYMOUS not in call.headers
        and call.headers.get(_NO_TRACKING) != b"1"
    )


def _sent_id(call: Call) -> str | None:
    found = _COOKIE.search(call.headers.get(b"cookie", b""))
    return found[1].decode().lower() if found else None


def _with_network_id(
    call: Call, envelope: Envelope, credential: Credential
) -> Envelope:
    """Tell of the network id that came along, if the source may know it.

    One that is made only now is not told: the same event sent again would bring it,
    and would not be the same event any more.
    """
    sent = _sent_id(call) if _may_be_known(call, credential) else None
    if sent is None:
        return envelope
    return structs.replace(envelope, told={**(envelope.told or {}), "nuid": sent})


def _cookie(name: str) -> bytes:
    return (
        f"sp={name}; Path=/; Max-Age={_COOKIE_AGE_S}; Secure; HttpOnly; SameSite=Lax"
    ).encode()


def snowplow(new_id: NewId = new_id) -> Dialect:
    """Make the dialect; new_id makes network ids."""

    def with_cookie(answer: Answer, reply: Reply) -> Answer:
        if not _may_be_known(reply.call, reply.credential):
            return answer
        cookie = _cookie(_sent_id(reply.call) or new_id())
        return structs.replace(answer, headers=((b"set-cookie", cookie),))

    return Dialect(
        name=NAME,
        translate=translate,
        routes=(
            Route(
                path=_BATCH_PATH,
                unwrap=as_batch("data"),
                arrange=_arrange,
                mark=_with_network_id,
                answer=lambda reply: with_cookie(_TAKEN, reply),
                gives_ip=True,
                keyless_bytes_max=KEYLESS_BATCH_BYTES_MAX,
            ),
            Route(
                path=_IMAGE_PATH,
                method="GET",
                keys=_app_in_query,
                unwrap=_from_query,
                arrange=_arrange,
                mark=_with_network_id,
                answer=lambda reply: with_cookie(GIF, reply),
                gives_ip=True,
            ),
        ),
    )


SNOWPLOW = snowplow()
