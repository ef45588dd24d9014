"""Decides the outcome of each item: the one meaning that all backends share."""

from collections import Counter
from collections.abc import Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from habitue.base.clock import MINUTE_US
from habitue.base.ids import RandomBytes
from habitue.log.chain import GENESIS, SALT_BYTES, link
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

# What an item is known by: (source, message_id).
Key = tuple[str, str]

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
    # By place: the key to store the entry under; None where it is turned away.
    keys: list[Key | None]
    # By place: the record already stored under the entry's key.
    held: dict[int, Record]


def keys_of(entries: Sequence[Entry]) -> list[Key | None]:
    """Give the keys of the entries that are to be stored, so must be looked up."""
    keys: list[Key | None] = []
    # Sources that can be kept: a batch has few of them.
    known: set[str] = set()
    for entry in entries:
        source, name = entry.source, entry.message_id
        keyed = entry.reason is None and not entry.refused and _is_name(name)
        if keyed and source not in known:
            keyed = _is_name(source, SOURCE_CHARS_MAX)
            if keyed:
                known.add(source)
        keys.append((source, name) if keyed else None)
    return keys


def settle(
    batch: Batch, place: Place, now_us: int, random_bytes: RandomBytes
) -> Settled:
    """Give each entry its one outcome, in order."""
    settling = _Settling(batch, place, now_us)
    settling.decide()
    return settling.result(random_bytes(SALT_BYTES * len(settling.stored)))


class _Settling:
    """One commit in the making: what is stored, and what becomes of the rest."""

    def __init__(self, batch: Batch, place: Place, now_us: int) -> None:
        # Never decreasing along the log, whatever the machine's clock does.
        self.received_us = max(place.received_us, now_us)
        self.stored: list[int] = []
        self._batch = batch
        self._place = place
        self._outcomes: list[Outcome] = []
        self._kept: list[Quarantined] = []
        self._counts: Counter[tuple[str, Fate, str]] = Counter()
        # By place among the entries to store: the text of a definition.
        self._texts: dict[int, DefinitionText] = {}

    def decide(self) -> None:
        """Say of each entry, in order, what becomes of it."""
        keys, held = self._batch.keys, self._batch.held
        outcomes, stored, offset = self._outcomes, self.stored, self._place.offset
        fate, definition = Fate.STORED, RecordKind.DEFINITION
        # What this commit stores, by key, and at which offset.
        new: dict[Key, tuple[Entry, int]] = {}
        for at, entry in enumerate(self._batch.entries):
            key = keys[at]
            if key is None:
                self._turn_away(entry)
            elif at in held:
                self._again(entry, held[at], held[at].offset)
            elif key in new:
                self._again(entry, *new[key])
            elif entry.kind is not definition or self._define(entry):
                offset += 1
                new[key] = (entry, offset)
                stored.append(at)
                outcomes.append(Outcome(fate, offset=offset))

    def result(self, salts: bytes) -> Settled:
        """Make the records of what is to be stored, and sum up."""
        place, received_us = self._place, self.received_us
        entries = [self._batch.entries[at] for at in self.stored]
        records = link(entries, (place.offset, place.chain), received_us, salts)
        for source, items in Counter([entry.source for entry in entries]).items():
            self._counts[source, Fate.STORED, ""] = items
        if records:
            offset, chain = records[-1].offset, records[-1].chain
            place = replace(place, offset=offset, received_us=received_us, chain=chain)
        if self._kept:
            place = replace(place, quarantine_id=self._kept[-1].quarantine_id)
        return Settled(
            outcomes=self._outcomes,
            records=records,
            stored=self.stored,
            kept=self._kept,
            counts=self._sums(),
            definitions=[(records[at], text) for at, text in self._texts.items()],
            place=place,
        )

    def _sums(self) -> list[Count]:
        minute_us = self.received_us // MINUTE_US * MINUTE_US
        return [
            Count(
                source=source,
                minute_us=minute_us,
                fate=fate.value,
                reason=reason,
                items=items,
            )
            for (source, fate, reason), items in sorted(self._counts.items())
        ]

    def _turn_away(self, entry: Entry) -> None:
        """Count what is refused, keep what is quarantined."""
        if entry.refused:
            self._refuse(entry)
        elif entry.reason is not None:
            self._keep(entry, entry.reason, entry.detail or "")
        else:
            self._keep(entry, BAD_MESSAGE_ID, BAD_MESSAGE_ID_DETAIL)

    def _again(self, entry: Entry, held: Record | Entry, offset: int) -> None:
        """Judge an entry of whose key there is a record, or will be."""
        if is_same(entry, held):
            self._counts[entry.source, Fate.DUPLICATE, ""] += 1
            self._outcomes.append(Outcome(Fate.DUPLICATE, offset=offset))
        else:
            self._keep(entry, CONFLICT, CONFLICT_DETAIL)

    def _define(self, entry: Entry) -> bool:
        """Read the text of a definition that is about to be stored."""
        try:
            self._texts[len(self.stored)] = _definition.decode(entry.body)
        except msgspec.DecodeError:
            self._keep(entry, BAD_DEFINITION, BAD_DEFINITION_DETAIL)
            return False
        return True

    def _keep(self, entry: Entry, reason: str, detail: str) -> None:
        quarantine_id = self._place.quarantine_id + len(self._kept) + 1
        original = entry.body if entry.original is None else entry.original()
        source, reason, detail = _label(entry.source), _label(reason), _plain(detail)
        self._kept.append(
            Quarantined(
                quarantine_id=quarantine_id,
                received_us=self.received_us,
                source=source,
                message_id=_plain(entry.message_id)[:NAME_CHARS_MAX],
                reason=reason,
                detail=detail,
                original=original[:ORIGINAL_BYTES_MAX],
            )
        )
        self._counts[source, Fate.QUARANTINED, reason] += 1
        self._outcomes.append(
            Outcome(
                Fate.QUARANTINED,
                reason=reason,
                detail=detail,
                quarantine_id=quarantine_id,
            )
        )

    def _refuse(self, entry: Entry) -> None:
        key = (_label(entry.source), Fate.REFUSED, _label(entry.reason or ""))
        self._counts[key] += 1
        self._outcomes.append(
            Outcome(Fate.REFUSED, reason=entry.reason, detail=entry.detail)
        )


def is_same(entry: Entry, held: Record | Entry) -> bool:
    """Say whether an entry tells what the one under its key already tells.

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
