"""The entries of several strands as those of one person, leaf by leaf."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from habitue.segment.leaf import Leaf
from habitue.segment.leaves import LONG_AGO_US, Entries, combine


class Together:
    """The entries of several strands by leaf, put together as they are asked for."""

    def __init__(
        self,
        leaves: Mapping[int, Leaf],
        held: Collection[Mapping[int, Entries]],
        whole: Callable[[Leaf], Entries],
    ) -> None:
        """whole: reads a leaf's from the timeline, where it has more than are kept."""
        self._leaves = leaves
        self._held = held
        self._whole = whole
        self._found: dict[int, list[Any]] = {}

    def get(self, leaf: int, default: list[Any], /) -> list[Any]:
        found = self._found.get(leaf)
        if found is None:
            found = self._found[leaf] = self._of(leaf)
        return found or default

    def _of(self, leaf: int) -> list[Any]:
        entries: Entries = []
        for strand in self._held:
            if leaf in strand:
                entries = combine(self._leaves[leaf].keep, entries, strand[leaf])
        if entries is None:
            return self._whole(self._leaves[leaf]) or []
        return entries


def last_of(joined: Iterable[list[Any]]) -> int:
    """Give the last moment of entries; long ago where there are none."""
    last_us = LONG_AGO_US
    for entries in joined:
        if entries:
            last = entries[-1]
            at_us = last if isinstance(last, int) else last[0]
            last_us = max(last_us, at_us)
    return last_us
