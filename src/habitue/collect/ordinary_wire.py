"""The form of an ordinary item; what has another form goes through the steps."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from habitue.collect.limits import INTEGER_MAX, Limits
from habitue.collect.wire import WIRE_NAMES

NAME_CHARS_MAX = 200
_FIELDS_MAX = 200
# Levels of lists and objects in a field of the item, which is the first level itself.
NESTED_MAX = 6


def fields(fields_max: int) -> Any:
    """Give the type of an object of an item: its names and values within limits.

    msgspec checks all of this while it reads: looking for it afterwards costs as much
    again as the reading.
    """
    whole = Annotated[int, Meta(ge=-INTEGER_MAX - 1, le=INTEGER_MAX)]
    plain = bool | str | float | whole | None
    inside: Any = plain
    for _ in range(NESTED_MAX - 1):
        inside = plain | list[inside] | dict[str, inside]
    name = Annotated[str, Meta(max_length=NAME_CHARS_MAX)]
    return Annotated[dict[name, inside], Meta(max_length=fields_max)]


if TYPE_CHECKING:
    _Fields = dict[str, Any] | None
else:
    _Fields = fields(_FIELDS_MAX) | None
_Text = Annotated[str, Meta(max_length=NAME_CHARS_MAX)] | None


class Ordinary(Struct, frozen=True, gc=False, rename=WIRE_NAMES):
    """An item as nearly all clients send it: each field is what it should be."""

    type: Literal["track", "page", "screen", "identify"]
    event: _Text = None
    name: _Text = None
    user_id: str | int | None = None
    anonymous_id: str | int | None = None
    message_id: _Text = None
    timestamp: str | None = None
    original_timestamp: str | None = None
    sent_at: str | None = None
    properties: _Fields = None
    traits: _Fields = None
    context: _Fields = None
    identifiers: _Fields = None
    category: str | None = None
    # What is told under these names only the steps understand.
    user_id_snake: None = None
    anonymous_id_snake: None = None
    message_id_snake: None = None


# Raises one of wire.NOT_STRICT for an item that is not ordinary.
decode = msgspec.json.Decoder(Ordinary).decode


def allows_ordinary(limits: Limits) -> bool:
    """Say whether what is ordinary lies within the limits."""
    fields_max = min(limits.properties_max, limits.traits_max)
    chars_max = min(limits.name_chars_max, limits.message_id_chars_max)
    return (
        fields_max >= _FIELDS_MAX
        and chars_max >= NAME_CHARS_MAX
        and limits.depth_max > NESTED_MAX
    )
