"""A truth as it is told: what a backend's answers give of it, a page at a time."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from habitue.base.errors import StorageError
from habitue.log.answers import Answers
from habitue.log.contents import ErasedKey, Head
from habitue.log.port import Count, Definition, Quarantined
from habitue.log.rows import to_count, to_definition, to_record
from habitue.model.record import Record, RecordKind

PAGE_ROWS = 5_000

T = TypeVar("T")


class Telling(ABC):
    """Contents over answers; a backend says what it keeps of erased records."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    @abstractmethod
    def erased_keys(self) -> Iterator[list[ErasedKey]]: ...

    def secret(self) -> bytes:
        row = self._answers.one("secret")
        if row is None:
            raise StorageError("The log's secret is missing: restore a backup.")
        return bytes(row[0])

    def head(self) -> Head:
        row = self._answers.one("last_record")
        if row is None:
            return Head()
        return Head(offset=row[0], received_us=row[1], chain=row[2])

    def record(self, offset: int) -> Record | None:
        return self._answers.get(offset)

    def records(self) -> Iterator[list[Record]]:
        return _pages(self._answers.read, lambda record: record.offset)

    def records_of(self, kind: RecordKind) -> list[Record]:
        return [to_record(row) for row in self._answers.rows("of_kind", (kind.value,))]

    def quarantined(self) -> Iterator[list[Quarantined]]:
        return _pages(self._answers.quarantined, lambda item: item.quarantine_id)

    def quarantine_item(self, quarantine_id: int) -> Quarantined | None:
        return self._answers.quarantine_item(quarantine_id)

    def counts(self) -> Iterator[list[Count]]:
        rows = self._answers.rows("counts", (0,))
        for start in range(0, len(rows), PAGE_ROWS):
            yield [to_count(row) for row in rows[start : start + PAGE_ROWS]]

    def definitions(self) -> list[Definition]:
        return [to_definition(row) for row in self._answers.rows("all_definitions")]

    def check_version(self, newest: int, where: str) -> None:
        """Refuse a log of another version, with the way out."""
        row = self._answers.one("version")
        if row is None or row[0] != newest:
            raise StorageError(
                f"The log{where} has version {row[0] if row else 0}, this program reads"
                f" {newest}. Start a server of this version on it once."
            )


def _pages(
    read: Callable[[int, int], Sequence[T]], place: Callable[[T], int]
) -> Iterator[list[T]]:
    after = 0
    while page := list(read(after, PAGE_ROWS)):
        yield page
        after = place(page[-1])
