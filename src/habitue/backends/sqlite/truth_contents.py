"""All that truth.db holds, for a copy of it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from habitue.backends.sqlite.truth_open import migrations
from habitue.backends.sqlite.truth_read import Reader
from habitue.backends.sqlite.truth_rows import to_count, to_definition, to_record
from habitue.base.errors import NotFoundError, StorageError
from habitue.log.contents import ErasedKey, Head
from habitue.log.port import Count, Definition, Quarantined
from habitue.model.record import Record, RecordKind

PAGE_ROWS = 5_000

T = TypeVar("T")


class SqliteContents:
    """Reads a file that nobody writes; of one in use, what older records hold."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise NotFoundError(f"There is no log: {path} is missing.")
        self._reader = Reader(path)
        self._check_version(path)

    def secret(self) -> bytes:
        row = self._reader.one("secret")
        if row is None:
            raise StorageError("The table store lacks its row: restore a backup.")
        return bytes(row[0])

    def head(self) -> Head:
        row = self._reader.one("last_record")
        if row is None:
            return Head()
        return Head(offset=row[0], received_us=row[1], chain=row[2])

    def record(self, offset: int) -> Record | None:
        return self._reader.get(offset)

    def records(self) -> Iterator[list[Record]]:
        return _pages(self._reader.read, lambda record: record.offset)

    def records_of(self, kind: RecordKind) -> list[Record]:
        return [to_record(row) for row in self._reader.rows("of_kind", (kind.value,))]

    def erased_keys(self) -> Iterator[list[ErasedKey]]:
        yield [ErasedKey(*row) for row in self._reader.rows("all_erased_keys")]

    def quarantined(self) -> Iterator[list[Quarantined]]:
        return _pages(self._reader.quarantined, lambda item: item.quarantine_id)

    def quarantine_item(self, quarantine_id: int) -> Quarantined | None:
        return self._reader.quarantine_item(quarantine_id)

    def counts(self) -> Iterator[list[Count]]:
        rows = self._reader.rows("counts", (0,))
        for start in range(0, len(rows), PAGE_ROWS):
            yield [to_count(row) for row in rows[start : start + PAGE_ROWS]]

    def definitions(self) -> list[Definition]:
        return [to_definition(row) for row in self._reader.rows("all_definitions")]

    def close(self) -> None:
        self._reader.close()

    def _check_version(self, path: Path) -> None:
        row = self._reader.one("version")
        newest = migrations()[-1][0]
        if row is None or row[0] != newest:
            self.close()
            raise StorageError(
                f"The log in {path} has version {row[0] if row else 0}, this program"
                f" reads {newest}. Start a server of this version on it once."
            )


def _pages(
    read: Callable[[int, int], Sequence[T]], place: Callable[[T], int]
) -> Iterator[list[T]]:
    after = 0
    while page := list(read(after, PAGE_ROWS)):
        yield page
        after = place(page[-1])
