"""A row of the log."""

from enum import StrEnum

from msgspec import Struct


class RecordKind(StrEnum):
    """What a log record tells."""

    EVENT = "event"
    JUDGEMENT = "judgement"
    DEFINITION = "definition"
    TICK = "tick"
    ERASED = "erased"
    AUDIT = "audit"
    CARRIED = "carried"


class Record(Struct, frozen=True, kw_only=True, gc=False):
    """A row of the log, as it was written: nothing derived stands in it.

    digest = blake2b-256(their four lengths, salt, source, message_id, body);
    chain = blake2b-256(previous chain, offset, received_us, kind, digest).
    Erasing nulls message_id, body and salt, and the chain still verifies. Where a
    record of kind carried stands for it, it reads as what is carried: without a salt.
    """

    offset: int
    received_us: int
    kind: RecordKind
    source: str
    message_id: str | None
    body: bytes | None
    salt: bytes | None
    digest: bytes
    chain: bytes
