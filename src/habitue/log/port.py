"""What a backend must do to keep the truth."""

from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Raw, Struct

from habitue.model.outcome import Outcome
from habitue.model.record import Record, RecordKind


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """One item on its way into the log, the quarantine, or only the count.

    reason is None for an item to store. With a reason the item is quarantined
    (original bytes kept in body) or, if refused, only counted.
    """

    kind: RecordKind = RecordKind.EVENT
    source: str
    message_id: str
    body: bytes
    reason: str | None = None
    detail: str | None = None
    refused: bool = False
    # Gives the bytes as they came, to be kept where the log itself quarantines the
    # item (a conflict shows only here); without it the body is kept.
    original: Callable[[], bytes] | None = None


class Quarantined(Struct, frozen=True, kw_only=True):
    """An item kept for fixing: its original bytes and why it was not taken."""

    quarantine_id: int
    received_us: int
    source: str
    message_id: str
    reason: str
    detail: str
    original: bytes
    # The outcome of its replay; None while it waits.
    replayed_offset: int | None = None


class Count(Struct, frozen=True, kw_only=True):
    """How many items of a source met one fate for one reason in one minute."""

    source: str
    minute_us: int
    fate: str
    reason: str
    items: int


class Waiting(Struct, frozen=True):
    """Records of a source after an offset: how many, and when the first was received.

    since_us: microseconds since 1970.
    """

    source: str
    records: int
    since_us: int


class Definition(Struct, frozen=True, kw_only=True):
    """The current whole text of something defined: a source, a key, a policy."""

    kind: str
    name: str
    version: int
    offset: int
    body: bytes


class DefinitionText(Struct, frozen=True, kw_only=True):
    """The body of a definition record: which, what version, and its whole text.

    Such a record has the source "definition" and the message id of definition_id.
    """

    kind: str
    name: str
    version: int
    body: Raw


DEFINITION_SOURCE = "definition"


def definition_id(kind: str, name: str, version: int) -> str:
    """Name a version of a definition, as its record's message id.

    >>> definition_id("source", "web", 2)
    'source/web/2'
    """
    return f"{kind}/{name}/{version}"


class Erasure(Struct, frozen=True, kw_only=True):
    """The body of an erased record: offsets that lost their content, and why.

    carried: what is to be known of each stands in a record of kind carried.
    """

    offsets: tuple[int, ...]
    reason: str = ""
    carried: bool = False


class Truth(Protocol):
    """The store behind the log: one writer, called from one thread at a time.

    commit writes the entries in order, deduplicates on (source, message_id),
    and has flushed to disk when it returns: only then may anybody be told.
    Any StorageError it raises is final for the process, but for DiskFullError: then
    nothing was written, and the next commit may find room.
    """

    def commit(self, entries: Sequence[Entry], now_us: int) -> list[Outcome]: ...

    def fresh(self) -> list[Record]:
        """Give the records that the last commit, define or erase made durable."""
        ...

    def define(self, kind: str, name: str, body: bytes, now_us: int) -> Definition:
        """Write the next version of a definition; the body is JSON."""
        ...

    def definitions(self, kind: str) -> list[Definition]: ...

    def head(self) -> int:
        """Give the offset of the last durable record; 0 if there is none."""
        ...

    def read(self, after: int, limit: int) -> list[Record]:
        """Read durable records with offset > after, in order; any thread."""
        ...

    def get(self, offset: int) -> Record | None:
        """Give a record; as read does, one that is carried as what stands for it."""
        ...

    def get_many(self, offsets: Sequence[int]) -> dict[int, Record]:
        """Give records by their offsets, as get does, in one question.

        Of an offset that there is no record at nothing is given.
        """
        ...

    def find(self, source: str, message_id: str) -> int | None:
        """Give the offset of an item by what it is called; None if unknown."""
        ...

    def holding(self, texts: Sequence[bytes], after: int, until: int) -> list[int]:
        """Give the offsets of events that hold one of some texts, as they are written.

        Between two offsets, the second included: all of it is read, by the store.
        """
        ...

    def counts(self, since_us: int) -> list[Count]: ...

    def waiting(self, after: int, limit: int) -> list[Waiting]:
        """Count the first records with offset > after by source, in order of it."""
        ...

    def quarantined(self, after: int, limit: int) -> list[Quarantined]: ...

    def kept_aside(self, source: str, reason: str, limit: int) -> list[str]:
        """Give what is told of items that wait to be mended, the newest first."""
        ...

    def quarantine_item(self, quarantine_id: int) -> Quarantined | None: ...

    def mark_replayed(self, quarantine_id: int, offset: int) -> None: ...

    def erase(
        self,
        offsets: Sequence[int],
        reason: str,
        now_us: int,
        *,
        quarantine: Sequence[int] = (),
        carried: Sequence[Entry] = (),
    ) -> Record:
        """Take the content out of records, and say so in an erased record.

        carried: what stands for each of them, written in the same transaction.
        What was erased stays known: told again, it is a duplicate. quarantine: ids of
        items there whose content goes, too. When it returns no file of the log holds
        the content any more; ConflictError where a reader stands in the way of that:
        then it is to be done again.
        """
        ...

    def verify(self) -> int:
        """Check digests, chain and density; give the records checked or raise."""
        ...

    def close(self) -> None: ...
