"""What the parsing child and its parent say to each other, frame by frame."""

import struct
from collections.abc import Callable
from typing import BinaryIO

import msgspec
from msgspec import Struct

from habitue.collect.files.limits import Limits
from habitue.collect.files.nouns import (
    Batch,
    FileKind,
    ImportPlan,
    Mapping,
    Packet,
    SavedMapping,
)


class Look(Struct, frozen=True, kw_only=True, tag="look"):
    """Asks the child for a plan."""

    path: str
    what: FileKind | None = None
    mapping: Mapping | None = None
    as_of_us: int | None = None
    historical: bool = True
    moved_days: int = 0
    own_kinds: tuple[str, ...] = ()
    saved: tuple[SavedMapping, ...] = ()
    time_zone: str = "UTC"
    limits: Limits = Limits()


class Parse(Struct, frozen=True, tag="parse"):
    """Asks the child to parse a planned file."""

    plan: ImportPlan
    batch_items: int


class Pack(Struct, frozen=True, tag="pack"):
    """Asks the child to parse a planned file and to pack it by the receiver's terms."""

    plan: ImportPlan
    terms: bytes


class Recall(Struct, frozen=True, tag="recall"):
    """Asks the child for lines of a file again, each with a reason."""

    plan: ImportPlan
    reasons: dict[int, str]


class Planned(Struct, frozen=True, tag="planned"):
    """Answers with the plan."""

    plan: ImportPlan


class Alive(Struct, frozen=True, tag="alive"):
    """Says that the child is at work where it has nothing to tell yet."""


class Done(Struct, frozen=True, tag="done"):
    """Says that every line has had its outcome."""

    lines: int


class Failed(Struct, frozen=True, tag="failed"):
    """Says why the file can't be imported, as a sentence."""

    reason: str


Request = Look | Parse | Pack | Recall
Answer = Planned | Batch | Packet | Alive | Done | Failed

_LENGTH = struct.Struct(">I")
# A frame is one batch; a batch of the largest receipts is far below this.
FRAME_BYTES_MAX = 1 << 30

_encode = msgspec.msgpack.Encoder().encode
_decode_request = msgspec.msgpack.Decoder(Request).decode
_decode_answer = msgspec.msgpack.Decoder(Answer).decode


def write(pipe: BinaryIO, message: Request | Answer) -> None:
    """Send one frame."""
    body = _encode(message)
    pipe.write(_LENGTH.pack(len(body)))
    pipe.write(body)
    pipe.flush()


def read_request(pipe: BinaryIO) -> Request:
    """Receive what is asked."""
    (length,) = _LENGTH.unpack(pipe.read(_LENGTH.size))
    request: Request = _decode_request(pipe.read(length))
    return request


def read_answer(read: Callable[[int], bytes]) -> Answer | None:
    """Receive one frame of the answer; None where the child is gone."""
    head = read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > FRAME_BYTES_MAX:
        return None
    body = read(length)
    return _decode_answer(body) if len(body) == length else None
