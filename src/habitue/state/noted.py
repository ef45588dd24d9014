"""Tables and indexes that note what may have changed, for whoever keeps a copy.

Nothing is noted until somebody asks for it: who does not take it would hold it all.
A table has a `touched` of its own for whoever looks after each record; a copy takes its
notes when it gets to it, so they are kept apart.
"""

from typing import Generic, TypeVar

from habitue.state.index import Index
from habitue.state.rows import Table

V = TypeVar("V")


class NotedTable(Table[int, V], Generic[V]):
    """A table that notes the keys of rows that were put, edited or deleted."""

    copied: set[int] | None = None

    def edit(self, key: int) -> V | None:
        """Give the row to change in place, and note that it may."""
        if self.copied is not None:
            self.copied.add(key)
        return super().edit(key)

    def put(self, key: int, value: V) -> None:
        """Keep the value as the row of the key, and note it."""
        if self.copied is not None:
            self.copied.add(key)
        super().put(key, value)

    def delete(self, key: int) -> None:
        """Forget the row of the key, and note it."""
        if self.copied is not None:
            self.copied.add(key)
        super().delete(key)


class NotedIndex(Index):
    """An index that notes the parts of entries that were put or removed.

    Or where in their part these lie, as the one who asks for it wants.
    """

    copied: set[int] | None = None
    by_part = True

    def note(self, part: int) -> None:
        """Note a part as if something had changed in it, if anything is noted."""
        if self.copied is not None:
            self.copied.add(part)

    def put(self, part: int, at_us: int, offset: int, value: int) -> None:
        """Keep the value at its place, and note where."""
        if self.copied is not None:
            self.copied.add(part if self.by_part else at_us)
        super().put(part, at_us, offset, value)

    def remove(self, part: int, at_us: int, offset: int) -> None:
        """Forget the entry at a place, and note where."""
        if self.copied is not None:
            self.copied.add(part if self.by_part else at_us)
        super().remove(part, at_us, offset)
