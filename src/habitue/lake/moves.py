"""What is folded anew, noted for a copy that keeps the strand of each event.

A change of identity drops strands and folds their events again, one by one, each into
the strand it belongs to now. So of the events that a copy holds those of a dropped
strand are in none any more, unless they were folded again since.
"""

from collections.abc import Iterable

from msgspec import Struct


class Fixes(Struct, frozen=True):
    """What to change in rows held already: drops, then places, then what is erased.

    dropped: strand -> offset before which its rows are in none any more; placed:
    offset -> the strand that its row is in now, None where it counts for nothing;
    erased: offsets whose rows are to be there no more; expired: offsets whose rows
    tell what is carried of them, and no more.
    """

    dropped: dict[int, int]
    placed: dict[int, int | None]
    erased: tuple[int, ...] = ()
    expired: tuple[int, ...] = ()


class Moves:
    """Notes drops and places in the order in which the fold makes them."""

    def __init__(self) -> None:
        self._dropped: dict[int, int] = {}
        self._placed: dict[int, int | None] = {}
        self._in: dict[int, list[int]] = {}
        self._erased: list[int] = []
        self._expired: list[int] = []

    def __len__(self) -> int:
        lost = len(self._erased) + len(self._expired)
        return len(self._dropped) + len(self._placed) + lost

    def drop(self, strand: int, now: int) -> None:
        """Note that a strand is dropped by the record at offset now."""
        self._dropped[strand] = now
        for offset in self._in.pop(strand, ()):
            if self._placed[offset] == strand:
                self._placed[offset] = None

    def place(self, offset: int, strand: int | None) -> None:
        """Note that the event at an offset is folded into a strand."""
        self._placed[offset] = strand
        if strand is not None:
            self._in.setdefault(strand, []).append(offset)

    def erase(self, offsets: Iterable[int]) -> None:
        """Note that the records at these offsets lost their content."""
        self._erased += offsets

    def expire(self, offsets: Iterable[int]) -> None:
        """Note that of the records at these offsets only some is carried."""
        self._expired += offsets

    @property
    def loses(self) -> bool:
        """Say whether records lost something that a copy may hold."""
        return bool(self._erased or self._expired)

    def take(self) -> Fixes:
        """Give what was noted, and begin anew."""
        lost = tuple(self._erased), tuple(self._expired)
        fixes = Fixes(self._dropped, self._placed, *lost)
        self._dropped, self._placed, self._in = {}, {}, {}
        self._erased, self._expired = [], []
        return fixes
