"""Purchases as leaves note them, kept in memory while each stands as it does.

A purchase may move to somebody else, or count no longer, so nothing of it lies in a
strand's row: whoever is judged has all their purchases looked at. What leaves note of
one is found once, as long as nothing is told of it and it brings the same; and all of a
person's are put together once, where only more come. So the same is found, whatever is
kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from habitue.segment.leaf import Edge, Keep
from habitue.segment.leaves import Entries, at_of, put_together
from habitue.segment.port_live import Sight
from habitue.segment.program import Program
from habitue.segment.recent import Recent

# Of purchases so many entries are kept, and so many of people.
ENTRIES_MAX = 500_000

# What leaves note of something, by their numbers.
_Noted: TypeAlias = dict[int, Entries]


class _Kept(Struct, gc=False):
    """What leaves noted of a purchase, and as what it stood then."""

    stands: Any
    noted: _Noted
    # Of so many entries.
    size: int


class _Whole(Struct):
    """A person's purchases by their keys, and what was noted of all of them."""

    of: dict[str, _Noted]
    entries: _Noted


class Bought:
    """Puts purchases beside what strands noted."""

    def __init__(self, sight: Sight, zone: str) -> None:
        """zone: the shop's."""
        self._sight = sight
        self._zone = zone
        self._kept: Recent[str, _Kept] = Recent(ENTRIES_MAX)
        # By the oldest strand of a person.
        self._wholes: Recent[int, _Whole] = Recent(ENTRIES_MAX)
        # The program whose leaves noted what is kept.
        self._noted_by: Program | None = None

    def beside(
        self, joined: Mapping[int, list[Any]], strands: Sequence[int], program: Program
    ) -> Mapping[int, list[Any]]:
        """Put the purchases of who has these strands beside their entries by leaf.

        What is given nobody may change, and it holds until this is called again.
        """
        if self._noted_by is not program:
            self.forget()
            self._noted_by = program
        self.restate()
        noted = {
            key: self._noted(key, stands, program)
            for key, stands in self._sight.purchases(strands)
        }
        return program.beside(joined, self._together(strands[0], noted, program))

    def _noted(self, key: str, stands: Any, program: Program) -> _Noted:
        held = self._kept.get(key)
        if held is None or held.stands != stands:
            done, alone = self._sight.bought(
                key, stands, goods=program.asks_goods, prices=program.asks_prices
            )
            noted = program.noted(done, self._zone)
            if not alone:
                return noted
            held = _Kept(stands, noted, 1 + _size(noted))
        self._kept.put(key, held, held.size)
        return held.noted

    def _together(
        self, oldest: int, noted: dict[str, _Noted], program: Program
    ) -> _Noted:
        """Give what was noted of all of a person's purchases."""
        whole = self._wholes.get(oldest)
        # Should anything fail midway, half of it is not kept.
        self._wholes.pop(oldest)
        if whole is None or not _is_among(whole.of, noted):
            whole = _Whole({}, {})
        new = [of_one for key, of_one in noted.items() if key not in whole.of]
        for number, more in program.together(new).items():
            keep, held = program.leaves[number].keep, whole.entries.get(number, [])
            whole.entries[number] = _added(keep, held, more)
        whole.of = noted
        self._wholes.put(oldest, whole, 1 + _size(whole.entries))
        return whole.entries

    def restate(self) -> None:
        """Keep nothing of purchases that something was told of."""
        if self._noted_by is None:
            # Nothing was ever kept.
            return
        for key in self._sight.restated():
            self._kept.pop(key)

    def reword(self, *, prices: bool = False) -> None:
        """Keep nothing that hangs on the catalogue, which says something else.

        prices: of what it asks for a product, and of nothing else.
        """
        by = self._noted_by
        if by is not None and (by.asks_prices if prices else by.asks_goods):
            self.forget()

    def forget(self) -> None:
        """Keep nothing."""
        self._kept.clear()
        self._wholes.clear()


def _size(noted: _Noted) -> int:
    return sum(map(len, noted.values()))


def _is_among(some: Mapping[str, _Noted], noted: Mapping[str, _Noted]) -> bool:
    """Say whether all of these were noted, and none of them anew."""
    return all(noted.get(key) is one for key, one in some.items())


def _added(keep: Keep, entries: list[Any], more: Entries) -> Entries:
    """Put more, a list of its own, to what was noted of other purchases."""
    if not entries:
        return more
    if at_of(more[0]) <= at_of(entries[-1]):
        return put_together(keep, (entries, more))
    # It comes last, as nearly all do.
    if not (isinstance(keep, Edge) and keep.which == "first"):
        entries.extend(more)
    return entries
