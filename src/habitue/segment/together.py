"""The entries of several strands as those of one person, kept as more come."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

from habitue.segment.finding import Found, entries_in
from habitue.segment.leaf import Amounts, Edge, Every, Keep, Leaf, Values
from habitue.segment.leaves import (
    LONG_AGO_US,
    Held,
    at_of,
    needed,
    put_together,
)
from habitue.segment.long_lists import Different, Summed

# Lists longer than this know what they are asked for.
LONG = 64
_KNOWING = (Summed, Different)


class Joined:
    """A person's entries by leaf: of all strands, and what came since."""

    def __init__(
        self, leaves: Mapping[int, Leaf], held: Iterable[Held], now_us: int
    ) -> None:
        """held: of each strand, all there is."""
        self._leaves = leaves
        parts: dict[int, list[Any]] = {}
        for strand in held:
            for number, entries in strand.items():
                if number in leaves and entries:
                    parts.setdefault(number, []).append(entries)
        self.entries: dict[int, Any] = {}
        # Of so many entries of a leaf those are left out that nobody needs any more.
        self._most: dict[int, int] = {}
        for number, found in parts.items():
            keep = leaves[number].keep
            self._put(number, put_together(keep, found), now_us)
        self.size = sum(map(len, self.entries.values()))

    def take(self, found: Found, now_us: int) -> None:
        """Take in what a strand noted."""
        for number, entry in entries_in(found):
            leaf = self._leaves.get(number)
            # Some are noted for who is still to be judged by them.
            if leaf is not None:
                self._take(number, leaf.keep, entry, now_us)
                self.size += 1

    def _take(self, number: int, keep: Keep, entry: Any, now_us: int) -> None:
        held = self.entries.get(number)
        ahead = at_of(entry) > now_us
        if not held or (ahead and isinstance(held, Different)):
            self._put(number, put_together(keep, (held or (), [entry])), now_us)
            return
        if isinstance(held, _KNOWING):
            held.take(entry)
        elif at_of(entry) > at_of(held[-1]):
            if isinstance(keep, Edge) and keep.which == "first":
                # One alone is kept: what comes behind would say when it comes to pass.
                return
            held.append(entry)
        elif isinstance(entry, int):
            _put_in(held, entry, once=isinstance(keep, Every))
        else:
            # Another list: who has added this one up, looks whether it is the same.
            self._put(number, put_together(keep, (held, [entry])), now_us)
            return
        if len(held) > self._most[number]:
            self._put(number, held, now_us)

    def _put(self, number: int, entries: list[Any], now_us: int) -> None:
        """Have a leaf have these entries, in order."""
        keep = self._leaves[number].keep
        found = needed(keep, list(entries), now_us)
        self.entries[number] = _knowing(keep, found, now_us)
        self._most[number] = 2 * len(found) + LONG


def _put_in(times: list[int], at_us: int, *, once: bool) -> None:
    place = bisect_right(times, at_us)
    if not (once and place and times[place - 1] == at_us):
        times.insert(place, at_us)


def _knowing(keep: Keep, entries: list[Any], now_us: int) -> list[Any]:
    """Give entries as a list that knows what it is asked for, if it is a long one."""
    if len(entries) > LONG:
        if isinstance(keep, Amounts):
            return Summed(entries)
        # What is still to come counts beside what was told before.
        if isinstance(keep, Values) and entries[-1][0] <= now_us:
            return Different(entries)
    return entries


def last_of(joined: Iterable[list[Any]]) -> int:
    """Give the last moment of entries; long ago where there are none."""
    last_us = LONG_AGO_US
    for entries in joined:
        if entries:
            last_us = max(last_us, at_of(entries[-1]))
    return last_us
