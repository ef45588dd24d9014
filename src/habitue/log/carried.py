"""What is carried of a record that has expired: all that is derived of it, and no more.

A record's text has its time, and what follows from it has not: who is who, how often
something was done. So of an event that expires a record of kind carried keeps what
state is made of, written in the transaction that empties its row. Whoever reads the log
reads that in its place, at its offset and time: state = fold(log) holds on.
"""

from collections.abc import Callable

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from habitue.log.port import Entry
from habitue.model.record import Record, RecordKind

# Such records have this source, and are called by the offset of what they stand for.
CARRIED_SOURCE = "carried"

Carrier = Callable[[int], Record | None]


class _Called(Struct, frozen=True):
    """What an event that is carried was called; beside it stands the event itself."""

    carried_id: str


_called = msgspec.json.Decoder(_Called).decode
_encode = msgspec.json.Encoder().encode


def carried_key(offset: int) -> tuple[str, str]:
    """Say how the record is called that stands for one at an offset."""
    return CARRIED_SOURCE, str(offset)


def carried_entry(record: Record, event: object) -> Entry:
    """Make the entry that stands for a record; event: what is kept of what it says."""
    told = msgspec.to_builtins(event)
    source, message_id = carried_key(record.offset)
    return Entry(
        kind=RecordKind.CARRIED,
        source=source,
        message_id=message_id,
        body=_encode({"carried_id": record.message_id, **told}),
    )


def as_carried(record: Record, carrier: Carrier) -> Record:
    """Give a record as what is carried of it, where its own text is gone.

    carrier: gives the record that stands for one at an offset.
    """
    if record.body is not None or record.kind is not RecordKind.EVENT:
        return record
    stands = carrier(record.offset)
    if stands is None or stands.body is None:
        return record
    called = _called(stands.body).carried_id
    return replace(record, message_id=called, body=stands.body)
