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
    Held,
    add,
    in_order,
    kept_amount,
    read,
    write_in_order,
)
from habitue.segment.noting import Plan
from habitue.segment.pages import Pages, Place, entries_max, is_paged, sealed_leaves
from habitue.segment.port_live import Rows, Tables
from habitue.segment.recent import Recent

# Of rows of so many bytes the entries are kept in memory as they are read.
RECENT_BYTES_MAX = 4_000_000


class Took(Struct, frozen=True, gc=False):
    """The leaves that took something and what, and whether no amount is below 0.

    held: all that the strand has noted now, which nobody may change; None where there
    is more than its row holds.
    """

    leaves: list[int]
    rising: bool = True
    found: Found | None = None
    held: Held | None = None


TOOK_NOTHING = Took([])
_amount = itemgetter(2)


class _Read(Struct, gc=False):
    """A strand's row and its entries, which nobody else may change.

    in_use: the leaves there were when those no longer wanted were left out.
    """

    row: bytes
    held: Held
    in_use: Mapping[int, object] | None


class Notes:
    """The notes of all strands, a row each; sparse, as most note nothing.

    Of strands that were asked for lately the entries are kept beside their rows, for
    as long as the table has that very row: so whoever is kept, the same is found.
    """

    def __init__(self, store: Tables, zone: str) -> None:
        """zone: the shop's."""
        self._rows: Rows[bytes] = store.table(FACTS)
        self._pages = Pages(store)
        self._zone = zone
        self._recent: Recent[int, _Read] = Recent(RECENT_BYTES_MAX)

    def note(
        self,
        done: Done,
        strand: int,
        plan: Plan,
        now_us: int,
        in_use: Mapping[int, object],
    ) -> Took:
        """Note something done; give the leaves that took it.

        in_use: the numbers of all leaves wanted; what others noted is left out.
        """
        found = found_of(done, plan, self._zone)
        if not (found.times or found.amounts or found.others):
            return TOOK_NOTHING
        try:
            return self._take(found, strand, now_us, in_use)
        except BaseException:
            # Half of it may be in what is kept in memory, and none in the row.
            self._recent.pop(strand)
            raise

    def _take(
        self, found: Found, strand: int, now_us: int, in_use: Mapping[int, object]
    ) -> Took:
        held: dict[int, Any] = self._held_of(strand, in_use)
        size = len(held)
        long = self._take_times(found, strand, held, now_us)
        took = [of_times[0] for of_times in found.times]
        if found.amounts:
            long |= self._take_amounts(found, strand, held, now_us)
            took += [number for number, _, _ in found.amounts]
        for other, more in found.others:
            at = Place(strand, other.number, other.leaf.keep)
            long |= self._more(at, held, more, now_us)
            took.append(other.number)
        if long or len(held) != size:
            held = in_order(held)
        row = write_in_order(held)
        self._rows.put(strand, row)
        self._recent.put(strand, _Read(row, held, in_use), len(row))
        rising = not found.amounts or min(map(_amount, found.amounts)) > 0
        return Took(took, rising, found, None if is_paged(held) else held)

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
        at_us, row_max, long = found.at_us, entries_max(), False
        for number, keep, amount in found.amounts:
            if -number in held:
                entry = (at_us, kept_amount(amount))
                self._pages.add(Place(strand, number, keep), held, [entry], now_us)
                long = True
                continue
            before = held.get(number, [])
            amounts = add_amount(before, (at_us, amount), now_us, keep)
            held[number] = amounts
            if len(amounts) > row_max:
                self._pages.seal(Place(strand, number, keep), held, now_us)
                long = True
        return long

    def _more(self, at: Place, held: Held, more: list[Any], now_us: int) -> bool:
        if -at.leaf in held:
            self._pages.add(at, held, more, now_us)
            return True
        held[at.leaf] = add(at.keep, held.get(at.leaf, []), more, now_us)
        if len(held[at.leaf]) <= entries_max():
            return False
        self._pages.seal(at, held, now_us)
        return True

    def _held_of(self, strand: int, in_use: Mapping[int, object]) -> Held:
        """Give a strand's entries to be changed, of the leaves that are wanted."""
        found = self._read(strand)
        if found is None:
            return {}
        if found.in_use is in_use:
            return found.held
        kept = {one: found.held[one] for one in found.held if abs(one) in in_use}
        if len(kept) < len(found.held):
            gone = [one for one in sealed_leaves(found.held) if one not in in_use]
            self._pages.drop(strand, gone)
        return kept

    def _read(self, strand: int) -> _Read | None:
        row = self._rows.get(strand)
        if row is None:
            return None
        found = self._recent.get(strand)
        if found is None or found.row is not row:
            found = _Read(row, read(row), None)
            self._recent.put(strand, found, len(row))
        return found

    def forget(self) -> None:
        """Keep nothing in memory but rows: some of it may be erased."""
        self._recent.clear()

    def drop(self, strand: int) -> None:
        """Forget what a strand noted."""
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
        return None if is_paged(found.held) else found.held

    def of(self, strands: Sequence[int]) -> Iterator[Held]:
        """Give all that these strands noted; nobody may change it."""
        if len(strands) > 1:
            self._rows.prefetch(strands)
        for strand in strands:
            found = self._read(strand)
            if found is not None:
                held = found.held
                yield self._pages.entries(strand, held) if is_paged(held) else held
