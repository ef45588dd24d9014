"""What the console needs of whoever keeps searches under a name.

view: id, name, owner, own (the reader's), shared (the team sees it), text, segment (an
id, or None). People are found as a search finds them.
"""

from typing import Any, Protocol

from habitue.access.permission import Permission
from habitue.access.scope import Sees

View = dict[str, Any]
Views = list[View]


class Reader(Protocol):
    """Somebody who looks."""

    @property
    def name(self) -> str: ...

    @property
    def sees(self) -> Sees | None: ...

    def may(self, permission: Permission) -> bool: ...


class SavedViews(Protocol):
    """Searches and filters on People; of somebody else's own one nothing is told."""

    def list(self, who: Reader) -> Views: ...

    def get(self, who: Reader, view_id: str) -> View: ...

    async def add(self, who: Reader, wanted: View) -> View: ...

    async def change(self, who: Reader, view_id: str, wanted: View) -> View: ...

    async def remove(self, who: Reader, view_id: str) -> View: ...

    async def find(self, who: Reader, text: str, segment: str) -> Views:
        """Find people by a text, of a segment alone, or the first of a segment."""
        ...
