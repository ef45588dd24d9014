"""Whether what was read has changed since: marks on rows and on parts of indexes.

A mark stands until its row changes. To look for marks at each change would slow the
fold down, so it is done only where a row becomes unsaved, which is the first change
after a snapshot has begun. A row that is unsaved already can't be marked: its next
change would not be noticed.
"""

from typing import Any, Generic, NamedTuple, TypeVar

from msgspec import Struct

K = TypeVar("K", int, str)


class Mark(Struct, eq=False):
    """A mark on a row, itself and no other; it counts who looks at it."""

    watchers: int = 1


class Ground(NamedTuple):
    """A row, or a part of an index, that something rests on, with its mark."""

    # The marks among which this one is as long as it stands.
    among: dict[Any, Mark]
    key: int | str
    mark: Mark

    def stands(self) -> bool:
        """Say whether the row is as it was when it was marked."""
        return self.among.get(self.key) is self.mark

    def let_go(self) -> None:
        """Look at the mark no longer; it goes with the last who did."""
        self.mark.watchers -= 1
        if not self.mark.watchers and self.stands():
            del self.among[self.key]


def all_stand(grounds: tuple[Ground, ...]) -> bool:
    """Say whether none of these rows has changed since it was marked."""
    # Without a call each: this is all that an answer which is kept costs.
    for among, key, mark in grounds:  # noqa: SIM110
        if among.get(key) is not mark:
            return False
    return True


class Watches(Generic[K]):
    """The marks on the rows of one table, or on the parts of one index."""

    def __init__(self) -> None:
        # For tables and indexes, which take a key out when its row changes.
        self.held: dict[K, Mark] = {}

    def mark(self, key: K) -> Ground:
        """Mark a row, or look at the mark that it has."""
        held = self.held.get(key)
        if held is None:
            held = self.held[key] = Mark()
        else:
            held.watchers += 1
        return Ground(self.held, key, held)
