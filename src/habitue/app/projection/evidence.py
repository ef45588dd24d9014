"""What a record of the log tells: its event, and what it says about who is who."""

import msgspec

from habitue.lake.moves import Moves
from habitue.log.port import Erasure
from habitue.model.event import Event
from habitue.model.evidence import Evidence, Judgement, Key, Verdict
from habitue.model.record import Record, RecordKind
from habitue.profile.counts import counts

_decode_event = msgspec.json.Decoder(Event).decode
_decode_verdict = msgspec.json.Decoder(Verdict).decode
_decode_erasure = msgspec.json.Decoder(Erasure).decode


def event_of(record: Record) -> Event | None:
    """Give the event that a record tells; None if it is another kind or erased."""
    if record.kind is not RecordKind.EVENT or record.body is None:
        return None
    return _decode_event(record.body)


def evidence_of(record: Record) -> Evidence | Judgement | None:
    """Give what a record says about who is who; None if nothing, as a marked one.

    It says nothing, too, while its import is undone: then ask Undone.evidence.
    """
    if record.body is None or record.message_id is None:
        return None
    key = Key(record.source, record.message_id)
    if record.kind is RecordKind.EVENT:
        event = _decode_event(record.body)
        return evidence_in(record, event, key) if counts(event) else None
    if record.kind is RecordKind.JUDGEMENT:
        verdict = _decode_verdict(record.body)
        return Judgement(
            key=key,
            offset=record.offset,
            at_us=verdict.at_us,
            verb=verdict.verb,
            left=verdict.left,
            right=verdict.right,
            target=verdict.target,
        )
    return None


def evidence_in(record: Record, event: Event, key: Key) -> Evidence:
    """Give what an event says about who is who; key: that of its record."""
    return Evidence(
        key=key,
        offset=record.offset,
        at_us=event.at_us,
        verified=event.verified,
        identifiers=event.identifiers,
        ends=event.ends,
        shared_device=event.shared_device,
        formerly=event.formerly if event.verified else None,
    )


def note_lost(moves: Moves, record: Record) -> None:
    """Note which records lost their content by one, or all but what is carried."""
    if record.kind is not RecordKind.ERASED or record.body is None:
        return
    told = _decode_erasure(record.body)
    if told.carried:
        moves.expire(told.offsets)
    else:
        moves.erase(told.offsets)
