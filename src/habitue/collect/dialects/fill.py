"""Items that leave out what their path or a header says already."""

from typing import Any

import msgspec
from msgspec import Struct, structs

from habitue.collect.dialect import Told
from habitue.collect.wire import NOT_STRICT, decode_loosely

# A field has other names, too; one of them is enough.
_OTHER_NAMES = {"type": ("action",), "anonymousId": ("anonymous_id",)}

_encode = msgspec.json.Encoder().encode


class _Said(Struct, gc=False):
    type: Any = None
    context: Any = None
    action: Any = None
    anonymousId: Any = None  # noqa: N815 - as on the wire
    anonymous_id: Any = None


_DECODER = msgspec.json.Decoder(_Said)


def fill(raw: bytes, told: Told) -> bytes:
    """Add to an item what it leaves out of what was told; the rest stays as it came.

    >>> fill(b'{"event":"Tea Poured"}', {"type": "track"})
    b'{"event":"Tea Poured","type":"track"}'
    >>> fill(b'{"type":"page"}', {"type": "track"})
    b'{"type":"page"}'
    """
    said = _fields(raw)
    if said is None:
        return raw
    missing = {
        name: value
        for name, value in told.items()
        if all(said.get(one) is None for one in (name, *_OTHER_NAMES.get(name, ())))
    }
    return add(raw, missing) if missing else raw


def add(raw: bytes, fields: dict[str, Any]) -> bytes:
    """Add fields to an object; of a name that it has already, the new value holds.

    >>> add(b" {} ", {"a": 1})
    b'{"a":1}'
    """
    inside = raw.strip()[1:-1]
    # At the end, since of a name told twice the last one counts.
    comma = b"," if inside.strip() else b""
    return b"{" + inside + comma + _encode(fields)[1:]


def _fields(raw: bytes) -> dict[str, Any] | None:
    """Read the fields that may be filled; None of what is no object at all."""
    try:
        return structs.asdict(_DECODER.decode(raw))
    except NOT_STRICT:
        pass
    try:
        value = decode_loosely(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
