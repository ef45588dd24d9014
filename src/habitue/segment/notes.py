"""What each strand noted of what was done in it, for the leaves that are wanted now."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from habitue.segment.appending import add_amount
from habitue.segment.compare import Moment
from habitue.segment.facts import Done
from habitue.segment.leaves import (
    FACTS,
    Entries,
    Held,
    add,
    in_order,
    noted_of,
    read,
    write_in_order,
)
from habitue.segment.noting import Asked, OfTimes, Wanted
from habitue.segment.port_live import Rows, Tables
from habitue.segment.recent import Recent

# Of rows of so many bytes the entries are kept in memory as they are read.
RECENT_BYTES_MAX = 4_000_000
_NEW: Any = ()


class Took(Struct, frozen=True):
    """The leaves that took something, and whether no amount in it is below 0."""

    leaves: list[int]
    rising: bool = True


TOOK_NOTHING = Took([])


class _Read(Struct):
    """A strand's row and its entries, which nobody else may change.

    in_use: the leaves there were when those no longer wanted were left out.
    """

    row: bytes
    held: Held
    in_use: Mapping[int, object] | None


class _Found(Struct):
    """What is to be noted of something done, leaf by leaf."""

    times: list[OfTimes]
    amounts: list[tuple[int, Any, int]]
    others: list[tuple[Wanted, list[Any]]]


class Notes:
    """The notes of all strands, a row each; sparse, as most note nothing.

    Of strands that were asked for lately the entries are kept beside their rows, for
    as long as the table has that very row: so whoever is kept, the same is found.
    """

    def __init__(self, store: Tables, zone: str) -> None:
        """zone: the shop's."""
        self._rows: Rows[bytes] = store.table(FACTS)
        self._zone = zone
        self._recent: Recent[_Read] = Recent(RECENT_BYTES_MAX)

    def note(
        self,
        done: Done,
        strand: int,
        asked: Sequence[Asked],
        now_us: int,
        in_use: Mapping[int, object],
    ) -> Took:
        """Note something done; give the leaves that took it.

        in_use: the numbers of all leaves wanted; what others noted is left out.
        """
        found = self._found(done, asked)
        if not (found.times or found.amounts or found.others):
            return TOOK_NOTHING
        try:
            return self._take(found, strand, done.at_us, now_us, in_use)
        except BaseException:
            # Half of it may be in what is kept in memory, and none in the row.
            self._recent.pop(strand)
            raise

    def _found(self, done: Done, asked: Sequence[Asked]) -> _Found:
        zone = self._zone
        at = Moment(done.at_us, zone)
        times: list[OfTimes] = []
        amounts: list[tuple[int, Any, int]] = []
        others: list[tuple[Wanted, list[Any]]] = []
        for one in asked:
            match = one.test(done, at)
            if match is not None:
                times += one.times
                for read_amount, leaves in one.sums:
                    amount = read_amount(match, at)
                    # What is nothing adds nothing.
                    if amount:
                        amounts += [(number, keep, amount) for number, keep in leaves]
            for other in one.others:
                more = noted_of(other.leaf, done, match, zone)
                if more:
                    others.append((other, more))
        return _Found(times, amounts, others)

    def _take(
        self,
        found: _Found,
        strand: int,
        at_us: int,
        now_us: int,
        in_use: Mapping[int, object],
    ) -> Took:
        held: dict[int, Any] = self._held_of(strand, in_use)
        size, took, rising = len(held), [], True
        comes_last = at_us <= now_us
        for number, add_time, keep, most, for_us in found.times:
            times = held.get(number, _NEW)
            if (
                comes_last
                and times
                and times[-1] < at_us
                and len(times) < most
                and times[0] > now_us - for_us
            ):
                # What add_time would do, which is nearly always this.
                times.append(at_us)
            else:
                held[number] = add_time(times or _none(times), at_us, now_us, keep)
            took.append(number)
        for number, keep, amount in found.amounts:
            entry = (at_us, amount)
            held[number] = add_amount(held.get(number, []), entry, now_us, keep)
            took.append(number)
            rising = rising and amount > 0
        for other, more in found.others:
            before = held.get(other.number, [])
            held[other.number] = add(other.leaf.keep, before, more, now_us)
            took.append(other.number)
        if len(held) != size:
            held = in_order(held)
        row = write_in_order(held)
        self._rows.put(strand, row)
        self._recent.put(strand, _Read(row, held, in_use), len(row))
        return Took(took, rising)

    def _held_of(self, strand: int, in_use: Mapping[int, object]) -> Held:
        """Give a strand's entries to be changed, of the leaves that are wanted."""
        found = self._read(strand)
        if found is None:
            return {}
        if found.in_use is in_use:
            return found.held
        return {one: found.held[one] for one in found.held if one in in_use}

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

    def drop(self, strand: int) -> bool:
        """Forget what a strand noted; say whether there was anything."""
        self._recent.pop(strand)
        if self._rows.get(strand) is None:
            return False
        self._rows.delete(strand)
        return True

    def read(self, strand: int) -> Held:
        """Give what a strand noted; nobody may change it."""
        found = self._read(strand)
        return {} if found is None else found.held

    def of(self, strands: Sequence[int]) -> Iterator[Held]:
        """Give what these strands noted; nobody may change it."""
        if len(strands) > 1:
            self._rows.prefetch(strands)
        for strand in strands:
            found = self._read(strand)
            if found is not None:
                yield found.held


def _none(entries: Any) -> Entries:
    """Give entries where there are none: too many to be kept, or none yet."""
    return None if entries is None else []
