"""Entries of a strand beyond those that its row holds: sealed in pages, oldest first.

A row holds the newest entries of a leaf, a few hundred at most, and says that there are
others. So what comes last is noted as quickly whether somebody did it ten times or ten
thousand times; only what comes late looks for its page.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import msgspec

from habitue.segment.leaf import Amounts, Every, Keep, Latest
from habitue.segment.leaves import Held, Noted, at_of, needed, put_together
from habitue.segment.port_live import Rows, Tables
from habitue.state.port import TableSpec
from habitue.state.registry import Drop

# A row holds no more entries of a leaf than these.
ENTRIES_MAX = 256
# So many times as many are in a page, and twice that before it is split.
_PAGE = 2

# By strand and leaf the order of its pages; by strand, leaf and number a page. The row
# of a strand says which of its leaves have any.
PAGES = TableSpec(name="segment_page", key=str, value=bytes, strand_keyed=True)

# From which moment on, its number, how many entries.
Sealed = tuple[int, int, int]
_order = msgspec.msgpack.Decoder(list[Sealed]).decode
_page = msgspec.msgpack.Decoder(list[int | tuple[int, int | str | bool]]).decode
_pack = msgspec.msgpack.Encoder().encode


class Place(NamedTuple):
    """A leaf of a strand, by its number, and what it keeps."""

    strand: int
    leaf: int
    keep: Keep


def entries_max() -> int:
    """Say how many entries of a leaf a row holds; those before them are in pages."""
    return ENTRIES_MAX


def is_paged(held: Held) -> bool:
    """Say whether some entries of a strand are in pages; leaves are in order."""
    # What stands for them has the number of the leaf below 0.
    return next(iter(held), 0) < 0


def sealed_leaves(held: Held) -> list[int]:
    """Give the leaves of a strand of which some entries are in pages."""
    return [-one for one in held if one < 0]


class Pages:
    """The pages of all strands."""

    def __init__(self, store: Tables, drop: Drop) -> None:
        """drop: forgets a strand's row, and with it its pages."""
        self._rows: Rows[bytes] = store.table(PAGES, drop)

    def add(self, at: Place, held: Held, more: list[Noted], now_us: int) -> None:
        """Add to a leaf of which some entries are in pages."""
        newest = held[at.leaf]
        for one in more:
            if at_of(one) >= at_of(newest[0]):
                _put_in(newest, one)
            else:
                self._insert(at, one)
        if len(held[at.leaf]) > ENTRIES_MAX:
            self.seal(at, held, now_us)

    def seal(self, at: Place, held: Held, now_us: int) -> None:
        """Leave the newest half of so many entries in the row, the others in pages."""
        if not _drops_pages(at.keep):
            self._unseal(at, held, now_us)
        newest = held[at.leaf]
        if len(newest) <= ENTRIES_MAX:
            return
        cut = len(newest) - max(1, ENTRIES_MAX // 2)
        held[at.leaf] = newest[cut:]
        order = self._behind(at, newest[:cut])
        gone = _useless(at.keep, order, held[at.leaf], now_us)
        for _, number, _ in order[:gone]:
            self._rows.delete(_key(at, number))
        self._keep(at, held, order[gone:])

    def entries(self, strand: int, held: Held) -> Held:
        """Give all entries of a strand by leaf, those in pages, too."""
        found = {leaf: entries for leaf, entries in held.items() if leaf > 0}
        for leaf in sealed_leaves(held):
            found[leaf] = [*self._all(strand, leaf), *held[leaf]]
        return found

    def drop(self, strand: int, leaves: Iterable[int]) -> None:
        """Forget the pages of some leaves of a strand."""
        for leaf in leaves:
            for _, number, _ in self._order(strand, leaf):
                self._rows.delete(f"{strand}.{leaf}.{number}")
            self._rows.delete(f"{strand}.{leaf}")

    # -- pages ----------------------------------------------------------------

    def _unseal(self, at: Place, held: Held, now_us: int) -> None:
        """Have all that is needed in the row, for a moment."""
        every = [*self._all(at.strand, at.leaf), *held[at.leaf]]
        self.drop(at.strand, (at.leaf,))
        held.pop(-at.leaf, None)
        held[at.leaf] = needed(at.keep, put_together(at.keep, (every,)), now_us)

    def _behind(self, at: Place, entries: list[Noted]) -> list[Sealed]:
        """Put entries behind those in pages; give the order of these."""
        order, size = self._order(at.strand, at.leaf), ENTRIES_MAX * _PAGE
        if order and order[-1][2] < size:
            begin_us, number, _ = order.pop()
            entries = [*self._read(at.strand, at.leaf, number), *entries]
            order.append(self._write(at, number, entries[:size], begin_us))
            entries = entries[size:]
        number = max((one[1] for one in order), default=0)
        for begin in range(0, len(entries), size):
            number += 1
            order.append(self._write(at, number, entries[begin : begin + size]))
        return order

    def _insert(self, at: Place, entry: Noted) -> None:
        """Add what comes late to the page that it belongs to."""
        order = self._order(at.strand, at.leaf)
        place = max(0, bisect_right(order, at_of(entry), key=_begin) - 1)
        begin_us, number, _ = order[place]
        page = self._read(at.strand, at.leaf, number)
        _put_in(page, entry)
        half = len(page) // 2 if len(page) > 2 * _PAGE * ENTRIES_MAX else len(page)
        order[place] = self._write(
            at, number, page[:half], min(begin_us, at_of(page[0]))
        )
        if half < len(page):
            new = max(one[1] for one in order) + 1
            order.insert(place + 1, self._write(at, new, page[half:]))
        self._rows.put(f"{at.strand}.{at.leaf}", _pack(order))

    def _keep(self, at: Place, held: Held, order: list[Sealed]) -> None:
        if order:
            held[-at.leaf] = []
            self._rows.put(f"{at.strand}.{at.leaf}", _pack(order))
        elif held.pop(-at.leaf, None) is not None:
            self._rows.delete(f"{at.strand}.{at.leaf}")

    def _write(
        self, at: Place, number: int, entries: list[Noted], begin_us: int | None = None
    ) -> Sealed:
        self._rows.put(_key(at, number), _pack(entries))
        begin = at_of(entries[0]) if begin_us is None else begin_us
        return begin, number, len(entries)

    def _order(self, strand: int, leaf: int) -> list[Sealed]:
        row = self._rows.get(f"{strand}.{leaf}")
        return [] if row is None else _order(row)

    def _read(self, strand: int, leaf: int, number: int) -> list[Noted]:
        row = self._rows.get(f"{strand}.{leaf}.{number}")
        return [] if row is None else list(_page(row))

    def _all(self, strand: int, leaf: int) -> Iterator[Noted]:
        order = self._order(strand, leaf)
        return chain.from_iterable(
            self._read(strand, leaf, number) for _, number, _ in order
        )


def _key(at: Place, number: int) -> str:
    return f"{at.strand}.{at.leaf}.{number}"


def _put_in(entries: list[Any], entry: Noted) -> None:
    """Put an entry where it belongs by its time.

    The same may stand there twice: putting strands together looks to that.
    """
    at_us = at_of(entry)
    if at_us >= at_of(entries[-1]):
        entries.append(entry)
    else:
        entries.insert(bisect_right(entries, at_us, key=at_of), entry)


def _begin(sealed: Sealed) -> int:
    return sealed[0]


def _drops_pages(keep: Keep) -> bool:
    """Say whether what is not needed any more is what is oldest, page by page.

    Of the others, such as values told again, all is looked through at each sealing.
    """
    match keep:
        case Latest() | Every():
            return True
        case Amounts(for_us=for_us):
            return for_us > 0
        case _:
            return False


def _useless(keep: Keep, order: list[Sealed], newest: list[Any], now_us: int) -> int:
    """Say how many of the first pages nothing can ask for any more."""
    # No entry of a page is later than where the next one begins.
    ends = [*map(_begin, order[1:]), at_of(newest[0])]
    match keep:
        case Latest(most=most):
            kept = bisect_right(newest, now_us)
            for place in reversed(range(len(order))):
                if kept >= most:
                    return place + 1
                if ends[place] <= now_us:
                    kept += order[place][2]
        case Every(for_us=for_us) | Amounts(for_us=for_us) if for_us:
            return bisect_right(ends, now_us - for_us)
        case _:
            pass
    return 0
