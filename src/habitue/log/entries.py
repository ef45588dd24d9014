"""Entries that the log makes itself: definitions, and what tells of an erasure."""

from collections.abc import Mapping, Sequence

import msgspec

from habitue.base.errors import InvalidError, NotFoundError
from habitue.log.port import (
    DEFINITION_SOURCE,
    DefinitionText,
    Entry,
    Erasure,
    definition_id,
)
from habitue.model.record import RecordKind

ERASED_SOURCE = "erased"
# What stands in place of what a quarantined item said.
ERASED_DETAIL = "What this item said was erased."


def definition_entry(kind: str, name: str, version: int, body: bytes) -> Entry:
    """Make the entry of a definition's version; InvalidError if it is not JSON."""
    try:
        msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise InvalidError(
            f"The definition {kind} '{name}' is not JSON: {error}."
        ) from error
    text = DefinitionText(kind=kind, name=name, version=version, body=msgspec.Raw(body))
    return Entry(
        kind=RecordKind.DEFINITION,
        source=DEFINITION_SOURCE,
        message_id=definition_id(kind, name, version),
        body=msgspec.json.encode(text),
    )


def erasure_entries(
    offsets: Sequence[int], reason: str, last: int, carried: Sequence[Entry] = ()
) -> list[Entry]:
    """Make the entries of an erasure: what is carried, and what names the gaps.

    last: the offset behind which they are stored.
    """
    told = Erasure(offsets=tuple(offsets), reason=reason, carried=bool(carried))
    named = Entry(
        kind=RecordKind.ERASED,
        source=ERASED_SOURCE,
        message_id=str(last + 1 + len(carried)),
        body=msgspec.json.encode(told),
    )
    return [*carried, named]


def check_erasable(kinds: Mapping[int, str], offsets: Sequence[int]) -> None:
    """Raise where an offset has no record, or one that tells what was erased.

    kinds tells, by offset, of what kind the records are.
    """
    for offset in offsets:
        if offset not in kinds:
            raise NotFoundError(f"There is no record {offset} to erase.")
        if kinds[offset] == RecordKind.ERASED:
            raise InvalidError(
                f"Record {offset} tells what was erased: it can't be erased itself."
            )
