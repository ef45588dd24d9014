"""Segments as they are defined: a condition with a name, in the log by versions."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from habitue.base.errors import InvalidError
from habitue.segment.check import read
from habitue.segment.check_value import is_text
from habitue.segment.condition import Condition

# Under this kind a segment stands in the log; null where it was deleted.
SEGMENT = "segment"
SEGMENTS_MAX = 2_000


class Segment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A named group of people: all who satisfy its condition at a moment."""

    segment_id: str
    name: str
    description: str = ""
    condition: Condition
    # Words to find it by, and where it comes from.
    tags: tuple[str, ...] = ()


def encode(segment: Segment) -> bytes:
    """Write a segment as the body of its definition."""
    return msgspec.json.encode(segment)


def decode(body: bytes) -> Segment | None:
    """Read the body of a definition; None where the segment was deleted."""
    return msgspec.json.decode(body, type=Segment | None)


def segment_of(segment_id: str, told: Mapping[str, Any]) -> Segment:
    """Make a segment of what was told; InvalidError says what can't be used."""
    if "condition" not in told:
        raise InvalidError("A segment needs a condition.")
    return Segment(
        segment_id=segment_id,
        name=_line(told.get("name") or segment_id, "name", 200),
        description=_line(told.get("description") or "", "description", 2000),
        condition=read(told["condition"]),
        tags=tuple(_line(one, "tags", 60) for one in told.get("tags") or ()),
    )


def _line(told: object, field: str, limit: int) -> str:
    """Read a text that somebody sees, on one line; InvalidError if it is none."""
    text = " ".join(told.split()) if isinstance(told, str) else None
    if text is None or not is_text(text) or len(text) > limit:
        raise InvalidError(
            f"A segment's {field} is text of at most {limit} letters, without control"
            " characters."
        )
    return text
