"""What makes the log tamper-evident: a digest a record, chained.

digest = H(salt, source, message_id, body), chain = H(previous chain, offset,
received_us, kind, digest). An erased record keeps its digest, so the chain still
verifies; that it was erased must be told by an erased record.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from struct import Struct as Packing
from typing import NoReturn

import msgspec

from habitue.base.errors import StorageError
from habitue.log.port import Entry, Erasure
from habitue.model.record import Record, RecordKind

SALT_BYTES = 16
# What the first record is chained to.
GENESIS = bytes(32)

_lengths = Packing("<IIII").pack
_place = Packing("<qq").pack
# Copying a fresh state is cheaper than making one.
_copy = blake2b(digest_size=32).copy
_KIND_BYTES = {kind: kind.value.encode() for kind in RecordKind}
_erasure = msgspec.json.Decoder(Erasure)


class BrokenLogError(StorageError):
    """The log was altered, or parts of it are missing."""


def unknown_kind(offset: int, kind: object) -> NoReturn:
    """Refuse a record of a kind that there is not."""
    raise BrokenLogError(
        f"Record {offset} is of the kind {kind!r}, which is not known: altered, or of"
        " a later version. Start that version, or restore the last backup."
    )


def digest(salt: bytes, source: str, message_id: str, body: bytes) -> bytes:
    """Give the fingerprint of a record's content; the salt keeps it unguessable."""
    told, called = source.encode(), message_id.encode()
    # With the lengths in front, no two contents join to the same bytes.
    lengths = _lengths(len(salt), len(told), len(called), len(body))
    state = _copy()
    state.update(b"".join((lengths, salt, told, called, body)))
    return state.digest()


def chain(
    previous: bytes, offset: int, received_us: int, kind: RecordKind, of: bytes
) -> bytes:
    """Tie a record's digest to its place and to everything before it."""
    # Only the kind varies in length, so the joined bytes can be read one way only.
    place = _place(offset, received_us)
    state = _copy()
    state.update(b"".join((previous, place, _KIND_BYTES[kind], of)))
    return state.digest()


def link(
    entries: Sequence[Entry],
    after: tuple[int, bytes],
    received_us: int,
    salts: bytes,
) -> list[Record]:
    """Make the records of entries, each tied to the one before.

    after: offset and chain of the last record; salts: those of all, end to end.
    """
    offset, previous = after
    records = []
    for at, entry in enumerate(entries):
        offset += 1
        kind, source, message_id = entry.kind, entry.source, entry.message_id
        body, salt = entry.body, salts[at * SALT_BYTES : (at + 1) * SALT_BYTES]
        content = digest(salt, source, message_id, body)
        previous = chain(previous, offset, received_us, kind, content)
        records.append(
            Record(
                offset=offset,
                received_us=received_us,
                kind=kind,
                source=source,
                message_id=message_id,
                body=body,
                salt=salt,
                digest=content,
                chain=previous,
            )
        )
    return records


class Verifier:
    """Checks a run of records, given in order from the first on."""

    def __init__(self) -> None:
        self.checked = 0
        self._received_us = 0
        self._chain = GENESIS
        self._erased: set[int] = set()
        self._named: set[int] = set()

    def take(self, records: Iterable[Record]) -> None:
        """Check the next records; raises BrokenLogError at the first that is wrong."""
        for record in records:
            _check_types(record)
            self._check_place(record)
            self._check_content(record)
            self.checked = record.offset
            self._received_us = record.received_us
            self._chain = record.chain

    def finish(self, stored: int) -> int:
        """Check what only the whole log shows; give the number of records.

        stored is how many records were counted as they were written: rows that were
        cut off the end leave the chain intact, but not this sum.
        """
        untold = self._erased - self._named
        if untold:
            raise BrokenLogError(
                f"Record {min(untold)} lacks its content, and no erased record "
                "names it. Restore the last backup."
            )
        if stored != self.checked:
            raise BrokenLogError(
                f"The log holds {self.checked} records, but {stored} were stored. "
                "Restore the last backup."
            )
        return self.checked

    def _check_place(self, record: Record) -> None:
        expected = self.checked + 1
        if record.offset != expected:
            raise BrokenLogError(
                f"Record {expected} is missing: after {self.checked} comes "
                f"{record.offset}. Restore the last backup."
            )
        place = (record.offset, record.received_us, record.kind)
        if record.received_us < self._received_us or record.chain != chain(
            self._chain, *place, record.digest
        ):
            raise BrokenLogError(
                f"Record {record.offset} does not follow from record {self.checked}: "
                "one of them was altered or moved. Restore the last backup."
            )

    def _check_content(self, record: Record) -> None:
        content = (record.salt, record.message_id, record.body)
        if content == (None, None, None):
            self._erased.add(record.offset)
            return
        if record.digest != _digest_of(record):
            raise BrokenLogError(
                f"The content of record {record.offset} was altered. "
                "Restore the last backup."
            )
        if record.kind is RecordKind.ERASED and record.body is not None:
            self._named.update(_erasure.decode(record.body).offsets)


def _digest_of(record: Record) -> bytes | None:
    if record.salt is None or record.message_id is None or record.body is None:
        return None
    return digest(record.salt, record.source, record.message_id, record.body)


def _check_types(record: Record) -> None:
    # A file edited behind our back may hold a text where bytes were written.
    told = (record.received_us, record.source, record.digest, record.chain)
    content = (record.message_id, record.body, record.salt)
    is_told = all(map(isinstance, told, (int, str, bytes, bytes)))
    pairs = zip(content, (str, bytes, bytes), strict=True)
    if not is_told or any(
        one is not None and not isinstance(one, it) for one, it in pairs
    ):
        raise BrokenLogError(
            f"Record {record.offset} holds a value of another sort than was written: it"
            " was altered. Restore the last backup."
        )
