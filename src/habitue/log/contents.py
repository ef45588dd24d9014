"""All that a truth holds, as one backend tells it and another can take it in."""

from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct

from habitue.log.chain import GENESIS
from habitue.log.port import Count, Definition, Quarantined
from habitue.model.record import Record, RecordKind


class Head(Struct, frozen=True, kw_only=True):
    """Where a log ends: its last record's offset, time and chain."""

    offset: int = 0
    received_us: int = 0
    chain: bytes = GENESIS


class ErasedKey(Struct, frozen=True):
    """What an erased record was called, as hashes under the store's secret.

    hash is empty where it came from a store that keeps the fingerprint alone.
    """

    offset: int
    hash: bytes
    fingerprint: bytes


class Told(Protocol):
    """A truth as it is told, from its beginning to its end, a page at a time."""

    def secret(self) -> bytes:
        """Give the secret under which keys are hashed."""
        ...

    def records(self) -> Iterator[list[Record]]:
        """Give all records, in order."""
        ...

    def erased_keys(self) -> Iterator[list[ErasedKey]]: ...

    def quarantined(self) -> Iterator[list[Quarantined]]: ...

    def counts(self) -> Iterator[list[Count]]: ...

    def definitions(self) -> list[Definition]:
        """Give the current definitions of all kinds."""
        ...


class Contents(Told, Protocol):
    """A truth that can be asked for single rows, too."""

    def head(self) -> Head: ...

    def record(self, offset: int) -> Record | None: ...

    def records_of(self, kind: RecordKind) -> list[Record]:
        """Give the records of a kind of which there are few, in order."""
        ...

    def quarantine_item(self, quarantine_id: int) -> Quarantined | None: ...

    def close(self) -> None: ...
