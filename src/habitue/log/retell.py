"""Tells a restored log what was forgotten behind its end, in records of its own."""

from collections.abc import Collection, Iterable, Iterator

import msgspec
from msgspec.structs import replace as replaced

from habitue.log.contents import Contents
from habitue.log.entries import ERASED_SOURCE
from habitue.log.port import Definition, Entry
from habitue.model.certificate import ERASURE, SUPPRESSION, Certificate, Status
from habitue.model.record import Record, RecordKind

# Enough of a chain to tell two records of one offset apart.
_CHAIN_CHARS = 16
_FORGETTING = frozenset({ERASURE, SUPPRESSION})


def retell(
    erased: Iterable[Record], until: int, gone: Collection[int]
) -> Iterator[Entry]:
    """Make entries of the erased records behind an offset, to be stored after it.

    They name what is gone of the records up to the offset alone: those behind it are
    not there, and their numbers will be other records'; nor is what was carried of
    some. What else they tell is kept as it is.
    """
    for record in erased:
        if record.offset <= until or record.body is None:
            continue
        told = msgspec.json.decode(record.body)
        told.pop("carried", None)
        told["offsets"] = [offset for offset in told["offsets"] if offset in gone]
        if told["offsets"] or told.keys() - {"offsets", "reason"}:
            yield Entry(
                kind=RecordKind.ERASED,
                source=ERASED_SOURCE,
                message_id=f"{record.offset}/{record.chain.hex()[:_CHAIN_CHARS]}",
                body=msgspec.json.encode(told),
            )


def retold_definitions(
    definitions: Iterable[Definition], restored: Contents
) -> Iterator[Definition]:
    """Give those behind a log's end that an erasure made: they hold in any restore."""
    for one in definitions:
        if one.kind in _FORGETTING and one.offset > restored.head().offset:
            yield _still_there(one, restored) if one.kind == ERASURE else one


def _still_there(one: Definition, restored: Contents) -> Definition:
    """Have an erasure that is to be gone on with name what the log still has.

    What comes in after a restore gets the numbers of what came in before it.
    """
    told = msgspec.json.decode(one.body, type=Certificate)
    if told.status is not Status.BEGUN:
        return one
    until = restored.head().offset
    held = (restored.quarantine_item(item) for item in told.quarantine)
    left = replaced(
        told,
        offsets=tuple(offset for offset in told.offsets if offset <= until),
        quarantine=tuple(item.quarantine_id for item in held if item is not None),
    )
    return replaced(one, body=msgspec.json.encode(left))
