"""What is to be told on as a record of the log: kept as due until it has been folded.

Whoever leads appends what is due under its id; the record's arrival ends it. So nothing
is lost where a process ends in between, and nothing is told twice.
"""

from collections.abc import Callable
from itertools import islice
from typing import Protocol


class Rows(Protocol):
    """Bodies by id; a table of state."""

    def get(self, key: str, /) -> bytes | None: ...

    def put(self, key: str, value: bytes, /) -> None: ...

    def delete(self, key: str, /) -> None: ...

    def page(self, after: str | None, limit: int, /) -> list[tuple[str, bytes]]: ...


class Outbox:
    """Records that are to be appended, by message id."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        # What became due since this process began, in that order; see recall.
        self._waiting: dict[str, None] = {}
        # Called when something becomes due.
        self.on_news: Callable[[], None] = lambda: None

    def put(self, message_id: str, body: bytes) -> None:
        """Have a record be appended."""
        self._rows.put(message_id, body)
        self._waiting[message_id] = None
        self.on_news()

    def told(self, message_id: str) -> None:
        """Learn from the log that a record has been appended."""
        self._waiting.pop(message_id, None)
        if self._rows.get(message_id) is not None:
            self._rows.delete(message_id)

    def recall(self, after: str | None, limit: int) -> str | None:
        """Look for so much of what was due before this process began.

        Gives the id to go on behind; None at the end.
        """
        page = self._rows.page(after, limit)
        self._waiting.update((message_id, None) for message_id, _ in page)
        return page[-1][0] if len(page) == limit else None

    def due(self, limit: int) -> list[tuple[str, bytes]]:
        """Give message id and body of records to append, the oldest first."""
        some = islice(self._waiting, limit)
        return [(name, body) for name in some if (body := self._rows.get(name))]
