"""What the API needs of whoever keeps views on People."""

from typing import Any, Protocol

from habitue.access.permission import Permission
from habitue.access.scope import Sees

View = dict[str, Any]
Views = list[View]


class Who(Protocol):
    """Somebody who looks."""

    @property
    def name(self) -> str: ...

    @property
    def sees(self) -> Sees | None: ...

    def may(self, permission: Permission) -> bool: ...


class SavedViews(Protocol):
    """Searches and filters on People, each under a name."""

    def list(self, who: Who) -> Views: ...

    def get(self, who: Who, view_id: str) -> View: ...

    async def add(self, who: Who, wanted: View) -> View: ...

    async def change(self, who: Who, view_id: str, wanted: View) -> View: ...

    async def remove(self, who: Who, view_id: str) -> View: ...

    async def people(self, who: Who, view_id: str) -> Views: ...

    async def find(self, who: Who, text: str, segment: str) -> Views: ...
