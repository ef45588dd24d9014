"""Who is in what, since when, and why: kept as it changes, countable over time."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

import msgspec

from habitue.base.clock import DAY_US
from habitue.segment.live_rows import (
    FLOWS,
    MEMBERS,
    MEMBERS_OF,
    SIZES,
    Cause,
    FlowRow,
    MemberRow,
    Span,
)
from habitue.segment.port import Day
from habitue.segment.port_live import Order, Rows, Tables

# Of what is over, so much is kept of a person; the counts by day forget nothing.
SPANS_MAX = 200
_SEP = "\x1f"

_decode = msgspec.msgpack.Decoder(list[Span]).decode
_encode = msgspec.msgpack.Encoder().encode
# What msgpack has before a list of so many things, in four more bytes.
_LIST = b"\xdd"


class Change(NamedTuple):
    """Somebody entered or left a slot."""

    person_id: int
    slot: int
    entered: bool
    at_us: int
    cause: Cause


class Slots(Protocol):
    """What is known of slots; habitue.segment.library.Library is one."""

    def until_us(self, slot: int) -> int:
        """Say until when a slot was in force; 0: it still is."""
        ...

    def replaces(self, slot: int) -> int:
        """Give the slot that one which does not answer yet will replace; 0: none."""
        ...

    def bit_of(self, slot: int) -> int:
        """Give the bit of a slot in the numbers that say who is in what."""
        ...

    def slot_at(self, bit: int) -> int:
        """Give the slot that a bit which is set stands for."""
        ...


class Members:
    """Memberships by person and by slot."""

    def __init__(self, store: Tables) -> None:
        self._rows: Rows[MemberRow] = store.table(MEMBERS)
        self._sizes: Rows[int] = store.table(SIZES)
        self._flows: Rows[FlowRow] = store.table(FLOWS)
        self._of: Order = store.index(MEMBERS_OF)

    def bits(self, person_id: int) -> int:
        """Give the slots that a person is in, by their bits in a number."""
        row = self._rows.get(person_id)
        return 0 if row is None else int.from_bytes(row.bits, "little")

    def spans(self, person_id: int) -> list[Span]:
        """Give all memberships that are kept of a person, as they began."""
        row = self._rows.get(person_id)
        return [] if row is None else _spans_of(row)

    def bring(self, people: Sequence[int]) -> None:
        """Have the rows of some people be there, brought in one question."""
        self._rows.prefetch(people)

    def change(
        self,
        person_id: int,
        bits: int,
        at_us: int,
        cause_of: Callable[[int], Cause],
        slots: Slots,
    ) -> list[Change]:
        """Have a person be in the slots of these bits and in no others.

        Gives what changed.

        Who is in a slot, and in the one that comes in its place, is so since then.
        """
        row = self._rows.get(person_id)
        before = 0 if row is None else int.from_bytes(row.bits, "little")
        if before == bits:
            return []
        row = self._rows.edit(person_id)
        if row is None:
            row = MemberRow(b"", b"", 0)
            self._rows.put(person_id, row)
        changes = []
        if before & ~bits:
            spans = _spans_of(row)
            for slot in map(slots.slot_at, _places(before & ~bits)):
                until_us = slots.until_us(slot)
                cause = Cause.DEFINED if until_us else cause_of(slot)
                _close(spans, slot, until_us or at_us, cause)
                changes.append(Change(person_id, slot, False, until_us or at_us, cause))
            _keep_spans(row, spans)
        for slot in map(slots.slot_at, _places(bits & ~before)):
            held = slots.replaces(slot)
            begun = _begun(row, before & bits, slots, held) if held else None
            since_us, cause = begun or (at_us, cause_of(slot))
            # Behind those that are there: most enter, and none of these is read.
            row.spans += _encode((slot, since_us, 0, cause, cause))
            row.count += 1
            changes.append(Change(person_id, slot, True, since_us, cause))
        if row.count > SPANS_MAX:
            _keep_spans(row, _kept(_spans_of(row)))
        row.bits = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
        for one in changes:
            self._count(one)
        return changes

    def forget(self, person_id: int, slots: Slots) -> None:
        """Keep nothing of a person, but in the counts by day."""
        for slot in map(slots.slot_at, _places(self.bits(person_id))):
            self._of.remove(slot, person_id, 0)
            self._sizes.put(slot, self.size(slot) - 1)
        self._rows.delete(person_id)

    def _count(self, change: Change) -> None:
        slot, entered = change.slot, change.entered
        if entered:
            self._of.put(slot, change.person_id, 0, 0)
        else:
            self._of.remove(slot, change.person_id, 0)
        self._sizes.put(slot, (self._sizes.get(slot) or 0) + (1 if entered else -1))
        key = _flow_key(slot, change.at_us // DAY_US)
        row = self._flows.edit(key)
        if row is None:
            row = FlowRow()
            self._flows.put(key, row)
        if entered:
            row.came += 1
        else:
            row.went += 1

    def size(self, slot: int) -> int:
        """Count who is in a slot."""
        return self._sizes.get(slot) or 0

    def flow(self, slot: int, day: int) -> tuple[int, int]:
        """Say how many came and went on a day, counted in days since 1970, UTC."""
        row = self._flows.get(_flow_key(slot, day))
        return (0, 0) if row is None else (row.came, row.went)

    def trend(self, slot: int, span: tuple[int, int], days: int) -> list[Day]:
        """Give so many days of a slot, counted from 1970, up to the last of its span.

        Counted back from who is in it: who was erased since is in no day gone by.
        """
        since, today = span
        found, members = [], self.size(slot)
        for day in range(today, today - days, -1):
            if day < since:
                found.append(Day(day=day))
                continue
            came, went = self.flow(slot, day)
            found.append(Day(day=day, members=members, entered=came, left=went))
            members = max(0, members - came + went)
        return found[::-1]

    def page(self, slot: int, after: int, limit: int) -> list[int]:
        """Give the ids above one of people in a slot, ascending."""
        found = self._of.span(slot, (after + 1, 0), (2**62, 0), limit=limit)
        return [person_id for person_id, _, _ in found]


@lru_cache(maxsize=4096)
def _flow_key(slot: int, day: int) -> str:
    return f"{slot}{_SEP}{day}"


def _spans_of(row: MemberRow) -> list[Span]:
    return _decode(_LIST + row.count.to_bytes(4, "big") + row.spans)


def _keep_spans(row: MemberRow, spans: list[Span]) -> None:
    # Behind what says how many there are they follow one another.
    row.count = len(spans)
    row.spans = _encode(spans)[1 if row.count < 16 else 3 :]


def _kept(spans: list[Span]) -> list[Span]:
    """Leave out what was over first, where it is too much."""
    ended = [one for one in spans if one[2]]
    gone = ended[: max(0, len(ended) - SPANS_MAX)]
    return [one for one in spans if one not in gone] if gone else spans


def _close(spans: list[Span], slot: int, until_us: int, cause: Cause) -> None:
    for at, (held, since_us, is_over, came, _) in enumerate(spans):
        if held == slot and not is_over:
            spans[at] = (slot, since_us, until_us, came, cause)


def _begun(
    row: MemberRow, bits: int, slots: Slots, slot: int
) -> tuple[int, Cause] | None:
    """Say since when somebody is in a slot, and by what; None if they are not.

    bits: of what they are in.
    """
    bit = slots.bit_of(slot)
    if not bits >> bit & 1 or slots.slot_at(bit) != slot:
        return None
    found = (one for one in _spans_of(row) if one[0] == slot and not one[2])
    _, since_us, _, came, _ = next(found)
    return since_us, Cause(came)


def _places(bits: int) -> Iterator[int]:
    """Give the places of the bits that are set.

    >>> list(_places(0b1010))
    [1, 3]
    """
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
