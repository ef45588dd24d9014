"""An item as it comes over the wire: Segment's camelCase becomes snake_case here."""

import json
from typing import Any

import msgspec
from msgspec import Struct

WIRE_NAMES = {
    "user_id": "userId",
    "anonymous_id": "anonymousId",
    "previous_id": "previousId",
    "group_id": "groupId",
    "message_id": "messageId",
    "original_timestamp": "originalTimestamp",
    "sent_at": "sentAt",
    "user_id_snake": "user_id",
    "anonymous_id_snake": "anonymous_id",
    "message_id_snake": "message_id",
}
# Longer runs of digits are told apart by their length alone: int() of 100,000
# digits would take its time.
_DIGITS_MAX = 40


class Wire(Struct, frozen=True, gc=False, rename=WIRE_NAMES):
    """The fields of an item that mean something; nothing is checked yet."""

    type: Any = None
    event: Any = None
    name: Any = None
    user_id: Any = None
    anonymous_id: Any = None
    previous_id: Any = None
    group_id: Any = None
    message_id: Any = None
    timestamp: Any = None
    original_timestamp: Any = None
    sent_at: Any = None
    properties: Any = None
    traits: Any = None
    context: Any = None
    identifiers: Any = None
    category: Any = None
    # Some clients of Segment's HTTP interface write these so.
    action: Any = None
    user_id_snake: Any = None
    anonymous_id_snake: Any = None
    message_id_snake: Any = None


# Traits that Segment reserves; all others keep the name they came with.
TRAIT_NAMES = {
    "firstName": "first_name",
    "lastName": "last_name",
    "createdAt": "created_at",
}

_DECODER = msgspec.json.Decoder(Wire)
# What msgspec raises for what is not strictly JSON of an object.
NOT_STRICT = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def decode(raw: bytes) -> Wire:
    """Read an item that is strictly JSON; raises one of NOT_STRICT if it is not."""
    return _DECODER.decode(raw)


def decode_loosely(raw: bytes) -> Any:
    """Read what is nearly JSON: NaN, lone surrogates, raw control codes.

    Raises UnicodeDecodeError if it is not UTF-8, RecursionError if it is nested too
    deep to read, and ValueError if it is not JSON at all.
    """
    return json.loads(raw.decode(), parse_int=_whole, strict=False)


def from_object(value: dict[str, Any]) -> Wire:
    """Take the known fields out of an object that was read loosely."""
    return Wire(
        **{
            name: value.get(WIRE_NAMES.get(name, name))
            for name in Wire.__struct_fields__
        }
    )


def _whole(digits: str) -> int:
    return int(digits) if len(digits) <= _DIGITS_MAX else 10**_DIGITS_MAX
