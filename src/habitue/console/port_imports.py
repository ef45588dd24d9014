"""What the console needs of files that came in, and of those that come."""

from collections.abc import AsyncIterator
from typing import Any, Protocol

View = dict[str, Any]
Views = list[View]


class Imports(Protocol):
    """Files that were taken in.

    An import: import_id, source, file, by, begun_at, status, lines {outcome: count},
    lines_total, reasons {why: lines}, tags, undone (None, or by, at, reason,
    kept_withdrawals).
    """

    def page(self, cursor: str | None, limit: int) -> tuple[Views, str | None]: ...

    def show(self, import_id: str) -> View: ...

    async def undo(
        self, import_id: str, by: str, why: str, *, keeps_withdrawals: bool
    ) -> View: ...

    async def redo(self, import_id: str, by: str, why: str) -> View: ...


class Wizard(Protocol):
    """Takes a list of contacts in, step by step; the server itself reads none.

    An upload: upload_id, name, size_bytes, import_id. A look: format, encoding,
    encoding_certainty, delimiter, date_order, fields, assumptions, columns [{header,
    field, certainty, cells}], and tried where it was asked for: lines_read,
    lines_total, good, bad, problems [{line, why}], reasons {why: lines}. InvalidError
    says why a file can't be read.
    """

    @property
    def bytes_max(self) -> int: ...

    async def receive(
        self, name: str, by: str, blocks: AsyncIterator[bytes]
    ) -> str: ...

    def upload(self, upload_id: str) -> View: ...

    async def look(
        self, upload_id: str, choice: View, source: str, *, tries: bool
    ) -> View: ...

    async def start(
        self, upload_id: str, choice: View, wanted: View, by: str
    ) -> str: ...

    def progress(self, import_id: str) -> tuple[int, int] | None: ...

    def rejects(self, import_id: str) -> str | None: ...

    def read_rejects(self, import_id: str) -> AsyncIterator[bytes]: ...
