"""What each strand noted of what was done in it, for the leaves that are wanted now."""

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from msgspec import Struct

from habitue.segment.appending import add_amount
from habitue.segment.facts import Done
from habitue.segment.finding import Found, found_of
from habitue.segment.leaves import (
    FACTS,
    INT_MAX,
    Held,
    add,
    in_order,
    kept_amount,
    read,
    write_in_order,
)
from habitue.segment.long_lists import Totalled, totalled
from habitue.segment.noting import OfAmounts, Plan
from habitue.segment.pages import Pages, Place, entries_max, is_paged, sealed_leaves
from habitue.segment.port_live import Rows, Tables
from habitue.segment.recent import Recent
from habitue.segment.touched import Touched

# Of rows of so many bytes the entries are kept in memory as they are read; each may
# grow by so many before that is reckoned anew.
RECENT_BYTES_MAX, _GROWS_BYTES = 4_000_000, 128

UNTOUCHED = Touched((), 0, 0)
_number, _amount = itemgetter(0), itemgetter(1)


class _Read(Struct, gc=False):
    """A strand's row and its entries, which nobody else may change.

    in_use: the leaves there were when those no longer wanted were left out. whole: the
    entries, None where some of them are in pages. room: for so many bytes the row is
    kept among the recent ones.
    """

    row: bytes
    held: Held
    in_use: Mapping[int, object] | None
    whole: Held | None
    room: int = 0


class Notes:
    """The notes of all strands, a row each; sparse, as most note nothing.

    Of strands that were asked for lately the entries are kept beside their rows, for
    as long as the table has that very row: so whoever is kept, the same is found.
    """

    def __init__(self, store: Tables, zone: str) -> None:
        """zone: the shop's."""
        self._rows: Rows[bytes] = store.table(FACTS, self.drop)
        self._pages = Pages(store, self.drop)
        self._zone = zone
        self._recent: Recent[int, _Read] = Recent(RECENT_BYTES_MAX)

    def note(
        self,
        done: Done,
        strand: int,
        plan: Plan,
        now_us: int,
        in_use: Mapping[int, object],
    ) -> Touched:
        """Note something done; give the leaves that took it.

        in_use: the numbers of all leaves wanted; what others noted is left out.
        """
        found = found_of(done, plan, self._zone)
        if not (found.times or found.amounts or found.others):
            return UNTOUCHED
        try:
            return self._take(found, strand, now_us, in_use)
        except BaseException:
            # Half of it may be in what is kept in memory, and none in the row.
            self._recent.pop(strand)
            raise

    def _take(
        self, found: Found, strand: int, now_us: int, in_use: Mapping[int, object]
    ) -> Touched:
        row, kept = self._rows.get(strand), self._recent.young.get(strand)
        if kept is None or kept.row is not row or kept.in_use is not in_use:
            kept = self._begin(strand, in_use)
        held, at_us, rising = kept.held, found.at_us, True
        size = len(held)
        long = self._take_times(found, strand, held, now_us)
        took = [*map(_number, found.times)]
        if found.amounts:
            long |= self._take_amounts(found, strand, held, now_us)
            for leaves, _ in found.amounts:
                took += map(_number, leaves)
            rising = min(map(_amount, found.amounts)) > 0
        for other, more in found.others:
            at = Place(strand, other.number, other.leaf.keep)
            long |= self._more(at, held, more, now_us)
            took.append(other.number)
        if long or len(held) != size:
            kept.held = in_order(held)
            kept.whole = None if is_paged(kept.held) else kept.held
        self._write(strand, kept)
        return Touched(took, at_us, at_us, rising, False, (found,), kept.whole)

    def _write(self, strand: int, kept: _Read) -> None:
        kept.row = row = write_in_order(kept.held)
        self._rows.put(strand, row)
        if len(row) > kept.room:
            kept.room = len(row) + _GROWS_BYTES
            self._recent.put(strand, kept, kept.room)

    # Each says whether somewhere there is, or was, more than the row holds.

    def _take_times(self, found: Found, strand: int, held: Held, now_us: int) -> bool:
        at_us, long = found.at_us, False
        comes_last = at_us <= now_us
        for number, add_time, keep, most, for_us, rolls in found.times:
            times: Any = held.get(number)
            if (
                comes_last
                and times
                and times[-1] < at_us
                and (rolls or len(times) < most)
                and times[0] > now_us - for_us
            ):
                # What is done otherwise, too, and nearly always it is this.
                times.append(at_us)
                if len(times) > most:
                    del times[:-most]
            elif -number in held:
                self._pages.add(Place(strand, number, keep), held, [at_us], now_us)
                long = True
            else:
                times = held[number] = add_time(times or [], at_us, now_us, keep)
                if len(times) > entries_max():
                    self._pages.seal(Place(strand, number, keep), held, now_us)
                    long = True
        return long

    def _take_amounts(self, found: Found, strand: int, held: Held, now_us: int) -> bool:
        at_us, long = found.at_us, False
        for leaves, amount in found.amounts:
            comes_last = at_us <= now_us and -INT_MAX < amount < INT_MAX
            for of_amounts in leaves:
                number, keep, most = of_amounts
                amounts: Any = held.get(number)
                if (
                    comes_last
                    and amounts
                    and amounts[-1][0] < at_us
                    and len(amounts) < most
                    and amounts[0][0] > now_us - keep.for_us
                ):
                    # So it is with amounts, where those of a time are kept.
                    if type(amounts) is Totalled:
                        amounts.take(at_us, amount)
                    else:
                        amounts.append((at_us, amount))
                        held[number] = totalled(amounts)
                else:
                    entry = (at_us, amount)
                    long |= self._take_amount(of_amounts, strand, held, entry, now_us)
        return long

    def _take_amount(
        self,
        of_amounts: OfAmounts,
        strand: int,
        held: Held,
        entry: tuple[int, int],
        now_us: int,
    ) -> bool:
        number, keep, most = of_amounts
        at = Place(strand, number, keep)
        if -number in held:
            more: Any = [(entry[0], kept_amount(entry[1]))]
            # It may be put between: what they add up to holds no longer.
            held[number] = [*held[number]]
            self._pages.add(at, held, more, now_us)
            return True
        held[number] = add_amount(held.get(number, []), entry, now_us, keep)
        if len(held[number]) <= most:
            held[number] = totalled(held[number])
            return False
        self._pages.seal(at, held, now_us)
        return True

    def _more(self, at: Place, held: Held, more: list[Any], now_us: int) -> bool:
        if -at.leaf in held:
            self._pages.add(at, held, more, now_us)
            return True
        held[at.leaf] = add(at.keep, held.get(at.leaf, []), more, now_us)
        if len(held[at.leaf]) <= entries_max():
            return False
        self._pages.seal(at, held, now_us)
        return True

    def _begin(self, strand: int, in_use: Mapping[int, object]) -> _Read:
        """Give a strand's entries to be changed, of the leaves that are wanted."""
        found = self._read(strand)
        if found is None:
            return _Read(b"", {}, in_use, None)
        if found.in_use is in_use:
            # Among the old ones: it is put to the young ones.
            found.room = 0
            return found
        kept = {one: found.held[one] for one in found.held if abs(one) in in_use}
        if len(kept) < len(found.held):
            gone = [one for one in sealed_leaves(found.held) if one not in in_use]
            self._pages.drop(strand, gone)
        return _Read(found.row, kept, in_use, None if is_paged(kept) else kept)

    def _read(self, strand: int) -> _Read | None:
        row = self._rows.get(strand)
        if row is None:
            return None
        found = self._recent.get(strand)
        if found is None or found.row is not row:
            held = read(row)
            found = _Read(row, held, None, None if is_paged(held) else held)
            self._recent.put(strand, found, len(row))
        return found

    def forget(self) -> None:
        """Keep nothing in memory but rows: some of it may be erased."""
        self._recent.clear()

    def drop(self, strand: int) -> None:
        """Forget what a strand noted, in its row and in pages."""
        found = self._read(strand)
        if found is None:
            return
        self._pages.drop(strand, sealed_leaves(found.held))
        self._recent.pop(strand)
        self._rows.delete(strand)

    def alone(self, strand: int) -> Held | None:
        """Give what a strand noted as it is kept, nobody may change it.

        None: there is more than its row holds.
        """
        found = self._read(strand)
        if found is None:
            return {}
        return found.whole

    def of(self, strands: Sequence[int]) -> Iterator[Held]:
        """Give all that these strands noted; nobody may change it."""
        if len(strands) > 1:
            self._rows.prefetch(strands)
        for strand in strands:
            found = self._read(strand)
            if found is not None:
                whole, held = found.whole, found.held
                yield self._pages.entries(strand, held) if whole is None else whole
