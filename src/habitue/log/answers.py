"""Questions about what is durable, over the statements that every backend has."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from habitue.log.port import Count, Definition, Quarantined, Waiting
from habitue.log.rows import Row, to_count, to_definition, to_quarantined, to_record
from habitue.model.record import Record


class Answers(ABC):
    """Answers out of named statements; a backend says how one is asked."""

    @abstractmethod
    def rows(self, name: str, values: Sequence[Any] = ()) -> list[Row]:
        """Give all rows of a named statement; StorageError where none can be had."""

    @abstractmethod
    def many(self, offsets: Sequence[int]) -> list[Row]:
        """Give the rows of some records, all in one question."""

    def one(self, name: str, values: Sequence[Any] = ()) -> Row | None:
        """Give the first row of a named statement; None if there is none."""
        rows = self.rows(name, values)
        return rows[0] if rows else None

    def read(self, after: int, limit: int) -> list[Record]:
        return [to_record(row) for row in self.rows("read", (after, limit))]

    def get(self, offset: int) -> Record | None:
        row = self.one("get", (offset,))
        return to_record(row) if row else None

    def get_many(self, offsets: Sequence[int]) -> dict[int, Record]:
        if len(offsets) == 1:
            one = self.get(offsets[0])
            return {} if one is None else {one.offset: one}
        rows = self.many(offsets) if offsets else []
        return {row[0]: to_record(row) for row in rows}

    def definitions(self, kind: str) -> list[Definition]:
        return [to_definition(row) for row in self.rows("definitions", (kind,))]

    def counts(self, since_us: int) -> list[Count]:
        return [to_count(row) for row in self.rows("counts", (since_us,))]

    def waiting(self, after: int, limit: int) -> list[Waiting]:
        return [Waiting(*row) for row in self.rows("waiting", (after, limit))]

    def quarantined(self, after: int, limit: int) -> list[Quarantined]:
        rows = self.rows("quarantined", (after, limit))
        return [to_quarantined(row) for row in rows]

    def kept_aside(self, source: str, reason: str, limit: int) -> list[str]:
        return [row[0] for row in self.rows("kept_aside", (source, reason, limit))]

    def quarantine_item(self, quarantine_id: int) -> Quarantined | None:
        row = self.one("quarantine_item", (quarantine_id,))
        return to_quarantined(row) if row else None
