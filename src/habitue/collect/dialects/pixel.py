"""Events that come as the address of an image, where no script runs: in a mail, say."""

from base64 import b64decode
from typing import Any

import msgspec

from habitue.collect.dialect import (
    Answer,
    Call,
    Envelope,
    Reply,
    Route,
    in_dialect,
)
from habitue.collect.http import Fault
from habitue.collect.sniff import fields_of, from_base64

# One transparent point.
GIF = Answer(
    200,
    b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"),
    media_type=b"image/gif",
)
_LEVELS_MAX = 8


def pixel(path: str, kind: str, dialect: str) -> Route:
    """Make the path of an image; what the request shows of its visitor is context."""

    def arrange(call: Call, _body: bytes, envelope: Envelope) -> Envelope:
        told = {"type": kind, "context": seen_by(call)}
        return in_dialect(envelope, dialect, told=told)

    return Route(
        path=path,
        method="GET",
        unwrap=read_address,
        arrange=arrange,
        answer=show_point,
        gives_ip=True,
    )


def show_point(_: Reply) -> Answer:
    """Answer with an image of one transparent point."""
    return GIF


def read_address(call: Call, _body: bytes) -> bytes:
    """Give the JSON of an address: its field 'data' in base64, or all its fields.

    A field 'properties.price' is one within another.
    """
    fields = fields_of(call.query)
    if "data" not in fields:
        return msgspec.json.encode(_nested(fields))
    told = fields["data"].strip()
    if told.startswith("{"):
        return told.encode("utf-8", "replace")
    # A plus sign that was not escaped has been read as a space.
    found = from_base64(told.replace(" ", "+").encode("utf-8", "replace"))
    if not found:
        raise Fault("not_json")
    return found


def _nested(fields: dict[str, str]) -> dict[str, Any]:
    item: dict[str, Any] = {}
    for name, value in fields.items():
        _put(item, name.split(".", _LEVELS_MAX), value)
    return item


def _put(item: dict[str, Any], path: list[str], value: str) -> None:
    *outer, last = path
    for name in outer:
        inner = item.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        item = inner
    item[last] = value


def seen_by(call: Call) -> dict[str, Any]:
    """Give the context of a visitor, as far as the request for an image shows it."""

    def said(header: bytes) -> str:
        return call.headers.get(header, b"").decode("latin-1")

    page = said(b"referer")
    found = {
        "userAgent": said(b"user-agent"),
        "locale": said(b"accept-language").partition(",")[0],
        "page": {"url": page} if page else None,
    }
    return {name: value for name, value in found.items() if value}
