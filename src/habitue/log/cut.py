"""A log as it stood at an offset, without what was erased since.

Records behind the offset are left out, and with them what they defined and which
quarantined items they replayed. What was erased later, in this log or in a newer one
that goes on from it, is erased here too, before it is written anywhere.

Counts are kept by the minute. Minutes before the last record's are as they were
counted; in its own minute the stored are counted from the records and the quarantined
from the items, and duplicates and refusals are left out: nothing says when in that
minute they came.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

import msgspec
from msgspec.structs import replace

from habitue.base.clock import MINUTE_US
from habitue.base.errors import ConflictError, InvalidError
from habitue.log.contents import Contents, ErasedKey, Head
from habitue.log.dedup import FINGERPRINT_BYTES, KeyHash
from habitue.log.port import Count, Definition, DefinitionText, Erasure, Quarantined
from habitue.model.outcome import Fate
from habitue.model.record import Record, RecordKind

_erasure = msgspec.json.Decoder(Erasure)
_text = msgspec.json.Decoder(DefinitionText)


class AnotherLogError(ConflictError):
    """The newer log does not go on from this one: name the log it was copied from."""


class Cut:
    """Contents up to an offset; newer is the same log as it went on, if it is there."""

    def __init__(
        self, whole: Contents, until: int | None = None, newer: Contents | None = None
    ) -> None:
        last = whole.head()
        self._whole = whole
        self._newer = newer
        self._is_whole = until is None or until == last.offset
        self._head = last if until is None else _head_at(whole, until)
        self.gone = self._erased_since(newer or whole)
        if newer is not None:
            _check_same(self._head, newer)

    def secret(self) -> bytes:
        return self._whole.secret()

    def head(self) -> Head:
        return self._head

    def record(self, offset: int) -> Record | None:
        if offset > self._head.offset:
            return None
        record = self._whole.record(offset)
        return None if record is None else self._forget(record)

    def records(self) -> Iterator[list[Record]]:
        for page in self._whole.records():
            kept = [record for record in page if record.offset <= self._head.offset]
            if kept:
                yield [self._forget(record) for record in kept]
            if len(kept) < len(page):
                return

    def records_of(self, kind: RecordKind) -> list[Record]:
        found = self._whole.records_of(kind)
        return [self._forget(r) for r in found if r.offset <= self._head.offset]

    def erased_keys(self) -> Iterator[list[ErasedKey]]:
        for page in self._whole.erased_keys():
            yield [key for key in page if key.offset <= self._head.offset]
        secret = self._whole.secret()
        hash_of, name_of = KeyHash(secret), KeyHash(secret, FINGERPRINT_BYTES)
        for offset in sorted(self.gone):
            record = self._whole.record(offset)
            if record is None or record.message_id is None:
                continue
            called = (record.source, record.message_id)
            yield [ErasedKey(offset, hash_of.bytes(*called), name_of.bytes(*called))]

    def quarantined(self) -> Iterator[list[Quarantined]]:
        for page in self._whole.quarantined():
            held = (self._held(item) for item in page if self._is_before(item))
            yield [item for item in held if item is not None]

    def quarantine_item(self, quarantine_id: int) -> Quarantined | None:
        item = self._whole.quarantine_item(quarantine_id)
        return self._held(item) if item and self._is_before(item) else None

    def counts(self) -> Iterator[list[Count]]:
        if self._is_whole:
            yield from self._whole.counts()
            return
        minute_us = self._head.received_us // MINUTE_US * MINUTE_US
        for page in self._whole.counts():
            yield [count for count in page if count.minute_us < minute_us]
        yield self._counted(minute_us)

    def definitions(self) -> list[Definition]:
        held = [one for d in self._whole.definitions() if (one := self._kept(d))]
        if self._is_whole:
            return held
        found: dict[tuple[str, str], Definition] = {}
        for record in self._whole.records_of(RecordKind.DEFINITION):
            if record.body is not None and record.offset <= self._head.offset:
                text = _text.decode(record.body)
                if (kept := self._kept(_definition(record, text))) is not None:
                    found[text.kind, text.name] = kept
        # The index still knows a definition whose record was erased.
        found |= {(d.kind, d.name): d for d in held if d.offset <= self._head.offset}
        return [found[name] for name in sorted(found)]

    def close(self) -> None:
        self._whole.close()

    # -- inside ---------------------------------------------------------------

    def _kept(self, one: Definition) -> Definition | None:
        """Give a definition; one whose record was erased since, as it stands now."""
        if self._newer is None or one.offset not in self.gone:
            return one
        now = self._newer_definitions.get((one.kind, one.name))
        return None if now is None else replace(one, body=now.body)

    @cached_property
    def _newer_definitions(self) -> dict[tuple[str, str], Definition]:
        held = () if self._newer is None else self._newer.definitions()
        return {(one.kind, one.name): one for one in held}

    def _erased_since(self, log: Contents) -> frozenset[int]:
        found: set[int] = set()
        for record in log.records_of(RecordKind.ERASED):
            told = _erasure.decode(record.body) if record.body else Erasure(offsets=())
            named = [at for at in told.offsets if at <= self._head.offset]
            if told.carried and record.offset > self._head.offset:
                # What is carried of it is cut off, and without it nobody would know
                # who is who: what is whole here stays so until it expires again.
                named = [at for at in named if self._is_empty(at)]
            found.update(named)
        return frozenset(found)

    def _is_empty(self, offset: int) -> bool:
        record = self._whole.record(offset)
        return record is None or record.salt is None

    def _forget(self, record: Record) -> Record:
        if record.offset not in self.gone:
            return record
        return replace(record, message_id=None, body=None, salt=None)

    def _is_before(self, item: Quarantined) -> bool:
        return self._is_whole or item.received_us <= self._head.received_us

    def _held(self, item: Quarantined) -> Quarantined | None:
        """Give an item as it stood at the offset, less what was erased of it since."""
        if item.replayed_offset and item.replayed_offset > self._head.offset:
            item = replace(item, replayed_offset=None)
        if self._newer is None:
            return item
        now = self._newer.quarantine_item(item.quarantine_id)
        if now is None:
            return None
        return replace(now, replayed_offset=item.replayed_offset)

    def _counted(self, minute_us: int) -> list[Count]:
        """Count the minute of the last record from what is kept of it."""
        sums: Counter[tuple[str, Fate, str]] = Counter()
        for records in self.records():
            sums.update(
                (record.source, Fate.STORED, "")
                for record in records
                if record.received_us >= minute_us
            )
        for page in self._whole.quarantined():
            sums.update(
                (item.source, Fate.QUARANTINED, item.reason)
                for item in page
                if item.received_us >= minute_us and self._is_before(item)
            )
        return [
            Count(
                source=source, minute_us=minute_us, fate=fate.value, reason=reason,
                items=items,
            )
            for (source, fate, reason), items in sorted(sums.items())
        ]  # fmt: skip


def _head_at(whole: Contents, until: int) -> Head:
    record = whole.record(until)
    if record is None:
        raise InvalidError(
            f"There is no record {until} to restore to: this log has the records 1 to"
            f" {whole.head().offset}."
        )
    return Head(offset=until, received_us=record.received_us, chain=record.chain)


def _check_same(head: Head, newer: Contents) -> None:
    if not head.offset:
        return
    same = newer.record(head.offset)
    if same is None or same.chain != head.chain:
        raise AnotherLogError(
            f"The newer log has another record {head.offset} than this one, or none:"
            " it does not go on from it. Name the log that the backup was made of."
        )


def _definition(record: Record, text: DefinitionText) -> Definition:
    return Definition(
        kind=text.kind,
        name=text.name,
        version=text.version,
        offset=record.offset,
        body=bytes(text.body),
    )
