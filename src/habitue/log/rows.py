"""Rows of the log's tables as nouns, and back: the same columns on every backend."""

from typing import Any

from habitue.log.chain import unknown_kind
from habitue.log.port import Count, Definition, Quarantined
from habitue.model.record import Record, RecordKind

Row = tuple[Any, ...]

_KINDS = {kind.value: kind for kind in RecordKind}
# Plain strings: drivers take a detour for each StrEnum member.
_KIND_TEXTS = {kind: kind.value for kind in RecordKind}


def from_record(record: Record) -> Row:
    return (
        record.offset, record.received_us, _KIND_TEXTS[record.kind],
        record.source, record.message_id, record.body, record.salt,
        record.digest, record.chain,
    )  # fmt: skip


def to_record(row: Row) -> Record:
    offset, received_us, kind, source, message_id, body, salt, digest, chain = row
    return Record(
        offset=offset,
        received_us=received_us,
        kind=_KINDS.get(kind) or unknown_kind(offset, kind),
        source=source,
        message_id=message_id,
        body=body,
        salt=salt,
        digest=digest,
        chain=chain,
    )


def to_quarantined(row: Row) -> Quarantined:
    return Quarantined(
        quarantine_id=row[0],
        received_us=row[1],
        source=row[2],
        message_id=row[3],
        reason=row[4],
        detail=row[5],
        original=row[6],
        replayed_offset=row[7],
    )


def from_quarantined(item: Quarantined) -> Row:
    return (
        item.quarantine_id,
        item.received_us,
        item.source,
        item.message_id,
        item.reason,
        item.detail,
        item.original,
    )


def to_count(row: Row) -> Count:
    source, minute_us, fate, reason, items = row
    return Count(
        source=source, minute_us=minute_us, fate=fate, reason=reason, items=items
    )


def from_count(count: Count) -> Row:
    return (count.minute_us, count.source, count.fate, count.reason, count.items)


def to_definition(row: Row) -> Definition:
    kind, name, version, offset, body = row
    return Definition(kind=kind, name=name, version=version, offset=offset, body=body)
