"""Which leaf does for which: one that keeps more does for all that keep less.

Whoever needs the last two times and whoever needs the last eight are served by one
list of eight, and windows of a week and of a quarter by one of a quarter: a question
looks at no more of it than it asks for. So an event is noted once for them all.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec
from msgspec import structs

from habitue.segment.leaf import (
    SHARED_MAX,
    Amounts,
    Every,
    Faces,
    Keep,
    Latest,
    Leaf,
    Values,
    key_of,
)
from habitue.segment.live_rows import LeafRow

_leaf = msgspec.json.Decoder(Leaf).decode


class Need(NamedTuple):
    """A leaf that a slot rests on, and the job that it waits for; 0: for none.

    leaf: by its key.
    """

    leaf: bytes
    job: int


class _Sort(NamedTuple):
    """What leaves have in common of which one does for another, and how much one keeps.

    None: it does for nothing but itself.
    """

    common: bytes
    extent: int


class Covering:
    """The leaves that are kept, by what they do for."""

    def __init__(self, rows: Mapping[int, LeafRow]) -> None:
        """rows: of all leaves there were, by number."""
        self._kept: dict[bytes, list[tuple[int, LeafRow]]] = {}
        for number, row in rows.items():
            if not row.gone:
                held = self._kept.setdefault(_sort(row.leaf).common, [])
                held.append((number, row))

    def number(self, need: Need) -> int | None:
        """Give the newest leaf that does for one, and is filled in by then."""
        common, extent = _sort(need.leaf)
        found = (
            number
            for number, row in self._kept.get(common, ())
            if row.job <= need.job and _sort(row.leaf).extent >= extent
        )
        return max(found, default=None)

    def numbers(self, leaves: Iterable[bytes]) -> dict[bytes, int]:
        """Give for each of some leaves, filled in, the number of what does for it."""
        found = ((leaf, self.number(Need(leaf, 0))) for leaf in leaves)
        return {leaf: number for leaf, number in found if number is not None}

    def lacking(self, needs: Iterable[Need]) -> list[bytes]:
        """Give the leaves to be kept beside, so that there is one for each need."""
        widest: dict[bytes, Need] = {}
        lacks: dict[bytes, None] = {}
        for need in needs:
            common, extent = _sort(need.leaf)
            held = widest.get(common)
            if held is None or _sort(held.leaf).extent < extent:
                widest[common] = need
            if self.number(need) is None:
                lacks[common] = None
        return [widest[common].leaf for common in lacks]


@lru_cache(maxsize=16_384)
def leaf_of(key: bytes) -> Leaf:
    """Read a leaf's key again."""
    return _leaf(key)


@lru_cache(maxsize=16_384)
def _sort(key: bytes) -> _Sort:
    leaf = leaf_of(key)
    found = None if leaf.dates is not None else _extent(leaf.keep)
    if found is None:
        return _Sort(key, 0)
    alike, extent = found
    return _Sort(key_of(structs.replace(leaf, keep=alike)), extent)


def _extent(keep: Keep) -> tuple[Keep, int] | None:
    """Give what is kept as if it were least, and how much it is."""
    match keep:
        # More are kept in pages: nobody else should have to look through these.
        case Latest(most=most) if most <= SHARED_MAX:
            return structs.replace(keep, most=1), most
        case Every() | Amounts() | Values() | Faces():
            # For ever is another thing: of a sum there is one entry then.
            for_us = keep.for_us
            return (structs.replace(keep, for_us=1), for_us) if for_us else None
        case _:
            return None
