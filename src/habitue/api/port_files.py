"""What the API needs of files: mappings that are kept, imports, watched folders."""

from typing import Protocol

from habitue.api.port import View
from habitue.collect.files.nouns import SavedMapping


class Mappings(Protocol):
    """Mappings that are kept for the files of a source."""

    def list(self, source: str) -> list[View]: ...

    async def put(self, source: str, mapping: SavedMapping) -> View: ...

    async def drop(self, source: str, name: str) -> View: ...


class Imports(Protocol):
    """Files that were taken in."""

    def page(self, cursor: str | None, limit: int) -> tuple[list[View], str | None]: ...

    def show(self, import_id: str) -> View: ...

    async def begin(self, wanted: View, by: str) -> View: ...

    async def end(self, import_id: str, told: View) -> View: ...

    async def undo(
        self, import_id: str, by: str, why: str, *, keeps_withdrawals: bool
    ) -> View: ...

    async def redo(self, import_id: str, by: str, why: str) -> View: ...


class Watches(Protocol):
    """Watched folders."""

    def list(self) -> list[View]: ...

    async def put(self, name: str, wanted: View) -> View: ...

    async def remove(self, name: str) -> View: ...
