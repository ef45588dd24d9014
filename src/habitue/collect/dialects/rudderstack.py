"""RudderStack's clients: Segment's paths, and some of their own."""

from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

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
from habitue.collect.dialects import family
from habitue.collect.dialects.fill import add, fill
from habitue.collect.dialects.pixel import pixel
from habitue.collect.dialects.segment_start import public_key
from habitue.collect.wire import NOT_STRICT

NAME = family.RUDDERSTACK
_IMAGES = ("track", "page")
# How a merge calls what we call otherwise.
_KINDS = {"userId": "user_id", "anonymousId": "anonymous_id", "deviceId": "device_id"}


def _arrange(_call: Call, _body: bytes, envelope: Envelope) -> Envelope:
    return in_dialect(envelope, NAME)


def _merge(_call: Call, _body: bytes, envelope: Envelope) -> Envelope:
    return in_dialect(envelope, NAME, told={"type": "merge"})


class _Context(Struct, gc=False):
    traits: Raw | UnsetType = UNSET


class _Item(Struct, gc=False):
    type: Any = None
    traits: Any = None
    context: _Context | None = None


_DECODER = msgspec.json.Decoder(_Item)


def translate(raw: bytes, told: Told) -> bytes | Quarantined:
    """Bring to our shape what is not: merges, and traits that stand in the context."""
    filled = fill(raw, told)
    try:
        item = _DECODER.decode(filled)
    except NOT_STRICT:
        # What is wrong with it the steps say.
        return filled
    if item.type == "merge":
        return _translate_merge(filled)
    if item.type != "identify" or item.traits or item.context is None:
        return filled
    traits = item.context.traits
    return filled if traits is UNSET else add(filled, {"traits": traits})


def _translate_merge(raw: bytes) -> bytes | Quarantined:
    """Make of a merge what shows its identifiers together."""
    item = msgspec.json.decode(raw)
    named = item.pop("mergeProperties", None)
    if not isinstance(named, list) or not all(isinstance(one, dict) for one in named):
        return quarantine("untranslatable", dialect=NAME)
    identifiers: dict[str, list[Any]] = {}
    for one in named:
        kind = str(one.get("type", ""))
        identifiers.setdefault(_KINDS.get(kind, kind), []).append(one.get("value"))
    return msgspec.json.encode({**item, "type": "identify", "identifiers": identifiers})


def _source_config(asked: Asked) -> Answer:
    told = {
        "source": {
            "id": "habitue",
            "name": "Habitué",
            "writeKey": public_key(asked),
            "enabled": True,
            "workspaceId": "habitue",
            "config": {
                # The client would tell its maker how it is doing.
                "statsCollection": {
                    "errors": {"enabled": False},
                    "metrics": {"enabled": False},
                }
            },
            "dataplanes": {},
            "destinations": [],
            "connections": [],
            "sourceDefinition": {"name": "Javascript"},
        },
        "updatedAt": "2026-01-01T00:00:00.000Z",
    }
    return Answer(200, msgspec.json.encode(told))


RUDDERSTACK = Dialect(
    name=NAME,
    translate=translate,
    routes=(
        # How a page sends what is left when it is closed: with the key in the address.
        Route(
            path="/beacon/v1/batch",
            arrange=_arrange,
            answer=family.answer,
            gives_ip=True,
        ),
        Route(path="/v1/merge", arrange=_merge, answer=family.answer),
        *(pixel(f"/pixel/v1/{kind}", kind, NAME) for kind in _IMAGES),
    ),
    # Its key stands in the address or the usual header.
    pages=(Page(path="/sourceConfig", keys=lambda _: (), show=_source_config),),
)
