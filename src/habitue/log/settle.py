"""Decides the outcome of each item: the one meaning that all backends share."""

from collections import Counter
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from habitue.base.clock import MINUTE_US
from habitue.base.ids import RandomBytes
from habitue.log.chain import GENESIS, SALT_BYTES, chain, digest
from habitue.log.port import Count, DefinitionText, Entry, Quarantined
from habitue.model.event import Event, same_content
from habitue.model.outcome import Fate, Outcome
from habitue.model.record import Record, RecordKind

ORIGINAL_BYTES_MAX = 64 * 1024
NAME_CHARS_MAX = 1_000
SOURCE_CHARS_MAX = 200
# What a truth holds for fresh(); who takes none of it reads from disk.
FRESH_MAX = 20_000

CONFLICT = "conflict"
CONFLICT_DETAIL = (
    "Another item with the same message id and other content is already stored. "
    "Give each item an id of its own, and send it again."
)
BAD_MESSAGE_ID = "bad_message_id"
BAD_MESSAGE_ID_DETAIL = (
    "The message id is empty, longer than 1000 characters, or has characters that "
    "can't be kept. Use a UUID."
)
BAD_DEFINITION = "bad_definition"
BAD_DEFINITION_DETAIL = "The text of the definition can't be read."

_event = msgspec.json.Decoder(Event)
_definition = msgspec.json.Decoder(DefinitionText)


class Place(Struct, frozen=True, kw_only=True):
    """Where the log stands: what the next record follows on."""

    offset: int = 0
    received_us: int = 0
    chain: bytes = GENESIS
    quarantine_id: int = 0


class Settled(Struct, kw_only=True):
    """What a commit has to write, and what to answer once it is on disk."""

    outcomes: list[Outcome]
    records: list[Record]
    # The places, among the entries, of those that became records.
    stored: list[int]
    kept: list[Quarantined]
    counts: list[Count]
    definitions: list[tuple[Record, DefinitionText]]
    place: Place


class Batch(Struct, kw_only=True):
    """The entries of a commit, and what a backend found out about them."""

    entries: Sequence[Entry]
    # Their places that are to be stored under a key, ascending: see keyed_places.
    keyed: list[int]
    # By place: the record already stored under the entry's (source, message_id).
    held: dict[int, Record]


def keyed_places(entries: Sequence[Entry]) -> list[int]:
    """Say which entries are to be stored under their key, so must be looked up."""
    return [
        at
        for at, entry in enumerate(entries)
        if entry.reason is None
        and not entry.refused
        and _is_name(entry.message_id)
        and _is_name(entry.source, SOURCE_CHARS_MAX)
    ]


def settle(
    batch: Batch, place: Place, now_us: int, random_bytes: RandomBytes
) -> Settled:
    """Give each entry its one outcome, in order."""
    salts = random_bytes(SALT_BYTES * len(batch.entries))
    settling = _Settling(place, now_us, salts)
    rest = iter(batch.keyed)
    keyed = next(rest, None)
    for at, entry in enumerate(batch.entries):
        if at == keyed:
            settling.store_once(at, entry, batch.held.get(at))
            keyed = next(rest, None)
        else:
            settling.turn_away(entry)
    return settling.result(place)


class _Settling:
    """One commit in the making."""

    def __init__(self, place: Place, now_us: int, salts: bytes) -> None:
        # Never decreasing along the log, whatever the machine's clock does.
        self.received_us = max(place.received_us, now_us)
        self.outcomes: list[Outcome] = []
        self.records: list[Record] = []
        self.stored: list[int] = []
        self.kept: list[Quarantined] = []
        self.counts: Counter[tuple[str, Fate, str]] = Counter()
        self.definitions: list[tuple[Record, DefinitionText]] = []
        self._offset = place.offset
        self._chain = place.chain
        self._quarantine_id = place.quarantine_id
        self._salts = salts
        self._new: dict[tuple[str, str], Record] = {}

    def turn_away(self, entry: Entry) -> None:
        """Count what is refused, keep what is quarantined."""
        if entry.refused:
            self._refuse(entry)
        elif entry.reason is not None:
            self._keep(entry, entry.reason, entry.detail or "")
        else:
            self._keep(entry, BAD_MESSAGE_ID, BAD_MESSAGE_ID_DETAIL)

    def result(self, place: Place) -> Settled:
        minute_us = self.received_us // MINUTE_US * MINUTE_US
        for source, items in Counter([r.source for r in self.records]).items():
            self.counts[source, Fate.STORED, ""] = items
        counts = [
            Count(
                source=source,
                minute_us=minute_us,
                fate=fate.value,
                reason=reason,
                items=items,
            )
            for (source, fate, reason), items in sorted(self.counts.items())
        ]
        return Settled(
            outcomes=self.outcomes,
            records=self.records,
            stored=self.stored,
            kept=self.kept,
            counts=counts,
            definitions=self.definitions,
            place=Place(
                offset=self._offset,
                received_us=self.received_us if self.records else place.received_us,
                chain=self._chain,
                quarantine_id=self._quarantine_id,
            ),
        )

    def store_once(self, at: int, entry: Entry, held: Record | None) -> None:
        """Store the entry, unless there is a record under its key."""
        key = (entry.source, entry.message_id)
        held = held or self._new.get(key)
        if held is None:
            if entry.kind is RecordKind.DEFINITION:
                self._define(at, entry)
            else:
                self._new[key] = self._store(at, entry)
        elif is_same(entry, held):
            self.counts[entry.source, Fate.DUPLICATE, ""] += 1
            self.outcomes.append(Outcome(Fate.DUPLICATE, offset=held.offset))
        else:
            self._keep(entry, CONFLICT, CONFLICT_DETAIL)

    def _define(self, at: int, entry: Entry) -> None:
        try:
            text = _definition.decode(entry.body)
        except msgspec.DecodeError:
            self._keep(entry, BAD_DEFINITION, BAD_DEFINITION_DETAIL)
            return
        record = self._store(at, entry)
        self._new[entry.source, entry.message_id] = record
        self.definitions.append((record, text))

    def _store(self, at: int, entry: Entry) -> Record:
        start = SALT_BYTES * at
        salt = self._salts[start : start + SALT_BYTES]
        offset, received_us, kind = self._offset + 1, self.received_us, entry.kind
        content = digest(salt, entry.source, entry.message_id, entry.body)
        self._chain = chain(self._chain, offset, received_us, kind, content)
        self._offset = offset
        record = Record(
            offset=offset,
            received_us=received_us,
            kind=kind,
            source=entry.source,
            message_id=entry.message_id,
            body=entry.body,
            salt=salt,
            digest=content,
            chain=self._chain,
        )
        self.records.append(record)
        self.stored.append(at)
        self.outcomes.append(Outcome(Fate.STORED, offset=offset))
        return record

    def _keep(self, entry: Entry, reason: str, detail: str) -> None:
        self._quarantine_id += 1
        original = entry.body if entry.original is None else entry.original()
        source, reason, detail = _label(entry.source), _label(reason), _plain(detail)
        self.kept.append(
            Quarantined(
                quarantine_id=self._quarantine_id,
                received_us=self.received_us,
                source=source,
                message_id=_plain(entry.message_id)[:NAME_CHARS_MAX],
                reason=reason,
                detail=detail,
                original=original[:ORIGINAL_BYTES_MAX],
            )
        )
        self.counts[source, Fate.QUARANTINED, reason] += 1
        self.outcomes.append(
            Outcome(
                Fate.QUARANTINED,
                reason=reason,
                detail=detail,
                quarantine_id=self._quarantine_id,
            )
        )

    def _refuse(self, entry: Entry) -> None:
        key = (_label(entry.source), Fate.REFUSED, _label(entry.reason or ""))
        self.counts[key] += 1
        self.outcomes.append(
            Outcome(Fate.REFUSED, reason=entry.reason, detail=entry.detail)
        )


def is_same(entry: Entry, held: Record) -> bool:
    """Say whether an entry tells what the record under its key already tells.

    Of an erased record nothing is left to compare; it stays known, so that what
    was erased does not come back by a retry.
    """
    if held.body is None or held.body == entry.body:
        return held.body is None or held.kind is entry.kind
    if entry.kind is not RecordKind.EVENT or held.kind is not RecordKind.EVENT:
        return False
    try:
        return same_content(_event.decode(entry.body), _event.decode(held.body))
    except msgspec.DecodeError:
        return False


def _is_name(name: str, chars_max: int = NAME_CHARS_MAX) -> bool:
    if not 0 < len(name) <= chars_max:
        return False
    return (name.isascii() and "\0" not in name) or _plain(name) == name


def _label(text: str) -> str:
    # Counted by: a key in an index, where a long one would not fit.
    return _plain(text)[:SOURCE_CHARS_MAX]


def _plain(text: str) -> str:
    # PostgreSQL keeps no NUL, and no store a lone half of a surrogate pair.
    return text.encode("utf-8", "replace").decode().replace("\0", "�")
