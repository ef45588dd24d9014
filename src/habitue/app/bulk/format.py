"""What an import's child and the server say to each other: terms, packets, answers."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from habitue.collect.limits import Limits
from habitue.model.kind import KindPolicy
from habitue.model.source import Source, Writer

# For the commands of this house alone: with a key that lives as long as one import.
PATH = "/internal/import"
# One packet is one commit, and who comes after it waits until all of it is folded: so
# few take some 20 ms, and ten times as many would be sent no faster.
PACKET_ITEMS_MAX = 50
PACKET_BYTES_MAX = 64 << 10


class ImportTerms(Struct, frozen=True, kw_only=True):
    """What the server takes of an import: under which source, by which rules."""

    source: Source
    writer: Writer
    operator: str | None
    # What the import is called.
    imported: str = ""
    limits: Limits
    policy: KindPolicy


# An entry made ready is (message id, its event as the log keeps it). What the child
# is not sure of goes as (None, the item as it is), and the server's steps take it.
Sent = tuple[str | None, bytes]


class Fates(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a packet's items; those named by neither list were stored."""

    duplicate: tuple[int, ...] = ()
    # (place in the packet, outcome, reason, sentence)
    untaken: tuple[tuple[int, str, str | None, str | None], ...] = ()


_encoder = msgspec.msgpack.Encoder()
_packet = msgspec.msgpack.Decoder(list[Sent])
_terms = msgspec.msgpack.Decoder(ImportTerms)
_fates = msgspec.msgpack.Decoder(Fates)

encode = _encoder.encode


def read_packet(body: bytes) -> Sequence[Sent]:
    """Take a packet apart; raises msgspec.DecodeError if it is none."""
    return _packet.decode(body)


def read_terms(body: bytes) -> ImportTerms:
    """Read the server's terms."""
    return _terms.decode(body)


def read_fates(body: bytes) -> Fates:
    """Read what became of a packet."""
    return _fates.decode(body)


def packed(value: Any) -> msgspec.Raw:
    """Pack a part of a message that most readers only hand on."""
    return msgspec.Raw(_encoder.encode(value))
