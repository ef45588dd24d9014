"""Tells a restored log what was forgotten behind its end, in records of its own."""

from collections.abc import Iterable, Iterator

import msgspec

from habitue.log.entries import ERASED_SOURCE
from habitue.log.port import Definition, Entry
from habitue.model.record import Record, RecordKind

# Enough of a chain to tell two records of one offset apart.
_CHAIN_CHARS = 16
# Definitions that tell of an erasure, and whom nothing is taken of since.
_FORGETTING = frozenset({"erasure", "suppression"})


def retell(erased: Iterable[Record], until: int) -> Iterator[Entry]:
    """Make entries of the erased records behind an offset, to be stored after it.

    They name records up to the offset alone: those behind it are not there, and their
    numbers will be other records'. What else they tell is kept as it is.
    """
    for record in erased:
        if record.offset <= until or record.body is None:
            continue
        told = msgspec.json.decode(record.body)
        told["offsets"] = [offset for offset in told["offsets"] if offset <= until]
        if told["offsets"] or told.keys() - {"offsets", "reason"}:
            yield Entry(
                kind=RecordKind.ERASED,
                source=ERASED_SOURCE,
                message_id=f"{record.offset}/{record.chain.hex()[:_CHAIN_CHARS]}",
                body=msgspec.json.encode(told),
            )


def retold_definitions(
    definitions: Iterable[Definition], until: int
) -> Iterator[Definition]:
    """Give those behind an offset that an erasure made: they hold in any restore."""
    for one in definitions:
        if one.kind in _FORGETTING and one.offset > until:
            yield one
