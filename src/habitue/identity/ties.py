"""What lies at one and the same time, in the order of (t, key).

Indexes are in order of time and of a number. The order of those that share a time is
that of their keys, and to find that anew each of them would have to be read. So it is
kept: sorted, in leaves of bounded size, and only where there are several, which is
rare. Whoever enters and leaves sees to that.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from habitue.identity import rows
from habitue.identity.rows import Leaves, Moment, Tied
from habitue.state.store import Store
from habitue.state.table import Table

# A leaf with more is parted in two.
_LEAF_MAX = 64


class Ties:
    """Keeps what shares a time, by the name of the tie."""

    def __init__(self, store: Store) -> None:
        self._ties: Table[str, Leaves] = store.table(rows.TIES)
        self._leaves: Table[str, list[Tied]] = store.table(rows.TIED)

    # Keeping.

    def begin(self, tie: str, one: Tied, other: Tied) -> None:
        """Tie two that share a time."""
        held = sorted((one, other))
        self._ties.put(tie, Leaves([held[0]], [0], 1))
        self._leaves.put(_leaf(tie, 0), held)

    def enter(self, tie: str, tied: Tied) -> None:
        """Take one more into a tie; it may be there already."""
        leaves = self._ties.edit(tie)
        if leaves is None:
            raise KeyError(tie)
        at = _at(leaves, tied)
        name = _leaf(tie, leaves.names[at])
        leaf = self._leaves.edit(name)
        if leaf is None:
            raise KeyError(name)
        place = bisect_left(leaf, tied)
        if leaf[place : place + 1] == [tied]:
            return
        leaf.insert(place, tied)
        leaves.firsts[at] = leaf[0]
        if len(leaf) > _LEAF_MAX:
            half = leaf[_LEAF_MAX // 2 :]
            del leaf[_LEAF_MAX // 2 :]
            leaves.firsts.insert(at + 1, half[0])
            leaves.names.insert(at + 1, leaves.made)
            self._leaves.put(_leaf(tie, leaves.made), half)
            leaves.made += 1

    def leave(self, tie: str, tied: Tied) -> None:
        """Let one out of a tie; the last one that is left is tied to none."""
        leaves = self._ties.edit(tie)
        if leaves is None:
            raise KeyError(tie)
        at = _at(leaves, tied)
        name = _leaf(tie, leaves.names[at])
        leaf = self._leaves.edit(name)
        if leaf is None:
            raise KeyError(name)
        leaf.remove(tied)
        if leaf:
            leaves.firsts[at] = leaf[0]
        else:
            self._leaves.delete(name)
            del leaves.firsts[at], leaves.names[at]
        if len(leaves.names) == 1:
            self._end(tie, _leaf(tie, leaves.names[0]))

    def _end(self, tie: str, name: str) -> None:
        leaf = self._leaves.get(name)
        if leaf is not None and len(leaf) < 2:
            self._leaves.delete(name)
            self._ties.delete(tie)

    def drop(self, tie: str) -> None:
        """Keep nothing of a tie; there need not be one."""
        leaves = self._ties.get(tie)
        for name in () if leaves is None else leaves.names:
            self._leaves.delete(_leaf(tie, name))
        self._ties.delete(tie)

    # Reading.

    def onwards(self, tie: str, bound: Tied) -> Iterator[Tied]:
        """Give those behind a bound, in order."""
        leaves = self._leaves_of(tie)
        for at in range(_at(leaves, bound), len(leaves.names)):
            leaf = self._leaf_of(tie, leaves, at)
            yield from leaf[bisect_right(leaf, bound) :]

    def backwards(self, tie: str, bound: Tied) -> Iterator[Tied]:
        """Give those up to a bound, last first."""
        leaves = self._leaves_of(tie)
        for at in range(_at(leaves, bound), -1, -1):
            leaf = self._leaf_of(tie, leaves, at)
            yield from reversed(leaf[: bisect_right(leaf, bound)])

    def _leaves_of(self, tie: str) -> Leaves:
        leaves = self._ties.get(tie)
        if leaves is None:
            raise KeyError(tie)
        return leaves

    def _leaf_of(self, tie: str, leaves: Leaves, at: int) -> list[Tied]:
        name = _leaf(tie, leaves.names[at])
        leaf = self._leaves.get(name)
        if leaf is None:
            raise KeyError(name)
        return leaf


def before(moment: Moment) -> Tied:
    """Give the bound before all that lies at a moment."""
    return (*moment, -1)


def behind(moment: Moment) -> Tied:
    """Give the bound behind all that lies at a moment."""
    return (*moment, 2**63)


def _at(leaves: Leaves, tied: Tied) -> int:
    """Say in which leaf one is, or would be."""
    return max(0, bisect_right(leaves.firsts, tied) - 1)


def _leaf(tie: str, name: int) -> str:
    return f"{tie}:{name}"
